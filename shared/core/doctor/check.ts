/** What a check came to, the best first. */
export const RESULTS = ['ok', 'warn', 'fail'] as const;
export type Result = (typeof RESULTS)[number];

/** The checks there are, in the order in which they are told. */
export const CHECKS = [
  'token-resource-manager',
  'token-storage',
  'token-key-vault',
  'token-event-grid',
  'stores',
  'storage-account',
  'queue-ages',
  'poison-queues',
  'policy',
  'own-checks',
  'rights-to-read',
  'rights-to-write',
  'event-subscription',
  'last-event',
  'unannounced-changes',
  'batch-api-version',
] as const;
export type CheckName = (typeof CHECKS)[number];

/** The app itself, where a check is of no subscription. */
export const THE_APP = '/batch-warden';

/** What was checked and what came of it. */
export interface Check {
  readonly name: CheckName;
  /** `/subscriptions/{id}`, or the app itself. */
  readonly about: string;
  readonly result: Result;
  /** For people. */
  readonly why: string;
  /** For people; null where all is well. */
  readonly todo: string | null;
}

/** A check before it is known whose it is. */
export type Judged = Omit<Check, 'about'>;

export function ok(name: CheckName, why: string): Judged {
  return { name, result: 'ok', why, todo: null };
}

export function warn(name: CheckName, why: string, todo: string): Judged {
  return { name, result: 'warn', why, todo };
}

export function fail(name: CheckName, why: string, todo: string): Judged {
  return { name, result: 'fail', why, todo };
}

/** The gravest of all; ok where there is none. */
export function worst(checks: readonly Pick<Check, 'result'>[]): Result {
  return RESULTS.findLast((result) => checks.some((check) => check.result === result)) ?? 'ok';
}
