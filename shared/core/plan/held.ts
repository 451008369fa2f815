/** What may become of a write that is tried again later. */
export const RETRY_CODES = [
  /** By a policy, a lock, a missing permission, a state of the resource. */
  'refused',
  /** Azure accepted it and it is not in effect. */
  'not-effective',
  /** No answer came that says what became of it. */
  'failed',
] as const;
export type RetryCode = (typeof RETRY_CODES)[number];

/** Why a change is not written. Programs read the code; what it says to people may change at any time. */
export const HELD_CODES = [
  /** The policy cannot be followed: nothing is judged either. */
  'policy-invalid',
  /** The policy says `freeze: true`. */
  'frozen',
  /** The rule is in audit mode there. */
  'audit',
  /** The policy exempts it; the message says by whose word, why and until when. */
  'exempt',
  /** Somebody may use the account's keys, which the change would shut out. */
  'keys-in-use',
  /** The rule is in approve mode there. */
  'needs-approval',
  /** Something of the account could not be read. */
  'incomplete',
  /** The rule could not judge at this look: what it found before stays. */
  'not-judged',
  /** A pipeline that the policy names changed the resource last: the fix is for its code. */
  'owned-by-pipeline',
  /** The policy names pipelines, and it is not known whether one of them changed the resource last. */
  'owner-unknown',
  /** Somebody undoes our writes; a person's release ends it. */
  'contested',
  /** A person took a write of the rule back; his release ends it. */
  'undone',
  ...RETRY_CODES,
  /** The pool was read without an ETag, so that a write could overwrite what somebody else did. */
  'no-etag',
  /** Batch accepts it, or it reaches nodes, only once the pool has been at zero. */
  'waits-for-zero',
  /** A drain of the pool begins at the time that was told. */
  'drain-announced',
  /** The policy has windows for drains, and none is open. */
  'window',
  /** After a drain, or after two that changed nothing. */
  'resting',
  /** Too many writes failed, in whatever accounts: nothing is begun for a while. */
  'breaker',
  /** As many drains are open as may be. */
  'drain-slot',
  /** As much was begun in this hour as may be. */
  'budget',
  /** A drain holds the pool; the message says what comes next. */
  'draining',
  /** Another change of the resource goes first. */
  'other-change-first',
  /** The row was written by another version, in words that this one does not know. */
  'unspecified',
] as const;
export type HeldCode = (typeof HELD_CODES)[number];

export interface Held {
  readonly code: HeldCode;
  /** For people. */
  readonly message: string;
  /** When it is worth another look; null when only an event outside can change it. */
  readonly until: Date | null;
}

/** Held until something outside changes. */
export function held(code: HeldCode, message: string): Held {
  return { code, message, until: null };
}
