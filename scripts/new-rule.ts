import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { constantOf, skeletonOf } from './rule-skeleton.ts';

const ROOT = join(import.meta.dirname, '..');
const INDEX = 'shared/rules/index.ts';
const ID = /^(?:account|pool)(?:-[a-z][a-z0-9]*)+$/;
/** An import of a longer one would not fit a line. */
const LONGEST = 38;

/** Why there can be no new rule of this id; null when there can. */
function whyNot(id: string): string | null {
  if (!ID.test(id))
    return (
      `"${id}" is no id of a rule. It is words in lower case with hyphens between them, each beginning with a letter; ` +
      'the first says what is judged: account or pool. As in pool-subnet.'
    );
  if (id.length > LONGEST) return `"${id}" is too long: ${id.length} characters, and ${LONGEST} are the most.`;
  const there = Object.values(pathsOf(id)).find((path) => existsSync(join(ROOT, path)));
  return there === undefined ? null : `There is a rule ${id} already, or a part of one: ${there}`;
}

function pathsOf(id: string) {
  return { rule: `shared/rules/${id}.ts`, test: `test/rules/${id}.test.ts`, page: `docs/rules/${id}.md` } as const;
}

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
const fault = id === undefined || others.length > 0 ? 'Name one new rule: npm run new-rule pool-subnet' : whyNot(id);
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
