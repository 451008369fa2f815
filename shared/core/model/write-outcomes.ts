/** What may become of a write that was sent. */
export const WRITE_OUTCOMES = ['applied', 'refused', 'conflict', 'gone', 'not-effective', 'failed'] as const;
export type WriteOutcomeKind = (typeof WRITE_OUTCOMES)[number];
