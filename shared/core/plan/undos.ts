import { z } from 'zod';
import { ACCOUNT_SETTINGS, type AccountSettings } from '../model/account-settings.ts';
import { manual } from '../model/change.ts';
import { POOL_SETTINGS, type PoolSettings } from '../model/pool-settings.ts';
import { idKey, parsePoolId, sameId } from '../model/resource-id.ts';
import { missingSettings } from '../model/same-setting.ts';
import { findPool, type Snapshot } from '../model/snapshot.ts';
import { after, DAY } from '../model/time.ts';
import { listed } from '../model/words.ts';
import type { Verdict } from '../policy/evaluate.ts';
import { defineRule, type Outcome } from '../policy/rule.ts';
import type { Finding } from './finding.ts';
import { UNDO, type Undo, type UndoneChange, type UndoneEntry } from './undo.ts';
import { settingsBefore } from './write.ts';

/** So long it is tried. */
const LASTS = 7 * DAY;

const UNDO_RULE = {
  title: 'A person takes a change back',
  advice: 'take the change back',
  severity: 'medium',
  sources: [],
  reads: [],
  sets: [],
  breaks: null,
  permissions: [],
  options: z.strictObject({}),
} as const;
const ON_ACCOUNTS = defineRule({ ...UNDO_RULE, id: UNDO, scope: 'account', check: () => [] });
const ON_POOLS = defineRule({ ...UNDO_RULE, id: UNDO, scope: 'pool', check: () => [] });

interface UndosPlan {
  /** Written since, or as before by whomever, or too old. */
  readonly ended: readonly Undo[];
  /** What the others ask for, as if a rule had found it: of each resource that was ever asked about, so that it is told when that is over. */
  readonly verdicts: readonly Verdict[];
}

/** What comes of undos in one look. @param verdicts of the policy's rules @param findings those that are remembered */
export function planUndos(
  undos: readonly Undo[],
  verdicts: readonly Verdict[],
  findings: readonly Finding[],
  snapshot: Snapshot,
  now: Date,
): UndosPlan {
  const open = undos.filter(isOpen);
  const ended = new Set<Undo>(open.filter((undo) => isOver(undo, snapshot, findings, now)));
  const pending = open.filter((undo) => !ended.has(undo));
  const ofOne = Map.groupBy(undos, ({ resourceId }) => idKey(resourceId));
  return {
    ended: [...ended],
    verdicts: [...ofOne.values()]
      .flatMap(([first]) => first?.resourceId ?? [])
      .filter((id) => isSeen(id, snapshot))
      .map((id) => {
        const asked = pending.filter(({ resourceId }) => sameId(resourceId, id));
        return {
          rule: parsePoolId(id) === null ? ON_ACCOUNTS : ON_POOLS,
          mode: asked.every((undo) => mayWrite(undo, verdicts)) ? 'enforce' : 'audit',
          resourceId: id,
          outcomes: asked.flatMap((undo) => outcomeOf(undo, snapshot)),
        };
      }),
  };
}

type OpenUndo = Undo & { readonly entry: UndoneEntry };

function isOpen(undo: Undo): undo is OpenUndo {
  return undo.entry !== null;
}

/** Whether the policy lets the rules write there by which it was written. A person's word is his approval. */
function mayWrite({ entry: { rules }, resourceId }: OpenUndo, verdicts: readonly Verdict[]): boolean {
  const modes = rules.map(
    (id) => verdicts.find(({ rule, resourceId: of }) => rule.id === id && sameId(of, resourceId))?.mode,
  );
  return rules.length > 0 && modes.every((mode) => mode === 'approve' || mode === 'enforce');
}

function isSeen(resourceId: string, snapshot: Snapshot): boolean {
  const { account } = snapshot;
  if (parsePoolId(resourceId) !== null) return findPool(snapshot, resourceId) !== undefined;
  return 'known' in account && sameId(account.known.id, resourceId);
}

function pathOf({ id }: UndoneEntry): string {
  return `undo[${id}]`;
}

function outcomeOf({ entry, who, at, resourceId }: OpenUndo, snapshot: Snapshot): Outcome[] {
  const path = pathOf(entry);
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
function missingIn(change: UndoneChange, snapshot: Snapshot): string[] {
  const actual = settingsBefore(snapshot, change);
  return change.kind === 'set-pool'
    ? missingSettings<PoolSettings>(POOL_SETTINGS, change.set, actual)
    : missingSettings<AccountSettings>(ACCOUNT_SETTINGS, change.set, actual);
}

function isOver(
  { entry, at, resourceId }: OpenUndo,
  snapshot: Snapshot,
  findings: readonly Finding[],
  now: Date,
): boolean {
  if (now >= after(at, LASTS)) return true;
  if (!isSeen(resourceId, snapshot)) return false;
  const isWritten = findings.some(
    ({ ruleId, path, attempts, resourceId: of }) =>
      ruleId === UNDO &&
      path === pathOf(entry) &&
      sameId(of, resourceId) &&
      attempts.accepted.some((time) => time >= at),
  );
  return isWritten || ('known' in entry.change && missingIn(entry.change.known.back, snapshot).length === 0);
}
