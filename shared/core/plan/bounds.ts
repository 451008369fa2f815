import { type Fix, manual } from '../model/change.ts';
import { cut, LONGEST_TEXT } from '../model/words.ts';
import { redacted, redactedIn } from '../plain-secrets/redacted.ts';

/*
 * Who writes a pool chooses what a finding says of it. A property of a table holds 32,768 UTF-16 characters; all texts of a
 * finding together stay far below the 1 MiB of a row.
 * https://learn.microsoft.com/azure/storage/tables/scalability-targets
 */

const LONGEST_PATH = 1000;
/** Of a value as JSON; what is longer is shown by its beginning. */
const LONGEST_VALUE = 8000;
const LONGEST_BEGINNING = 2000;
/** Of a change as JSON. */
const LONGEST_CHANGE = 30_000;
/** Deeper values are none that a person reads, and in the end exhaust the stack of who walks them. */
const DEEPEST = 64;

const TOO_DEEP: Fix = manual(
  `The change has more than ${DEEPEST} levels, which is not written. Remove from the resource what makes it so deep; the next look plans the change anew.`,
);
const TOO_LARGE: Fix = manual(
  'The change is too large to be kept here: a look that may write it plans it anew, and writes it whole.',
);

interface Texts {
  readonly path: string;
  readonly observed: unknown;
  readonly desired: unknown;
  readonly why: string;
  readonly fix: Fix | null;
}

/** The same, as a row can hold it and a person read it. Bounded twice is bounded once. */
export function bounded<T extends Texts>(texts: T): T {
  const { path, observed, desired, why, fix } = texts;
  return {
    ...texts,
    path: shortened(path, LONGEST_PATH),
    observed: boundedValue(observed),
    desired: boundedValue(desired),
    why: shortened(why, LONGEST_TEXT),
    fix: fix && shallowFix(fix),
  };
}

/** Redacted before it is cut: half a secret may not look like one. */
export function shortened(text: string, most: number): string {
  return cut(text.length <= most ? text : redacted(text), most);
}

function boundedValue(value: unknown): unknown {
  const json = jsonOf(value);
  if (json === null) return `a value of more than ${DEEPEST} levels`;
  if (json.length <= LONGEST_VALUE) return value;
  return `${cut(JSON.stringify(redactedIn(value)), LONGEST_BEGINNING)} (${json.length} characters)`;
}

/** A change is whole or none: what was cut would delete what it leaves out. */
function shallowFix(fix: Fix): Fix {
  if (fix.kind === 'manual') return { ...fix, why: shortened(fix.why, LONGEST_TEXT) };
  return isDeeper(fix, DEEPEST) ? TOO_DEEP : fix;
}

/** As a row can hold it. No padding of a body keeps a change from being written: that is whole, however large. */
export function keptFix(fix: Fix): Fix {
  return JSON.stringify(fix).length > LONGEST_CHANGE ? TOO_LARGE : fix;
}

/** Null where it is too deep. */
function jsonOf(value: unknown): string | null {
  return isDeeper(value, DEEPEST) ? null : JSON.stringify(value ?? null);
}

function isDeeper(value: unknown, than: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return than === 0 || Object.values(value).some((each) => isDeeper(each, than - 1));
}
