import { listed } from './words.ts';

/** It may have failed: unknown carries the reason and is never a pass. */
export type Reading<T> = { readonly known: T } | { readonly unknown: UnknownReason };

/** A verdict that could not be reached, and why. */
export interface Unknown {
  readonly path: string;
  readonly unknown: UnknownReason;
  /** What was read of the thing all the same; absent where nothing was. */
  readonly observed?: unknown;
}

/** Why something is not known. Programs read the code; what it says to people may change at any time. */
export interface UnknownReason {
  readonly code: UnknownCode;
  readonly message: string;
}

/** Of several reasons the one that comes first here counts. */
export const UNKNOWN_CODES = [
  /** Azure refused a reading or did not answer: another look may cure it. */
  'reading-failed',
  /** What was answered or given is not as specified: a body, a part of one, an id. */
  'unreadable',
  /** Nobody looked, or what was looked at does not show it: a partial body, a file, a facet that no rule needs. */
  'not-shown',
  /** All of it was seen, and it does not decide: a word that is not known, a service tag, a condition. */
  'undecided',
] as const;
export type UnknownCode = (typeof UNKNOWN_CODES)[number];

/** Whether it is the reading that failed: another look may say more. */
export function isFailure(code: UnknownCode): boolean {
  return code === 'reading-failed' || code === 'unreadable';
}

export function readingFailed(message: string): UnknownReason {
  return { code: 'reading-failed', message };
}

export function unreadable(message: string): UnknownReason {
  return { code: 'unreadable', message };
}

export function notShown(message: string): UnknownReason {
  return { code: 'not-shown', message };
}

export function undecided(message: string): UnknownReason {
  return { code: 'undecided', message };
}

/** What is not known for that reason: "whether it may is not known: the role could not be read". */
export function because(what: string, { code, message }: UnknownReason): UnknownReason {
  return { code, message: `${what}: ${message}` };
}

/** Several reasons as one; null where there is none. */
export function together(reasons: readonly UnknownReason[]): UnknownReason | null {
  const code = UNKNOWN_CODES.find((one) => reasons.some((reason) => reason.code === one));
  const messages = new Set(reasons.map(({ message }) => message));
  return code === undefined ? null : { code, message: listed([...messages], '; ') };
}
