import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { changeOf } from '../../../shared/azure/state/undo-rows.ts';
import { ACCOUNT_SETTINGS, type AccountSettings } from '../../../shared/core/model/account-settings.ts';
import { type Change, simulate } from '../../../shared/core/model/change.ts';
import { POOL_SETTINGS, type PoolSettings } from '../../../shared/core/model/pool-settings.ts';
import { missingSettings } from '../../../shared/core/model/same-setting.ts';
import { findPool, type Snapshot } from '../../../shared/core/model/snapshot.ts';
import { after, DAY, HOUR, MINUTE } from '../../../shared/core/model/time.ts';
import { type Finding, isFixable, NO_ATTEMPTS } from '../../../shared/core/plan/finding.ts';
import { intentOf, type JournalEntry } from '../../../shared/core/plan/journal.ts';
import { NO_MEMORY } from '../../../shared/core/plan/memory.ts';
import { type Plan, plan } from '../../../shared/core/plan/plan.ts';
import { UNDO, type Undo } from '../../../shared/core/plan/undo.ts';
import { settingsBefore } from '../../../shared/core/plan/write.ts';
import { evaluate } from '../../../shared/core/policy/evaluate.ts';
import { parsePolicy } from '../../../shared/core/policy/parse-policy.ts';
import type { Policy } from '../../../shared/core/policy/policy.ts';
import { defineRule } from '../../../shared/core/policy/rule.ts';
import { rules } from '../../../shared/rules/index.ts';
import { anySnapshot } from '../../support/arbitraries.ts';
import { anyPolicy } from '../../support/arbitrary-policy.ts';
import { runs } from '../../support/runs.ts';
import { anAccount, aPool, identityId, natPool, snapshotOf } from '../../support/snapshots.ts';

const now = new Date('2026-11-28T12:00:00Z');
const facts = {
  title: 'A rule',
  advice: 'mend it',
  severity: 'low',
  sources: [],
  permissions: [],
  reads: [],
  sets: [],
  breaks: null,
} as const;
/** The rule that asked for what is undone; it finds nothing. */
const ASKED = [
  defineRule({ ...facts, id: 'a-rule', scope: 'account', options: z.strictObject({}), check: () => [] }),
  defineRule({ ...facts, id: 'a-rule', scope: 'pool', options: z.strictObject({}), check: () => [] }),
];
const ENFORCED = parsePolicy('mode: enforce', ASKED);

/** As the journal keeps a write of the change. */
function entryOf(change: Change, snapshot: Snapshot, at = after(now, -HOUR)): JournalEntry {
  const write = { change, was: settingsBefore(snapshot, change), findings: [], drain: null };
  const look = { at, correlationId: 'look', version: '1', policy: 'h' };
  const { before, after: set, ...intent } = intentOf(write, snapshot, look);
  const kept: unknown = JSON.parse(JSON.stringify({ before, after: set }));
  const written = { kind: 'settings', ...(kept as { before: object; after: object }) } as const; // as it was a moment before
  return {
    ...intent,
    id: 'entry',
    accountId: snapshot.accountId,
    written,
    rules: ['a-rule'],
    outcome: { kind: 'applied', message: null, at },
  };
}

function undoOf(entry: JournalEntry, changes: Partial<Undo> = {}): Undo {
  const { id, at, resourceId } = entry;
  const undone = { id, at, rules: entry.rules, change: changeOf(entry) };
  return {
    id: 'request',
    resourceId,
    rules: entry.rules,
    who: 'Ada',
    at: after(now, -MINUTE),
    entry: undone,
    ...changes,
  };
}

function look(
  snapshot: Snapshot,
  undos: readonly Undo[],
  policy: Policy = ENFORCED,
  findings: readonly Finding[] = [],
): Plan {
  return plan({
    snapshot,
    verdicts: evaluate(snapshot, policy, now),
    memory: { ...NO_MEMORY, undos, findings },
    policy,
    now,
  });
}

const undoIn = ({ findings }: Plan) => findings.find(({ ruleId }) => ruleId === UNDO);

