import { describe, expect, test } from 'vitest';
import type { Fix } from '../../../shared/core/model/change.ts';
import type { Pool } from '../../../shared/core/model/pool.ts';
import type { Scale } from '../../../shared/core/model/pool-settings.ts';
import { idKey } from '../../../shared/core/model/resource-id.ts';
import { after, DAY, HOUR, MINUTE, SECOND } from '../../../shared/core/model/time.ts';
import type { DrainLook } from '../../../shared/core/plan/drain-beginning.ts';
import { drainFindingId } from '../../../shared/core/plan/drain-finding.ts';
import { planDrains } from '../../../shared/core/plan/drains.ts';
import type { Finding } from '../../../shared/core/plan/finding.ts';
import { parsePolicy } from '../../../shared/core/policy/parse-policy.ts';
import { tagsOf } from '../../../shared/core/rotation/secret-owner.ts';
import { finding } from '../../support/cli/findings.ts';
import { aDrain, BEGUN_AT, drainedPool, fixed, nodes } from '../../support/drains/examples.ts';
import { aSecret, aVersion, having, VAULT } from '../../support/rotations/examples.ts';
import { aPool, POOL_ID, poolId, snapshotOf } from '../../support/snapshots.ts';

const now = after(BEGUN_AT, HOUR);
const drain = aDrain();
const drains = (options = '') => parsePolicy(`mode: enforce\ndrains: { max: 1, begin: any${options} }`, []);
/** A pool that no drain holds, with nodes. */
const busy = aPool({ scale: fixed(4), nodes: nodes(4) });
const formula: Scale = { kind: 'autoscale', formula: '$N = 3;', interval: null };

function open(id: string, fix: Fix): Finding {
  return finding({ id, resourceId: POOL_ID, held: null, fix });
}
const change = open('change', { kind: 'set-pool', id: POOL_ID, set: { endpoints: null } });
const minted = { kind: 'both', replaces: 'none', maxAge: DAY } as const;
const mint = open('mint', {
  kind: 'set-secret',
  id: `${VAULT}/secrets/a`,
  poolId: POOL_ID,
  user: 'render',
  set: { minted },
});
const told = (changes: Partial<Finding> = {}): Finding =>
  finding({ id: drainFindingId(POOL_ID), ruleId: 'drain', resourceId: POOL_ID, severity: 'critical', ...changes });

interface Case {
  readonly seen?: readonly Finding[];
  readonly pool?: Pool;
  readonly look?: Partial<DrainLook>;
}

function planned({ seen = [change, mint], pool = drainedPool(), look }: Case) {
  return planDrains(seen, {
    snapshot: snapshotOf({ pools: [pool] }),
    policy: drains(),
    remembered: new Map(),
    releases: [],
    drains: [drain],
    unfinished: new Map(),
    withoutSlot: new Set(),
    correlationId: 'c',
    now,
    ...look,
  });
}

/** What a table can show of a plan. */
function inShort(one: Case) {
  const { held, changing, writes, finishes, endings, lookAt } = planned(one);
  return {
    held: [...held].map(([id, reason]) => `${id}: ${reason.code}`),
    changing: [...changing].map(([key, each]) => `${each.id} ${key === idKey(POOL_ID)}`),
    writes: writes.map((write) => `${write.drain?.step} ${write.drain?.isNew}`),
    finishes: finishes.map((write) => `${write.drain?.step ?? 'mark'} ${write.drain?.isNew ?? ''}`.trim()),
    endings: endings.map(({ end }) => end.how),
    lookAt: lookAt.map((at) => (at.getTime() - now.getTime()) / SECOND),
  };
}

const NOTHING = { held: [], changing: [], writes: [], finishes: [], endings: [], lookAt: [] };
const BOTH = ['change: draining', 'mint: draining'];
const over = aDrain({ ended: { at: now, how: 'restored', changes: 1 }, writes: [] });
const unfinished = (changes: object) =>
  new Map([[idKey(POOL_ID), { what: 'x', isWaitedFor: false, isUnread: false, ...changes }]]);
const remembered = (one: Finding) => new Map([[one.id, one]]);
const unmarked = (changes: Parameters<typeof drainedPool>[0] = {}) =>
  drainedPool({ mark: null, scale: fixed(4), nodes: nodes(1), ...changes });

