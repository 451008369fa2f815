import type { HeldCode } from '../core/plan/held.ts';

/** Why changes are not written, for people, in short. */
export const HELD_IN_WORDS: Readonly<Record<HeldCode, string>> = {
  'policy-invalid': 'the policy has faults: nothing is judged or begun',
  frozen: 'the policy says freeze: true',
  audit: 'the rule only reports there (mode audit)',
  'keys-in-use': "the account's keys may be in use: approve it, or wait",
  'needs-approval': 'it waits for your approval',
  exempt: 'exempt for now: see by whose word and until when',
  incomplete: 'something of the account could not be read',
  'not-judged': 'the rule could not judge at the last look',
  'owned-by-pipeline': 'a pipeline of the policy changed it last: mend its code',
  'owner-unknown': 'it is not known whether a pipeline changed it last',
  contested: 'somebody undoes it: settle it, then release it',
  undone: 'a person took it back; a release lets it go on',
  refused: 'Azure refused it; it is tried again',
  'not-effective': 'Azure took it without effect; it is tried again',
  failed: 'no answer came; it is tried again',
  'no-etag': 'the pool was read without an ETag',
  'waits-for-zero': 'the pool has nodes, and no drain takes them',
  'drain-announced': 'a drain is announced',
  window: 'no window for drains is open',
  resting: 'the pool rests after a drain',
  breaker: 'too many writes failed: nothing is begun for a while',
  'drain-slot': 'as many drains are open as may be',
  budget: 'as much was begun this hour as may be',
  draining: 'a drain is under way',
  'other-change-first': 'another change of the resource goes first',
  unspecified: 'another version of the app wrote why',
};

/** What ends it: that the pool has no nodes for a while, the time, or a person. */
export const HELD_UNTIL: Readonly<Record<HeldCode, 'nodes' | 'time' | 'person'>> = {
  'policy-invalid': 'person',
  frozen: 'person',
  audit: 'person',
  exempt: 'time',
  budget: 'time',
  breaker: 'time',
  'keys-in-use': 'person',
  'needs-approval': 'person',
  incomplete: 'person',
  'not-judged': 'person',
  'owned-by-pipeline': 'person',
  'owner-unknown': 'person',
  contested: 'person',
  undone: 'person',
  refused: 'time',
  'not-effective': 'time',
  failed: 'time',
  'no-etag': 'person',
  'waits-for-zero': 'nodes',
  'drain-announced': 'nodes',
  window: 'nodes',
  resting: 'nodes',
  'drain-slot': 'nodes',
  draining: 'nodes',
  'other-change-first': 'time',
  unspecified: 'person',
};

/** What an approval lets go on. */
export const APPROVABLE: readonly HeldCode[] = ['needs-approval', 'keys-in-use'];
