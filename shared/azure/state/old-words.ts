import { type HeldCode, RETRY_CODES, type RetryCode } from '../../core/plan/held.ts';

/** How what was said began before it had a code. Nothing new is added here. */
const BEGINNINGS: readonly (readonly [beginning: string, code: HeldCode])[] = [
  ['policy invalid: ', 'policy-invalid'],
  ['the policy is frozen', 'frozen'],
  ['audit mode', 'audit'],
  ['approval is not available yet', 'needs-approval'],
  ['the account could not be read whole: ', 'incomplete'],
  ['the pool was not read', 'incomplete'],
  ['not judged: ', 'not-judged'],
  ['refused: ', 'refused'],
  ['accepted, yet not in effect: ', 'not-effective'],
  ['failed: ', 'failed'],
  ['its body has no etag', 'no-etag'],
  ['waits for a drain: ', 'waits-for-zero'],
  ['another change of ', 'other-change-first'],
];

/** The code of what an older version said of why a change is not written. */
export function codeOfOldWords(words: string): HeldCode {
  return BEGINNINGS.find(([beginning]) => words.startsWith(beginning))?.[1] ?? 'unspecified';
}

/** The code of what an older version said of a write that it tries again. */
export function retryCodeOfOldWords(words: string): RetryCode {
  const code = codeOfOldWords(words);
  return RETRY_CODES.find((known) => known === code) ?? 'failed';
}
