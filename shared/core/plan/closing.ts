/** Why a finding ended, for programs. */
export const CLOSED_CODES = [
  'compliant',
  'rule-off',
  'pool-gone',
  'account-gone',
  /** The pool has its size again, or another that somebody gave it. */
  'drain-over',
  /** What could not be looked at, or listed, was. */
  'looked-again',
  'listed-again',
  /** What the app checks of itself is well again. */
  'checked-again',
  /** Nobody looks at the subscription any more. */
  'not-watched',
  'subscription-gone',
  'subscription-unreadable',
] as const;
export type ClosedCode = (typeof CLOSED_CODES)[number];

/** The same for people. */
export const CLOSED_BECAUSE: Readonly<Record<ClosedCode, string>> = {
  compliant: 'compliant',
  'rule-off': 'rule off',
  'pool-gone': 'the pool is gone',
  'account-gone': 'the account is gone',
  'drain-over': 'the drain is over',
  'looked-again': 'the account was read again',
  'listed-again': 'the subscription was listed again',
  'checked-again': 'a later check found it well',
  'not-watched': 'the subscription is no longer watched',
  'subscription-gone': 'the subscription is gone',
  'subscription-unreadable': 'the subscription could not be read for a week',
};
