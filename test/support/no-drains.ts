import type { Drains, Journal } from '../../shared/ports.ts';

/** Where nothing is drained, and what is written is kept nowhere. */
export const NO_DRAINS: Drains & Journal = {
  claimSlot: async () => false,
  beginDrain: async () => {},
  endDrain: async () => {},
  freeSlot: async () => {},
  intend: async () => 'an intent',
  conclude: async () => {},
};
