import type { DrainStep } from '../drain/drain.ts';
import { isFinish, resourceOf, type SecretSettings } from '../model/change.ts';
import { findPool, type Snapshot } from '../model/snapshot.ts';
import { cut, listed } from '../model/words.ts';
import type { WriteOutcomeKind } from '../model/write-outcomes.ts';
import { redactedIn } from '../plain-secrets/redacted.ts';
import { isRepair } from './attempts.ts';
import { changeHash } from './change-id.ts';
import type { Write } from './write.ts';

/** A write that is about to be sent, as the journal keeps it: what was, what is meant, and why. No secret. */
export interface Intent {
  readonly at: Date;
  /** The resource that is written. */
  readonly resourceId: string;
  /** begin passes all guards, continue those that stand for the owner's will, finish none. */
  readonly writeClass: 'begin' | 'continue' | 'finish';
  /** The drain that it is a step of; null where it is of none. */
  readonly drain: { readonly id: string; readonly step: DrainStep } | null;
  /** The settings that are written, before and after, in our words; redacted. */
  readonly before: object;
  readonly after: object;
  /** Tells this change of this resource, as it was, from every other. */
  readonly changeHash: string;
  /** The ids of the changes that are done by it: of what it only prepares, none. */
  readonly changes: readonly string[];
  readonly rules: readonly string[];
  readonly findings: readonly string[];
  /** For people. */
  readonly why: string;
  /** Of the look. */
  readonly correlationId: string;
  /** Of the app. */
  readonly version: string;
  /** The policy's hash. */
  readonly policy: string;
}

/** The id of a write: when it was sent, and 16 hex digits. */
export const WRITE_ID = /^\d{4}-\d\d-\d\dT[\d:.]{8,12}Z-[0-9a-f]{16}$/;

/** A write as the journal keeps it. */
export interface JournalEntry extends Omit<Intent, 'before' | 'after' | 'changes'> {
  /** Its key among the writes of the account. */
  readonly id: string;
  readonly accountId: string;
  readonly written: Written;
  /** Null where none is kept: the app was cut off, or writes it now. */
  readonly outcome: { readonly kind: WriteOutcomeKind; readonly message: string | null; readonly at: Date } | null;
}

/** What a write was to change. */
export type Written =
  | { readonly kind: 'settings'; readonly before: object; readonly after: object }
  | { readonly kind: 'secret'; readonly set: SecretSettings }
  /** The row does not tell; `why` is for people. */
  | { readonly kind: 'not-told'; readonly why: string };

const LONGEST_WHY = 1000;

/** What the journal keeps of a write before it is sent. */
export function intentOf(
  write: Write,
  snapshot: Snapshot,
  look: Pick<Intent, 'at' | 'correlationId' | 'version' | 'policy'>,
): Intent {
  const { change, was, findings, drain } = write;
  return {
    ...look,
    resourceId: change.id,
    writeClass: classOf(write),
    drain: drain && { id: drain.drain.id, step: drain.step },
    before: redactedIn(was),
    after: redactedIn(change.set),
    changeHash: changeHash(write, findPool(snapshot, resourceOf(change))?.creationTime ?? null),
    changes: isRepair(write) ? [...new Set(findings.flatMap(({ changeId }) => changeId ?? []))] : [],
    rules: [...new Set(findings.map(({ ruleId }) => ruleId))],
    findings: findings.map(({ id }) => id),
    why: cut(redactedIn(listed([...new Set(findings.map(({ why }) => why))], ' ')), LONGEST_WHY),
  };
}

/** Of all guards a begin asks. */
export function classOf({ change, drain }: Write): Intent['writeClass'] {
  if (isFinish(change)) return 'finish';
  // Of what no drain explains only the mark is taken away; rules set no metadata alone.
  if (drain === null) return Object.keys(change.set).join() === 'metadata' ? 'finish' : 'begin';
  if (drain.isNew) return 'begin';
  return drain.step === 'empty' || drain.step === 'change' ? 'continue' : 'finish';
}