function isAsBefore(snapshot: Snapshot, was: Snapshot, change: Change): boolean {
  const before = settingsBefore(was, change);
  const { account } = snapshot;
  const pool = findPool(snapshot, change.id);
  const missing =
    pool === undefined
      ? missingSettings<AccountSettings>(ACCOUNT_SETTINGS, before, 'known' in account ? account.known.settings : {})
      : missingSettings<PoolSettings>(POOL_SETTINGS, before, pool.settings);
  return missing.length === 0;
}

test('law: what a rule wrote and a person takes back is as before, in meaning', () => {
  const kinds = new Map<string, number>();
  let refused = 0;
  fc.assert(
    fc.property(anySnapshot, anyPolicy, fc.nat(), (snapshot, policy, pick) => {
      const fixable = evaluate(snapshot, policy, now)
        .flatMap(({ outcomes }) => outcomes)
        .flatMap((outcome) => ('fix' in outcome ? outcome.fix : []))
        .filter((fix) => fix.kind === 'set-account' || fix.kind === 'set-pool')
        .filter(({ set }) => !('users' in set) && !('metadata' in set));
      const change = fixable[pick % Math.max(fixable.length, 1)];
      if (change === undefined) return;
      const written = simulate(snapshot, change);
      const undo = undoOf(entryOf(change, snapshot));
      const finding = undoIn(look(written, [undo]));
      if (isAsBefore(written, snapshot, change)) return;
      if (finding === undefined || !isFixable(finding)) {
        // What may be secret is not in the journal.
        refused += JSON.stringify(entryOf(change, snapshot)).includes('***') ? 1 : Number.NaN;
        return;
      }
      const key = Object.keys(change.set).join();
      kinds.set(key, (kinds.get(key) ?? 0) + 1);
      const undone = simulate(written, finding.fix);
      expect(isAsBefore(undone, snapshot, change)).toBe(true);
      // Then nothing is asked for any more.
      expect(look(undone, [undo])).toMatchObject({ writes: [], endedUndos: [undo] });
    }),
    { numRuns: runs(1000) },
  );
  console.log(`undo: ${JSON.stringify(Object.fromEntries(kinds))}, ${refused} refused`);
  expect(refused).not.toBeNaN();
  expect(kinds.size).toBeGreaterThan(3);
});