describe('what comes of a pool that a drain holds, or held', () => {
  test.each<[string, Case, Partial<ReturnType<typeof inShort>>]>([
    ['nothing, where there is no drain and nothing to change', { seen: [], pool: busy, look: { drains: [] } }, {}],
    [
      'its first write is waited for',
      { pool: busy, look: { drains: [aDrain({ writes: [], begunAt: now })] } },
      { held: BOTH, lookAt: [900] },
    ],
    [
      'its nodes go: secrets are made meanwhile',
      { pool: drainedPool({ nodes: nodes(2, 'Resizing') }) },
      { held: ['change: draining'], lookAt: [450] },
    ],
    [
      'nodes stayed: it is emptied again',
      { pool: drainedPool({ nodes: nodes(2) }) },
      { held: ['change: draining'], writes: ['empty false'], lookAt: [120] },
    ],
    ['it is at zero: it is changed', {}, { changing: ['d1 true'], lookAt: [120] }],
    ['nothing is left to change: it is given back', { seen: [] }, { finishes: ['restore false'], lookAt: [120] }],
    [
      'its time is over',
      { look: { now: after(drain.deadline, MINUTE) } },
      { held: BOTH, finishes: ['restore false'], lookAt: [5 * 3600 + 60 + 120] },
    ],
    [
      'its size comes back',
      { seen: [mint], pool: drainedPool({ nodes: nodes(2, 'Resizing') }), look: { now: after(drain.deadline, 0) } },
      { held: ['mint: draining'], lookAt: [5 * 3600 + 600] },
    ],
    [
      'what was given is not current yet: it waits',
      { seen: [], look: { unfinished: unfinished({ isWaitedFor: true }) } },
      { changing: ['d1 true'], lookAt: [120] },
    ],
    [
      'the owner gave it a size',
      { pool: drainedPool({ scale: fixed(7), nodes: nodes(7) }) },
      { held: BOTH, finishes: ['unmark false'], lookAt: [120] },
    ],
    ['its mark is gone', { pool: drainedPool({ mark: null }) }, { held: BOTH }],
    [
      'its size is there',
      { pool: unmarked({ nodes: nodes(4) }) },
      { held: BOTH, endings: ['restored'], lookAt: [120] },
    ],
    [
      'a mark of no drain: told first, and a drain may begin',
      { pool: aPool({ ...drainedPool().settings, scale: fixed(4), nodes: nodes(4) }), look: { drains: [] } },
      { held: ['change: draining'], writes: ['empty true'] },
    ],
    ['the same, and nothing is to be changed', { seen: [], look: { drains: [] } }, {}],
    [
      'a mark of another pool: told first',
      { seen: [], look: { drains: [aDrain({ poolId: poolId('other'), ended: over.ended })] } },
      { lookAt: [120] },
    ],
    [
      'the same, told',
      {
        look: { drains: [aDrain({ poolId: poolId('other'), ended: over.ended })], remembered: remembered(told()) },
      },
      { held: ['change: other-change-first', 'mint: other-change-first'], finishes: ['mark'], lookAt: [120] },
    ],
    [
      'the same, told and over',
      {
        seen: [],
        look: {
          drains: [aDrain({ poolId: poolId('other'), ended: over.ended })],
          remembered: remembered(told({ status: 'closed' })),
        },
      },
      { lookAt: [120] },
    ],
    [
      'it is over, and its size comes',
      { pool: unmarked({ nodes: nodes(1, 'Resizing') }), look: { drains: [over] } },
      { held: BOTH, lookAt: [120] },
    ],
    [
      'it is over, and its size did not come: another may begin when it rested',
      { pool: unmarked(), look: { drains: [over] } },
      { held: ['change: resting', 'mint: resting'], lookAt: [86_400] },
    ],
    [
      'it is over, and the vault did not tell what tasks read',
      {
        seen: [],
        pool: unmarked({ nodes: nodes(4) }),
        look: { drains: [over], unfinished: unfinished({ isUnread: true }), remembered: remembered(told()) },
      },
      { lookAt: [300] },
    ],
    [
      'the same, and nothing is told of it',
      {
        seen: [],
        pool: unmarked({ nodes: nodes(4) }),
        look: { drains: [over], unfinished: unfinished({ isUnread: true }) },
      },
      {},
    ],
    [
      'the same, and the vault did tell',
      {
        seen: [],
        pool: unmarked({ nodes: nodes(4) }),
        look: { drains: [over], unfinished: unfinished({}), remembered: remembered(told()) },
      },
      {},
    ],
  ])('%s', (_, one, expected) => {
    expect(inShort(one)).toEqual({ ...NOTHING, ...expected });
  });

  test.each<[string, Case, string]>([
    [
      'a person is asked',
      { pool: drainedPool({ mark: null }) },
      'a person is asked about the drain of the pool: see its finding of rule drain',
    ],
    [
      'its size comes',
      { pool: unmarked({ nodes: nodes(1, 'Resizing') }), look: { drains: [over] } },
      'a drain is over, and the pool gets its size back',
    ],
    [
      'a mark goes',
      { look: { drains: [aDrain({ poolId: poolId('other'), ended: over.ended })], remembered: remembered(told()) } },
      'the mark of no drain goes first',
    ],
    ['its nodes go', { pool: drainedPool({ nodes: nodes(2, 'Resizing') }) }, `its nodes go; then this is changed`],
    ['it is emptied again', { pool: drainedPool({ nodes: nodes(2) }) }, `its nodes go; then this is changed`],
    ['its size was there', { pool: unmarked({ nodes: nodes(4) }) }, 'its size comes back; this is changed in another'],
    [
      'the owner gave it a size',
      { pool: drainedPool({ scale: fixed(7) }) },
      'its size comes back; this is changed in another',
    ],
    ['a drain begins', { pool: busy, look: { drains: [] } }, `its nodes go; then this is changed`],
  ])('and a change waits, in words: %s', (_, one, words) => {
    expect(planned(one).held.get('change')?.message).toContain(words);
  });

  test('what is given back rests on its finding, and on none where nothing is told', () => {
    expect(planned({ seen: [] }).finishes[0]?.findings).toMatchObject([{ ruleId: 'drain' }]);
    expect(planned({ pool: drainedPool({ scale: fixed(7) }) }).finishes[0]?.findings).toEqual([]);
  });

  test('only what a pool at zero takes, or what is made for it, keeps the pool at zero', () => {
    const others = [
      open('metadata', { kind: 'set-pool', id: POOL_ID, set: { metadata: [] } }),
      open('account', { kind: 'set-account', id: POOL_ID, set: { authenticationModes: ['AAD'] } }),
      open('disable', { ...mintFix(), set: { disabled: [] } }),
      { ...change, held: { code: 'audit', message: '', until: null } as const },
    ];
    expect(inShort({ seen: others }).finishes).toEqual(['restore false']);
    const both = open('both', { kind: 'set-pool', id: POOL_ID, set: { metadata: [], endpoints: null } });
    const keep = [[mint], [change], [both]].map((seen) => inShort({ seen }).changing);
    expect(keep).toEqual([['d1 true'], ['d1 true'], ['d1 true']]);
  });
});

