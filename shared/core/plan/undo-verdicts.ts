import { z } from 'zod';
import { ACCOUNT_SETTINGS } from '../model/account-settings.ts';
import { manual } from '../model/change.ts';
import { POOL_SETTINGS } from '../model/pool-settings.ts';
import { idKey, parsePoolId, sameId } from '../model/resource-id.ts';
import { missingSettings } from '../model/same-setting.ts';
import { findPool, type Snapshot } from '../model/snapshot.ts';
import { after, DAY } from '../model/time.ts';
import { listed } from '../model/words.ts';
import type { Verdict } from '../policy/evaluate.ts';
import { defineRule, type Outcome } from '../policy/rule.ts';
import type { Finding } from './finding.ts';
import { UNDO, type Undo, type UndoneChange } from './undo.ts';

/** So long it is tried. */
const LASTS = 7 * DAY;

const UNDO_RULE = {
  title: 'A person takes a change back',
  severity: 'medium',
  sources: [],
  reads: [],
  sets: [],
  permissions: [],
  options: z.strictObject({}),
} as const;
const ON_ACCOUNTS = defineRule({ ...UNDO_RULE, id: UNDO, scope: 'account', check: () => [] });
const ON_POOLS = defineRule({ ...UNDO_RULE, id: UNDO, scope: 'pool', check: () => [] });

/** What undos ask for, as if a rule had found it: for each resource of one. @param pending those of `undos` that are not over */
export function undoVerdicts(
  undos: readonly Undo[],
  pending: readonly Undo[],
  verdicts: readonly Verdict[],
  snapshot: Snapshot,
): Verdict[] {
  return [...Map.groupBy(undos, ({ resourceId }) => idKey(resourceId)).values()].flatMap((ofOne) => {
    const [first] = ofOne;
    if (first === undefined || !isSeen(first.resourceId, snapshot)) return [];
    const { resourceId } = first;
    const asked = ofOne.filter((undo) => undo.entry !== null && pending.includes(undo));
    const outcomes = asked.flatMap((undo) => outcomeOf(undo, snapshot));
    const mode = asked.every((undo) => mayWrite(undo, verdicts)) ? 'enforce' : 'audit';
    return { rule: parsePoolId(resourceId) === null ? ON_ACCOUNTS : ON_POOLS, mode, resourceId, outcomes };
  });
}

/** Whether the policy lets the rules write there by which it was written. A person's word is his approval. */
function mayWrite({ entry, resourceId }: Undo, verdicts: readonly Verdict[]): boolean {
  const { rules = [] } = entry ?? {};
  const modes = rules.map(
    (id) => verdicts.find(({ rule, resourceId: of }) => rule.id === id && sameId(of, resourceId))?.mode,
  );
  return rules.length > 0 && modes.every((mode) => mode === 'approve' || mode === 'enforce');
}

function isSeen(resourceId: string, snapshot: Snapshot): boolean {
  return settingsOf(resourceId, snapshot) !== null;
}

function settingsOf(resourceId: string, snapshot: Snapshot) {
  const { account } = snapshot;
  if (parsePoolId(resourceId) !== null) return findPool(snapshot, resourceId)?.settings ?? null;
  return 'known' in account && sameId(account.known.id, resourceId) ? account.known.settings : null;
}

function outcomeOf({ entry, who, at, resourceId }: Undo, snapshot: Snapshot): Outcome[] {
  if (entry === null) return [];
  const path = `undo[${entry.id}]`;
  const asked = `${who} asked on ${at.toISOString()} that this write be taken back.`;
  const cannot = (why: string): Outcome => ({
    path,
    observed: null,
    desired: null,
    why: asked,
    fix: manual(`It is not taken back: ${why}.`),
  });
  const { change } = entry;
  if ('unknown' in change) return [cannot(change.unknown.message)];
  const { back, left } = change.known;
  if (missingIn(back, snapshot).length === 0) return [];
  const pool = findPool(snapshot, resourceId);
  if (pool !== undefined && pool.creationTime !== null && pool.creationTime > entry.at)
    return [cannot('the pool was made anew since')];
  const changed = missingIn(left, snapshot);
  if (changed.length > 0) return [cannot(`somebody changed ${listed(changed)} since`)];
  return [{ path, observed: left.set, desired: back.set, why: asked, fix: back }];
}

/** The settings that are not what the change sets. */
function missingIn(change: UndoneChange, { account, ...snapshot }: Snapshot): string[] {
  if (change.kind === 'set-pool')
    return missingSettings(POOL_SETTINGS, change.set, findPool({ account, ...snapshot }, change.id)?.settings ?? {});
  return missingSettings(ACCOUNT_SETTINGS, change.set, 'known' in account ? account.known.settings : {});
}

/** The undos that are over: written since, or as before by whomever. */
export function endedUndos(
  undos: readonly Undo[],
  snapshot: Snapshot,
  findings: readonly Finding[],
  now: Date,
): Undo[] {
  return undos.filter(({ entry, at, resourceId }) => {
    if (entry === null) return false;
    if (now >= after(at, LASTS)) return true;
    if (!isSeen(resourceId, snapshot)) return false;
    const written = findings.some(
      ({ ruleId, path, attempts, resourceId: of }) =>
        ruleId === UNDO &&
        path === `undo[${entry.id}]` &&
        sameId(of, resourceId) &&
        attempts.accepted.some((time) => time >= at),
    );
    return written || ('known' in entry.change && missingIn(entry.change.known.back, snapshot).length === 0);
  });
}