describe('an undo', () => {
  const before = snapshotOf({ account: anAccount({ authenticationModes: null }) });
  const change = { kind: 'set-account', id: before.accountId, set: { authenticationModes: ['AAD'] } } as const;
  const left = simulate(before, change);
  const undo = undoOf(entryOf(change, before));

  test('writes what was there, where nothing stood what Azure takes that for', () => {
    expect(look(left, [undo]).writes).toMatchObject([
      { change: { id: before.accountId, set: { authenticationModes: null } }, findings: [{ ruleId: UNDO }] },
    ]);
  });

  test.each(['mode: audit', 'mode: "off"'])('waits where the policy says %s for the rule that wrote it', (text) => {
    const { writes, findings } = look(left, [undo], parsePolicy(text, ASKED));
    expect([writes, findings.map(({ held }) => held?.code)]).toEqual([[], ['audit']]);
  });

  test('is approved by the word of who asks for it', () => {
    expect(look(left, [undo], parsePolicy('mode: approve', ASKED)).writes).toHaveLength(1);
  });

  test('is not contested, however many were made there in a day', () => {
    const { findings } = look(left, [undo]);
    const attempts = { ...NO_ATTEMPTS, accepted: [after(now, -2 * HOUR), after(now, -HOUR)] };
    const others = findings.map((one) => ({ ...one, id: `${one.id}x`, path: 'undo[other]', attempts }));
    expect(look(left, [undo], ENFORCED, others).writes).toHaveLength(1);
  });

  test('is not made where somebody changed it since, and says so', () => {
    const other = simulate(left, { ...change, set: { authenticationModes: ['SharedKey'] } });
    expect(look(other, [undo]).writes).toEqual([]);
    expect(undoIn(look(other, [undo]))?.fix).toMatchObject({
      kind: 'manual',
      why: expect.stringMatching(/somebody changed authenticationModes since/),
    });
  });

  test('holds the rule on the resource from the moment it is asked for until a release', () => {
    const aadOnly = parsePolicy('mode: "off"\nrules: { account-aad-only: enforce }\nkeyUse: { graceDays: 0 }', rules);
    const undoing = { ...undo, rules: ['account-aad-only'], entry: null };
    const held = (memory: object) =>
      plan({
        snapshot: before,
        verdicts: evaluate(before, aadOnly, now),
        memory: { ...NO_MEMORY, ...memory },
        policy: aadOnly,
        now,
      }).findings.map((one) => one.held?.code);
    expect(held({})).toEqual([undefined]);
    expect(held({ undos: [undoing] })).toEqual(['undone']);
    const release = { ruleId: 'account-aad-only', resourceId: before.accountId };
    expect(held({ undos: [undoing], releases: [{ ...release, at: undoing.at }] })).toEqual([undefined]);
    expect(held({ undos: [undoing], releases: [{ ...release, at: after(undoing.at, -1) }] })).toEqual(['undone']);
  });

  test.each<[string, Undo, number]>([
    ['is over once it was written, whatever stands there then', undo, 1],
    ['is not over by what was written before it was asked for', { ...undo, at: now }, 0],
    ['is over after seven days', { ...undo, at: after(now, -7 * DAY) }, 1],
  ])('%s', (_, asked, over) => {
    const [finding] = look(left, [undo]).findings;
    if (finding === undefined) throw new Error('no finding');
    const attempts = { ...NO_ATTEMPTS, accepted: [after(now, -1)] };
    const { writes, endedUndos } = look(left, [asked], ENFORCED, [{ ...finding, attempts }]);
    expect(endedUndos).toHaveLength(over);
    expect(writes).toHaveLength(1 - over);
  });

  test('is not made to a pool that was made anew since', () => {
    const pool = aPool({ endpoints: [natPool({ name: 'ssh' })], creationTime: after(now, -MINUTE) });
    const was = snapshotOf({ pools: [pool] });
    const set = { kind: 'set-pool', id: pool.id, set: { endpoints: null } } as const;
    const finding = undoIn(look(simulate(was, set), [undoOf(entryOf(set, was))]));
    expect(finding?.fix).toMatchObject({ kind: 'manual', why: expect.stringMatching(/the pool was made anew since/) });
  });

  const pool = aPool({ identityIds: [identityId('one')] });
  const inPool = snapshotOf({ pools: [pool] });
  const entry = entryOf({ kind: 'set-pool', id: pool.id, set: { identityIds: [] } }, inPool);
  test.each<[string, Partial<JournalEntry>, RegExp]>([
    ['of an undo', { rules: [UNDO] }, /it took a write back itself/],
    [
      'of what was refused',
      { outcome: { kind: 'refused', message: 'locked', at: now } },
      /it was not written \(refused\)/,
    ],
    ['of a secret', { written: { kind: 'secret', set: { disabled: [] } } }, /not taken back: add a version/],
    ['of what the row does not tell', { written: { kind: 'not-told', why: 'too long' } }, /too long/],
    ['of a size', { drain: { id: 'd', step: 'restore' } }, /a step of a drain/],
    [
      'of users',
      { written: { kind: 'settings', before: { users: [] }, after: { users: [] } } },
      /users cannot be taken back/,
    ],
    [
      'of what may be secret',
      { written: { kind: 'settings', before: { identityIds: ['***'] }, after: { identityIds: [] } } },
      /without what may be secret/,
    ],
    [
      'of settings that are none',
      { written: { kind: 'settings', before: { identityIds: 7 }, after: { identityIds: [] } } },
      /does not tell all/,
    ],
    [
      'of what was not there before',
      { written: { kind: 'settings', before: {}, after: { identityIds: [] } } },
      /does not tell all/,
    ],
  ])('%s cannot be', (_, changes, why) => {
    expect(changeOf({ ...entry, ...changes })).toMatchObject({ unknown: { message: expect.stringMatching(why) } });
  });
  test('of identities can be', () => {
    expect(changeOf(entry)).toMatchObject({ known: { back: { set: { identityIds: [identityId('one')] } } } });
  });
});