function mintFix() {
  return { kind: 'set-secret', id: `${VAULT}/secrets/a`, poolId: POOL_ID, user: 'render' } as const;
}

describe('a drain begins', () => {
  const begins = (look: Partial<DrainLook> = {}, seen: readonly Finding[] = [change]) =>
    planned({ pool: busy, seen, look: { drains: [], ...look } });

  test('with a row that has what its end needs', () => {
    const secrets = { known: [aSecret(), aSecret({ poolId: poolId('other') })] };
    const snapshot = snapshotOf({ pools: [busy], facets: { secrets } });
    const { writes, lookAt } = begins({ snapshot });
    const { user, main, isBound } = aSecret();
    expect(writes).toMatchObject([
      {
        change: { id: POOL_ID, set: { scale: { dedicated: 0 } } },
        findings: [change],
        drain: { step: 'empty', isNew: true, drain: { poolId: POOL_ID, saved: fixed(4) } },
      },
    ]);
    expect(writes[0]?.drain?.drain.secrets).toEqual([{ user, main, isBound }]);
    // The plan looks again for each write.
    expect(lookAt).toEqual([]);
  });

  test('with what is to be given at zero, but for what is made first', () => {
    const users = ['render', 'setup'].map((name) => ({ name, elevationLevel: null }));
    const pool = aPool({ ...busy.settings, users, nodes: nodes(4) });
    const known = users.map(({ name: user }) => {
      const version = aVersion('1', now, { tags: tagsOf({ poolId: POOL_ID, user }) });
      return aSecret({ user, main: { vault: VAULT, name: user }, versions: { known: having([version]) } });
    });
    const snapshot = snapshotOf({ pools: [pool], facets: { secrets: { known } } });
    const gives = (...seen: Finding[]) => {
      const [write] = planned({ seen, look: { snapshot, drains: [] } }).writes;
      return write?.drain?.isNew === true && write.drain.gives.map(({ name, secret }) => `${name} ${secret.name}`);
    };
    const elevation = open('users', { kind: 'set-pool', id: POOL_ID, set: { users } });
    expect(gives(elevation)).toEqual(['render render', 'setup setup']);
    expect(gives(change, mint)).toEqual(['setup setup']);
    expect(gives(change)).toEqual([]);
  });

  test('by an id that no other look gives', () => {
    const id = (look: Partial<DrainLook>) => begins(look).writes[0]?.drain?.drain.id;
    const usual = id({});
    expect(usual).toMatch(/^[0-9a-f]{16}$/);
    expect(id({})).toBe(usual);
    const others = [id({ correlationId: 'd' }), id({ now: after(now, 1) })];
    expect(new Set([usual, ...others]).size).toBe(3);
  });

  test.each<[string, Partial<DrainLook>, string, readonly Date[]]>([
    ['where nobody keeps drains', { drains: null }, 'waits-for-zero', []],
    ['where the policy has none', { policy: parsePolicy('mode: enforce', []) }, 'waits-for-zero', []],
    ['without a slot', { withoutSlot: new Set([idKey(POOL_ID)]) }, 'drain-slot', [after(now, 15 * MINUTE)]],
    ['before it was announced', { policy: drains(', notice: PT1H') }, 'drain-announced', [after(now, HOUR)]],
    [
      'before the time that was announced for another',
      {
        policy: drains(', notice: PT1H'),
        remembered: remembered({
          ...change,
          held: { code: 'drain-announced', message: '', until: after(now, MINUTE) },
        }),
      },
      'drain-announced',
      [after(now, MINUTE)],
    ],
    [
      'while something else held it until then',
      {
        policy: drains(', notice: PT1H'),
        remembered: remembered({ ...change, held: { code: 'refused', message: '', until: after(now, MINUTE) } }),
      },
      'drain-announced',
      [after(now, HOUR)],
    ],
    ['after two that changed nothing', { drains: [idle(2), idle(4)] }, 'contested', []],
  ])('not %s', (_, look, code, lookAt) => {
    const plan = begins(look);
    expect([plan.writes, plan.held.get('change')?.code, plan.lookAt]).toEqual([[], code, lookAt]);
  });

  test('and says what keeps the pool from being changed', () => {
    expect(begins({ drains: null }).held.get('change')?.message).toBe('waits for a drain: it has 4 nodes');
  });

  test('after two that changed nothing once a person released the rule of drains of this pool', () => {
    const release = { ruleId: 'drain', resourceId: POOL_ID, at: after(now, -DAY) };
    const many = (releases: DrainLook['releases']) => begins({ drains: [idle(2), idle(4)], releases }).writes.length;
    expect(many([release])).toBe(1);
    expect(
      many([
        { ...release, ruleId: 'other' },
        { ...release, resourceId: poolId('other') },
      ]),
    ).toBe(0);
  });

  test('not for an invalid policy, nor for a pool at zero', () => {
    expect(inShort({ pool: busy, look: { drains: [], policy: { invalid: 'line 1' } } })).toEqual(NOTHING);
    expect(inShort({ pool: aPool(), look: { drains: [] } })).toEqual(NOTHING);
  });
});

