import { ACCOUNT_SETTINGS } from '../model/account-settings.ts';
import type { SetAccount, SetPool } from '../model/change.ts';
import type { Reading } from '../model/reading.ts';
import { sameId } from '../model/resource-id.ts';
import { keysOf } from '../model/setting.ts';
import { listed } from '../model/words.ts';
import { LEFT_OUT } from '../plain-secrets/url-as-told.ts';
import { lastRelease, type Release } from './contest.ts';
import type { Finding } from './finding.ts';
import { type Held, held } from './held.ts';
import type { JournalEntry } from './journal.ts';

/** The rule of the findings by which a change of ours is taken back: they pass the guards as any other. */
export const UNDO = 'undo';

/** A person's wish that a write of ours be taken back. */
export interface Undo {
  /** Of the request. */
  readonly id: string;
  readonly resourceId: string;
  /** Those that asked for the write: until a release they do not write to the resource again. */
  readonly rules: readonly string[];
  readonly who: string;
  readonly at: Date;
  /** What is to be taken back; null once that is over. */
  readonly entry: UndoneEntry | null;
}

export interface UndoneEntry {
  readonly id: string;
  /** When it was written. */
  readonly at: Date;
  /** Those that asked for it, as the journal has them. */
  readonly rules: readonly string[];
  /** What was there before, and what was left. Or why it cannot be taken back. */
  readonly change: Reading<{ readonly back: UndoneChange; readonly left: UndoneChange }>;
}

export type UndoneChange = SetAccount | SetPool;

const UNDOABLE: readonly string[] = [...keysOf(ACCOUNT_SETTINGS), 'identityIds', 'endpoints', 'publicIp'];

/** Why a write of the journal cannot be taken back; null where it can. */
export function whyNotUndone({ written, outcome, rules, drain }: JournalEntry): string | null {
  if (rules.includes(UNDO)) return 'it took a write back itself: release the rule instead';
  if (outcome !== null && ['refused', 'conflict', 'gone'].includes(outcome.kind))
    return `it was not written (${outcome.kind})`;
  if (written.kind === 'secret') return 'what was written to a vault is not taken back: add a version there';
  if (written.kind === 'not-told') return written.why;
  if (drain !== null && drain.step !== 'change') return 'it is a step of a drain, which gives the pool its size back';
  const others = Object.keys(written.after).filter((key) => !UNDOABLE.includes(key));
  if (others.length > 0) return `${listed(others)} cannot be taken back: it is part of a drain or of a rotation`;
  if (JSON.stringify(written).includes(LEFT_OUT)) return 'the journal keeps it without what may be secret';
  return null;
}

/** What a person took back is not done again until he releases it. */
export function whyUndone(
  finding: Pick<Finding, 'ruleId' | 'resourceId'>,
  { undos, releases, now }: { undos: readonly Undo[]; releases: readonly Release[]; now: Date },
): Held | null {
  const since = lastRelease(releases, finding, now);
  const undo = undos.find(
    ({ rules, resourceId, at }) =>
      rules.includes(finding.ruleId) && sameId(resourceId, finding.resourceId) && (since === null || at > since),
  );
  return undo === undefined ? null : held('undone', `${undo.who} took a write of this rule back: release it to go on`);
}
