import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../cli/program.ts';
import { count } from '../shared/core/model/words.ts';
import { rules } from '../shared/rules/index.ts';

const ROOT = join(import.meta.dirname, '..');

/** What `npm run pages` writes between `<!-- name -->` and `<!-- /name -->`, by name; of the page that it stands in. */
const TEXTS: Readonly<Record<string, (page: string) => string | Promise<string>>> = {
  'rule-count': () => {
    const off = rules.filter(({ defaultOff }) => defaultOff).length;
    return `${count(rules.length, 'rule')}, ${off} of them off until a policy names them`;
  },
  'policy-answer': async (page) => `\n\`\`\`text\n${await answerTo(examplePolicy(page))}\`\`\`\n`,
};

export const MARKS: readonly string[] = Object.keys(TEXTS);

/** The pages that have marks. */
export function markedPages(): { readonly path: string; readonly text: string }[] {
  return globSync(['*.md', 'docs/**/*.md'], { cwd: ROOT })
    .map((name) => ({ path: join(ROOT, name), text: readFileSync(join(ROOT, name), 'utf8') }))
    .filter(({ text }) => marksIn(text).length > 0);
}

/** The names of its marks, in order. */
export function marksIn(page: string): string[] {
  return [...page.matchAll(/<!-- \/?([\w-]+) -->/g)].map(([, name = '']) => name);
}

/** The page with the texts between its marks as they are now. @throws when a mark is not known, or not closed */
export async function filled(page: string): Promise<string> {
  const parts = page.split(/(<!-- \/?[\w-]+ -->)/);
  for (const [index, part] of parts.entries()) {
    const [, name] = /^<!-- ([\w-]+) -->$/.exec(part) ?? [];
    if (name === undefined) continue;
    const text = TEXTS[name];
    if (text === undefined) throw new Error(`${part} is no mark: there are ${MARKS.join(', ')}`);
    if (parts[index + 2] !== `<!-- /${name} -->`) throw new Error(`${part} has no <!-- /${name} -->`);
    parts[index + 1] = await text(page);
  }
  return parts.join('');
}

/** The first policy that the page shows. @throws when there is none */
export function examplePolicy(page: string): string {
  const policy = /^```yaml policy\n([^]*?)^```$/m.exec(page)?.[1];
  if (policy === undefined) throw new Error('The page shows no policy: no block of code is marked "yaml policy"');
  return policy;
}

/** What `batch-warden policy` says of it. @throws when it is not valid */
async function answerTo(policy: string): Promise<string> {
  let answer = '';
  const take = (text: string) => {
    answer += text;
  };
  const stdin = async () => new TextEncoder().encode(policy);
  const io = {
    out: take,
    err: take,
    stdin,
    paint: (_: unknown, text: string) => text,
    width: 120,
    showsProgress: false,
  };
  if ((await run(['policy', '-'], io)) !== 0) throw new Error(`The example of a policy is not valid: ${answer}`);
  return answer.replace(/^standard input/, 'policy.yaml');
}