/** Ended so many days ago, without a change. */
function idle(daysAgo: number) {
  return aDrain({ id: `${daysAgo}`, ended: { at: after(now, -daysAgo * DAY), how: 'restored', changes: 0 } });
}

describe('a drain of a pool that was not read', () => {
  const other = aDrain({ id: 'd2', poolId: poolId('other') });
  const late = after(drain.deadline, HOUR);
  const missing = (look: Partial<DrainLook>) => {
    const { endings, lookAt, findings } = planned({ seen: [], pool: aPool(), look });
    return [endings.map((each) => [each.drain.id, each.end.how]), lookAt, findings.map(({ resourceId }) => resourceId)];
  };

  test.each<[string, Partial<DrainLook>, ReturnType<typeof missing>]>([
    ['waits for its time, and a minute', { drains: [other] }, [[], [after(other.deadline, MINUTE)], []]],
    ['at its time, still', { drains: [other], now: other.deadline }, [[], [after(other.deadline, MINUTE)], []]],
    ['is over then, and says nothing', { drains: [other], now: late }, [[['d2', 'pool-gone']], [], []]],
    ['was over before', { drains: [{ ...other, ended: over.ended }], now: late }, [[], [], []]],
    [
      'may be listed by a look that is whole: it is told',
      { drains: [other], now: late, snapshot: snapshotOf({ pools: [], complete: false }) },
      [[], [], [other.poolId]],
    ],
    [
      'was listed, and could not be read: it is told',
      {
        drains: [other],
        now: late,
        snapshot: snapshotOf({ pools: [{ id: other.poolId.toUpperCase(), unreadable: 'x' }] }),
      },
      [[], [], [other.poolId]],
    ],
  ])('%s', (_, look, expected) => {
    expect(missing(look)).toEqual(expected);
  });

  test('the drain of each pool is its own', () => {
    const pools = [drainedPool(), drainedPool({ id: other.poolId, mark: 'd2', scale: formula })];
    const { finishes } = planned({ seen: [], look: { drains: [drain, other], snapshot: snapshotOf({ pools }) } });
    expect(finishes.map((write) => [write.change.id, write.drain?.drain.id, write.drain?.step])).toEqual([
      [POOL_ID, 'd1', 'restore'],
      [other.poolId, 'd2', 'unmark'],
    ]);
  });
});
