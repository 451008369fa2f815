import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathsOf, whyNoRule } from './rule-id.ts';
import { constantOf, skeletonOf } from './rule-skeleton.ts';

const ROOT = join(import.meta.dirname, '..');
const INDEX = 'shared/rules/index.ts';
/** Makes the files of a rule, lists it, and brings all pages up to date; or leaves everything as it was. */
async function makeRule(id: string): Promise<string[]> {
  const texts = skeletonOf(id);
  const paths = pathsOf(id);
  const index = readFileSync(join(ROOT, INDEX), 'utf8');
  const made: string[] = [];
  try {
    for (const part of ['rule', 'test', 'page'] as const) {
      writeFileSync(join(ROOT, paths[part]), texts[part], { flag: 'wx' });
      made.push(paths[part]);
    }
    writeFileSync(join(ROOT, INDEX), indexText(idsThere()));
    const { writePages } = await import('./pages.ts'); // it imports the list of the rules, as it is now
    await writePages();
  } catch (error) {
    for (const path of made) rmSync(join(ROOT, path));
    writeFileSync(join(ROOT, INDEX), index);
    throw error;
  }
  return made;
}

/** The ids of the rules that have a file, in order. */
function idsThere(): string[] {
  const names = readdirSync(join(ROOT, 'shared', 'rules')).map((name) => name.replace(/\.ts$/, ''));
  return names.filter((name) => name !== 'index').toSorted();
}

/** The text of `shared/rules/index.ts`. */
function indexText(ids: readonly string[]): string {
  const imports = [
    "import type { Rule } from '../core/policy/rule.ts';",
    ...ids.map((id) => `import { ${constantOf(id)} } from './${id}.ts';`),
  ];
  return `${imports.join('\n')}

/** Every rule, one line each. */
export const rules: readonly Rule[] = [
${ids.map((id) => `  ${constantOf(id)},\n`).join('')}];
`;
}

const [id, ...others] = process.argv.slice(2);
const fault = id === undefined || others.length > 0 ? 'Name one new rule: npm run new-rule pool-subnet' : whyNoRule(id);
if (id === undefined || fault !== null) {
  console.error(fault);
  process.exitCode = 1;
} else {
  const made = await makeRule(id);
  console.log(`Made ${made.join(', ')}, and listed it in ${INDEX}.`);
  console.log(
    'It judges an example until you write it. What is TODO is told by: npx vitest run test/scripts/pages.test.ts',
  );
}
