import type { Drain } from '../drain/drain.ts';
import type { FailedSince } from '../model/facet.ts';
import type { RotationRequest } from '../model/rotation-request.ts';
import type { Approval } from './approvals.ts';
import type { Release } from './contest.ts';
import type { Finding } from './finding.ts';
import type { LastChanges } from './last-change.ts';
import type { News } from './news.ts';
import type { Undo } from './undo.ts';

/** What is remembered of an account between looks. */
export interface Memory {
  /** The clock before the reads of the last remembered look. */
  readonly lookedFrom: Date | null;
  readonly wakeAt: Date | null;
  /** Since when Azure says that there is no such account. */
  readonly goneSince: Date | null;
  readonly failedSince: FailedSince;
  readonly findings: readonly Finding[];
  /** What others did to its resources, as events told it. */
  readonly lastChanges: LastChanges;
  readonly releases: readonly Release[];
  readonly rotations: readonly RotationRequest[];
  /** Those that have not ended before their time. */
  readonly approvals: readonly Approval[];
  /** All that were asked for, those that are over too. */
  readonly undos: readonly Undo[];
  /** Of its pools: those that are open, and those that ended within 30 days. Null where nobody keeps any. */
  readonly drains: readonly Drain[] | null;
  /** What earlier looks remembered and perhaps told nobody: they were cut. The earliest first. */
  readonly untold: readonly News[];
  /** What is in the log, and the topic of findings did not take. The earliest first. */
  readonly unpublished: readonly News[];
}

/** Of an account that was never looked at, or for no app. */
export const NO_MEMORY: Memory = {
  lookedFrom: null,
  wakeAt: null,
  goneSince: null,
  failedSince: {},
  findings: [],
  lastChanges: { known: new Map() },
  releases: [],
  rotations: [],
  approvals: [],
  undos: [],
  drains: [],
  untold: [],
  unpublished: [],
};
