import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BAD_INPUT, CLEAN } from '../cli/io.ts';
import { run } from '../cli/program.ts';
import { count } from '../shared/core/model/words.ts';
import { rules } from '../shared/rules/index.ts';
import { columnRows, fieldRows, formatRows } from './format-rows.ts';

const ROOT = join(import.meta.dirname, '..');

/** What `npm run pages` writes between `<!-- name -->` and `<!-- /name -->`, by name; of the page that it stands in. */
const TEXTS: Readonly<Record<string, (page: string) => string | Promise<string>>> = {
  'rule-count': () => {
    const off = rules.filter(({ defaultOff }) => defaultOff).length;
    return `${count(rules.length, 'rule')}, ${off} of them off until a policy names them`;
  },
  'policy-answer': async (page) => `\n\`\`\`text\n${await answerTo(examplePolicy(page))}\`\`\`\n`,
  'policy-faults': async (page) => `\n\`\`\`text\n${await answerTo(brokenPolicy(page), BAD_INPUT)}\`\`\`\n`,
  formats: () => `\n${formatRows()}`,
  'report-fields': () => `\n${fieldRows()}`,
  'csv-columns': () => `\n${columnRows()}`,
};

export const MARKS: readonly string[] = Object.keys(TEXTS);

/** A mark; not one that a page shows as code. */
const MARK = /((?<!`)<!-- \/?[\w-]+ -->(?!`))/;

interface Page {
  /** From the project's folder on. */
  readonly path: string;
  readonly text: string;
}

/** The pages that have marks; those of rules have none. */
export function markedPages(): Page[] {
  return globSync(['*.md', 'docs/*.md', 'docs/decisions/*.md'], { cwd: ROOT })
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }))
    .filter(({ text }) => MARK.test(text));
}

/** The text of the page with what is between its marks as it is now. @throws when a mark is not known, or not closed */
export async function filled({ path, text }: Page): Promise<string> {
  const parts = text.split(MARK);
  for (const [index, part] of parts.entries()) {
    const [, name] = /^<!-- ([\w-]+) -->$/.exec(part) ?? [];
    if (name === undefined) continue;
    const make = TEXTS[name];
    if (make === undefined) throw new Error(`${path}: ${part} is no mark: there are ${MARKS.join(', ')}`);
    if (parts[index + 2] !== `<!-- /${name} -->`) throw new Error(`${path}: ${part} has no <!-- /${name} -->`);
    parts[index + 1] = await make(text);
  }
  return parts.join('');
}

/** The first policy that the page shows. @throws when there is none */
export function examplePolicy(page: string): string {
  const policy = /^```yaml policy\n([^]*?)^```$/m.exec(page)?.[1];
  if (policy === undefined) throw new Error('The page shows no policy: no block of code is marked "yaml policy"');
  return policy;
}

/** The policy with faults that the page shows. @throws when there is none */
function brokenPolicy(page: string): string {
  const policy = /^```yaml faults\n([^]*?)^```$/m.exec(page)?.[1];
  if (policy === undefined) throw new Error('The page shows no faults: no block of code is marked "yaml faults"');
  return policy;
}

/** What `batch-warden policy` says of it. @throws when it ends with another code than it should */
async function answerTo(policy: string, code: number = CLEAN): Promise<string> {
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
  if ((await run(['policy', '-'], io)) !== code)
    throw new Error(`The example of a policy is ${code === CLEAN ? 'not ' : ''}valid: ${answer}`);
  return answer.replaceAll(/^standard input/gm, 'policy.yaml');
}
