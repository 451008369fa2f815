import { existsSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const ID = /^(?:account|pool)(?:-[a-z][a-z0-9]*)+$/;
/** An import of a longer one would not fit a line. */
const LONGEST = 38;

/** Why there can be no new rule of this id; null when there can. */
export function whyNoRule(id: string): string | null {
  if (!ID.test(id))
    return (
      `"${id}" is no id of a rule. It is words in lower case with hyphens between them, each beginning with a letter; ` +
      'the first says what is judged: account or pool. As in pool-subnet.'
    );
  if (id.length > LONGEST) return `"${id}" is too long: ${id.length} characters, and ${LONGEST} are the most.`;
  const there = Object.values(pathsOf(id)).find((path) => existsSync(join(ROOT, path)));
  return there === undefined ? null : `There is a rule ${id} already, or a part of one: ${there}`;
}

/** The files of a rule, from the project's root. */
export function pathsOf(id: string) {
  return { rule: `shared/rules/${id}.ts`, test: `test/rules/${id}.test.ts`, page: `docs/rules/${id}.md` } as const;
}
