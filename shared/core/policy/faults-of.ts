import type { z } from 'zod';
import { found, meaning, quoted } from '../model/found.ts';
import { nearest } from '../model/nearest.ts';
import { count, listed } from '../model/words.ts';
import { knownKeys } from './known-keys.ts';
import { meantBy } from './meant-by.ts';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** What is wrong, where: of a key that is not known, below `path`. Only what is told is put into words. */
export interface Fault {
  readonly path: Path;
  readonly key?: string;
  readonly message: () => string;
}

/**
 * What of `value` the schema does not take, in our words: what is wanted, what stands there, and what may have been meant.
 * A message that the schema itself gives says only what is wanted.
 */
export function faultsOf(value: unknown, schema: z.ZodType): Fault[] {
  // An empty message stands for none of its own, so that none of the library's is told.
  const checked = schema.safeParse(value, { reportInput: true, error: () => '' });
  return checked.success ? [] : checked.error.issues.filter(isFirst).flatMap((issue) => ofIssue(issue, [], schema));
}

/** A number far beyond a limit is refused twice in the same words: as one that cannot be told exactly, too. */
function isFirst({ path, message }: Issue, index: number, issues: readonly Issue[]): boolean {
  const before = issues[index - 1];
  return message === '' || before?.message !== message || before.path.join('.') !== path.join('.');
}

function ofIssue(issue: Issue, above: Path, schema: z.ZodType): Fault[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path, key, message: () => unknownKey(key, knownKeys(schema, path)) }));
  if (issue.code !== 'invalid_union') return [{ path, message: () => inWords([issue], path, schema) }];
  // What fits one of the kinds from the outside is of that kind.
  const kind = issue.errors.find((faults) => faults.some((one) => one.path.length > 0 || !isOfKind(one)));
  if (kind !== undefined) return kind.flatMap((inner) => ofIssue(inner, path, schema));
  return [{ path, message: () => inWords(issue.errors.flat(), path, schema) }];
}

/** Whether the whole value is of another kind than is wanted. */
function isOfKind({ code }: Issue): boolean {
  return code === 'invalid_type' || code === 'invalid_value';
}

function unknownKey(key: string, known: ReadonlyMap<string, readonly string[]>): string {
  const isNot = `${quoted(key)} is not known here`;
  const within = [...known].flatMap(([one, keys]) => (keys.includes(key) ? [quoted(one)] : []));
  if (within.length > 0) return `${isNot}: it belongs in ${within.join(' or in ')}`;
  const keys = [...known.keys()];
  const near = nearest(key, keys);
  if (near.length > 0) return `${isNot}${meaning(near)}`;
  return keys.length === 0 ? `${isNot}: there are no keys here` : `${isNot}; known are ${listed(keys)}`;
}

/** Of one issue; of several where a value may be of several kinds, and is of none. */
function inWords(issues: readonly Issue[], path: Path, schema: z.ZodType): string {
  const [issue] = issues;
  if (issue === undefined) return NOT_ALLOWED;
  const keys = () => [...knownKeys(schema, path).keys()];
  const wanted =
    issue.message ||
    (isOfKind(issue) ? `must be ${issues.map((one) => kindOf(one, keys)).join(', or ')}` : limit(issue));
  const [meant = ''] = issues.map(meantBy).filter(Boolean);
  return `${wanted}${instead(issue)}${meant}`;
}

const NOT_ALLOWED = 'this value is not allowed here';

function kindOf(issue: Issue, keys: () => string[]): string {
  if (issue.code === 'invalid_value') {
    const values = issue.values.map(String);
    return values.length === 1 ? quoted(values.join('')) : `one of ${values.join(', ')}`;
  }
  if (issue.code !== 'invalid_type') return NOT_ALLOWED;
  if (issue.expected !== 'object') return KINDS[issue.expected] ?? 'of another kind';
  const known = keys();
  return known.length === 0 || known.length > 10 ? 'a map (key: value)' : `a map of ${known.join(', ')}`;
}

const KINDS: Readonly<Record<string, string>> = {
  boolean: 'true or false',
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  array: 'a list',
  record: 'a map (key: value)',
};

function limit(issue: Issue): string {
  if (issue.code === 'too_small' && isCounted(issue))
    return issue.minimum === 1 ? 'must not be empty' : `must have at least ${counted(issue, Number(issue.minimum))}`;
  if (issue.code === 'too_big' && isCounted(issue)) return `must have at most ${counted(issue, Number(issue.maximum))}`;
  if (issue.code === 'too_small') return `must be at least ${issue.minimum}`;
  return issue.code === 'too_big' ? `must be at most ${issue.maximum}` : NOT_ALLOWED;
}

type Size = z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig;

function isCounted({ origin }: Size): boolean {
  return origin === 'string' || origin === 'array';
}

function counted({ origin }: Size, n: number): string {
  return origin === 'string' ? count(n, 'character') : n === 1 ? '1 entry' : `${n} entries`;
}

/** What stands there. What is text and is refused for what it says may be long, or a secret at the wrong place. */
function instead(issue: Issue): string {
  const { code, input } = issue;
  if (code === 'custom') return '';
  const isSize = (code === 'too_small' || code === 'too_big') && isCounted(issue);
  if (!isSize) return `; ${found(input)}`;
  const length = typeof input === 'string' || Array.isArray(input) ? input.length : 0;
  return length === 0 ? '' : `; here it has ${counted(issue, length)}`;
}
