import type { Drain, DrainStep } from '../drain/drain.ts';
import { ACCOUNT_SETTINGS, type AccountSettings } from '../model/account-settings.ts';
import type { Change } from '../model/change.ts';
import type { GivenUser } from '../model/pool-parts.ts';
import { POOL_SETTINGS, type PoolSettings } from '../model/pool-settings.ts';
import { idKey, sameId } from '../model/resource-id.ts';
import { missingSettings } from '../model/same-setting.ts';
import { byKey } from '../model/setting.ts';
import { findPool, type Snapshot } from '../model/snapshot.ts';
import { SEVERITIES } from '../policy/rule.ts';
import { type Finding, type Fixable, isFixable } from './finding.ts';

/** One PATCH to one resource: the joined changes of some findings. */
export interface Write {
  readonly change: Change;
  /** What the settings in `change.set` were when the plan was made. */
  readonly was: Partial<AccountSettings & PoolSettings>;
  readonly findings: readonly Finding[];
  /** The step of a drain that it is; null where it is of none. */
  readonly drain: FirstStep | LaterStep | null;
}

/** Of a drain that has no row yet. */
interface FirstStep {
  readonly drain: Drain;
  readonly step: 'empty';
  readonly isNew: true;
  /** What the pool is to be given at zero, as far as it is there: it is not emptied where that cannot be read. */
  readonly gives: readonly GivenUser[];
}

interface LaterStep {
  readonly drain: Drain;
  readonly step: DrainStep;
  readonly isNew: false;
}

/** What became of a write. */
export type WriteOutcome =
  /** `alsoMoved`: ARM paths that moved although the write did not mean them. */
  | { readonly kind: 'applied'; readonly alsoMoved: readonly string[] }
  /** By a policy, a lock, a missing permission, a state: tried again later. */
  | { readonly kind: 'refused'; readonly message: string; readonly retryAt?: Date }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'gone' }
  /** Azure accepted it and it is not in effect. */
  | { readonly kind: 'not-effective'; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string };

/** Why it was not, for people. */
export type NotWritten = Extract<WriteOutcome, { kind: 'refused' | 'failed' }>;

/**
 * Changes of a resource that set nothing differently go together; of the others the more severe, then the lower rule id.
 * What was refused goes alone, after all others: it must not have them refused too.
 * @param changing the drains that hold pools at zero for it, by the keys of their ids
 */
export function joinChanges(snapshot: Snapshot, findings: readonly Fixable[], changing: ReadonlyMap<string, Drain>) {
  const writes = new Map<string, Write>();
  const postponed = new Set<string>();
  for (const finding of findings.toSorted(byUrgency)) {
    const key = idKey(finding.fix.id);
    const begun = writes.get(key);
    const change = begun === undefined ? finding.fix : wasRefused(finding) ? null : joined(begun.change, finding.fix);
    if (change === null) postponed.add(finding.id);
    else {
      const drain = changing.get(key);
      const step = drain === undefined ? null : ({ drain, step: 'change', isNew: false } as const);
      writes.set(key, writeOf(snapshot, change, [...(begun?.findings ?? []), finding], step));
    }
  }
  return { writes: [...writes.values()], postponed };
}

/** A list of users goes whole: with what it was written for it gives what the other findings ask for, whatever holds them. */
export function withGivenAlong(write: Write, findings: readonly Finding[]): Write {
  const { change } = write;
  const isGiven = ({ fix }: Fixable) =>
    fix.kind === 'set-pool' && sameId(fix.id, change.id) && fix.set.users !== undefined;
  if (change.kind !== 'set-pool' || change.set.users === undefined) return write;
  return { ...write, findings: [...new Set([...write.findings, ...findings.filter(isFixable).filter(isGiven)])] };
}

function wasRefused({ attempts }: Fixable): boolean {
  return attempts.refused !== null;
}

function byUrgency(a: Fixable, b: Fixable): number {
  const refused = Number(wasRefused(a)) - Number(wasRefused(b));
  if (refused !== 0) return refused;
  const more = SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity);
  return more || byRule(a, b);
}

const byRule = byKey(({ ruleId }: Fixable) => ruleId);

/** One change that does both; null when they set the same setting to different values. */
function joined(one: Change, other: Change): Change | null {
  if (one.kind === 'set-account' && other.kind === 'set-account') {
    const set = { ...one.set, ...other.set };
    return missingSettings(ACCOUNT_SETTINGS, one.set, set).length > 0 ? null : { ...one, set };
  }
  if (one.kind === 'set-pool' && other.kind === 'set-pool') {
    const set = { ...one.set, ...other.set };
    return missingSettings(POOL_SETTINGS, one.set, set).length > 0 ? null : { ...one, set };
  }
  return null;
}

/** A write of what was planned from `snapshot`. */
export function writeOf(
  snapshot: Snapshot,
  change: Change,
  findings: readonly Finding[],
  drain: Write['drain'],
): Write {
  return { change, was: settingsBefore(snapshot, change), findings, drain };
}

/** What the settings that the change sets are in the snapshot. */
export function settingsBefore(snapshot: Snapshot, change: Change): Write['was'] {
  const { account } = snapshot;
  if (change.kind === 'set-secret') return {};
  const settings =
    change.kind === 'set-pool'
      ? findPool(snapshot, change.id)?.settings
      : 'known' in account
        ? account.known.settings
        : undefined;
  return Object.fromEntries(Object.entries(settings ?? {}).filter(([key]) => key in change.set));
}
