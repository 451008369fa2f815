import type { LookPorts } from '../../shared/reconcile.ts';

/** Fails who asks it. */
export const unasked = () => Promise.reject(new Error('no look asks this'));

/** What most looks of a test do not ask; those that do put their own answer in its place. */
export const UNASKED = {
  gone: unasked,
  defer: unasked,
  listAccounts: unasked,
  whyListMayLack: unasked,
  whyNotGiven: unasked,
  depths: unasked,
  enqueueLook: unasked,
  enqueueLooks: unasked,
  enqueueAgain: unasked,
  enqueueListing: unasked,
  tellFailure: unasked,
  tellEnded: unasked,
} satisfies Partial<LookPorts>;
