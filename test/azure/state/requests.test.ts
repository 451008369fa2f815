import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Preparation, prepare } from '../../../local/installation.ts';
import { askForApproval, endApproval } from '../../../shared/azure/state/approval-rows.ts';
import { memoryIn } from '../../../shared/azure/state/memory.ts';
import { askForRotation } from '../../../shared/azure/state/requests.ts';
import { tableKey } from '../../../shared/azure/state/storage.ts';
import { askForUndo } from '../../../shared/azure/state/undo-rows.ts';
import { after, DAY, HOUR, SECOND } from '../../../shared/core/model/time.ts';
import type { BadRows } from '../../../shared/core/plan/log-line.ts';

let local: Preparation;
beforeAll(async () => {
  local = await prepare({ accounts: [] });
});
afterAll(() => local.stop());

const never = new AbortController().signal;
const reported: BadRows[] = [];
let now: Date;
let accountId: string;
let poolId: string;
let made = 0;
beforeEach(() => {
  reported.length = 0;
  now = new Date();
  made += 1;
  accountId = `/subscriptions/sub/resourceGroups/rg/providers/Microsoft.Batch/batchAccounts/asked${made}`;
  poolId = `${accountId}/pools/frames`;
});

const report = (bad: BadRows) => void reported.push(bad);
const asked = async () => (await memoryIn(local.storage, never, report, () => now).load(accountId)).rotations;
const ask = (changes: object = {}) =>
  askForRotation(local.storage.requests, { poolId, user: 'artist', who: 'me', at: now, ...changes }, never);
const put = (columns: object) =>
  local.storage.requests.createEntity({
    partitionKey: tableKey(accountId),
    rowKey: 'one',
    action: 'rotate',
    pool: poolId,
    user: 'artist',
    who: 'me',
    when: now,
    ...columns,
  });

describe('a rotation', () => {
  test('that nobody asked for is none', async () => {
    expect(await asked()).toEqual([]);
  });

  test('is seen by the next look, each as often as somebody asked', async () => {
    await ask({ at: after(now, -HOUR) });
    await ask();
    await ask({ user: 'Other' });
    const seen = await asked();
    expect(seen).toHaveLength(3);
    expect(seen).toEqual(
      expect.arrayContaining([
        { poolId, user: 'artist', at: after(now, -HOUR) },
        { poolId, user: 'artist', at: now },
        { poolId, user: 'Other', at: now },
      ]),
    );
    expect(reported).toEqual([]);
  });

  test('is asked for in the account of the pool, however its id is written', async () => {
    poolId = poolId.toUpperCase();
    await ask();
    expect(await asked()).toMatchObject([{ poolId }]);
  });

  test.each(['', 'frames', '/subscriptions/sub', '/subscriptions/s/resourceGroups/g'])(
    'of no pool is asked for by nobody: %j',
    async (id) => {
      await expect(ask({ poolId: id })).rejects.toThrow(TypeError);
    },
  );

  test('may be asked for by a person, who writes times as text', async () => {
    await put({ when: '2026-11-01T00:00:00Z', note: 'by hand' });
    expect(await asked()).toEqual([{ poolId, user: 'artist', at: new Date('2026-11-01T00:00:00Z') }]);
  });

  test('with a time to come counts as asked for when the row was written: it asks once, not at each look', async () => {
    await ask({ at: after(now, 365 * DAY) });
    now = after(now, HOUR);
    const [first] = await asked();
    expect(Math.abs(Number(first?.at) - Number(after(now, -HOUR)))).toBeLessThan(HOUR / 2);
    now = after(now, DAY);
    expect(await asked()).toEqual([first]);
    now = after(now, -10 * DAY);
    expect(await asked()).toMatchObject([{ at: now }]);
  });

  test('of a clock a little ahead counts as now', async () => {
    await ask({ at: after(now, 20 * SECOND) });
    expect(await asked()).toMatchObject([{ at: now }]);
  });

  const elsewhere = '/subscriptions/sub/resourceGroups/rg/providers/Microsoft.Batch/batchAccounts/other/pools/frames';
  test.each([
    [{ pool: elsewhere }],
    [{ pool: 'frames' }],
    [{ pool: 7 }],
    [{ user: '' }],
    [{ user: 'u'.repeat(21) }],
    [{ user: 7 }],
    [{ who: 7 }],
    [{ when: 'soon' }],
    [{ when: 7 }],
    [{ when: true }],
  ])('that is none is reported, and the others are seen: %j', async (columns) => {
    await put(columns);
    await ask();
    expect(await asked()).toHaveLength(1);
    const rows = [`${tableKey(accountId)}/one`];
    const reason = 'not a request to rotate: it needs pool (its id, of this account), user, who and when';
    expect(reported).toEqual([{ table: 'requests', rows, reason }]);
  });

  test('is no release, and a release asks for none', async () => {
    await ask();
    const release = { action: 'release', rule: 'pool-subnet', resource: poolId, who: 'me', when: now };
    await put({ ...release });
    const memory = await memoryIn(local.storage, never, report, () => now).load(accountId);
    expect(memory).toMatchObject({ releases: [{ ruleId: 'pool-subnet' }], rotations: [{ user: 'artist' }] });
  });
});

describe('a release', () => {
  const release = (changes: object = {}) =>
    put({ action: 'release', rule: 'pool-subnet', resource: poolId, when: now, ...changes });
  const releases = async () => (await memoryIn(local.storage, never, report, () => now).load(accountId)).releases;

  test('counts from when the table took it, which a clock that tells seconds puts before', async () => {
    const before = new Date();
    await release({ when: new Date(Math.floor(before.getTime() / SECOND) * SECOND - SECOND) });
    now = after(new Date(), SECOND);
    const [seen] = await releases();
    expect(seen).toMatchObject({ ruleId: 'pool-subnet', resourceId: poolId });
    expect(Number(seen?.at)).toBeGreaterThanOrEqual(Number(before));
    expect(seen?.at).toEqual((await releases())[0]?.at);
  });

  test('of a clock a little ahead counts at once', async () => {
    await release({ when: after(now, 20 * SECOND) });
    expect(await releases()).toMatchObject([{ at: now }]);
  });

  test.each([
    ['past', -HOUR],
    ['to come', HOUR],
  ])('that is dated %s keeps its time', async (_, away) => {
    const when = after(now, away);
    await release({ when });
    expect(await releases()).toMatchObject([{ at: when }]);
  });
});

describe('an approval', () => {
  const CHANGE = 'c0ffee00c0ffee00';
  const memory = () => memoryIn(local.storage, never, report, () => now);
  const approvals = async () => (await memory().load(accountId)).approvals;
  const approve = (changes: object = {}) =>
    askForApproval(
      local.storage.requests,
      { changeId: CHANGE, resourceId: poolId, who: 'Ada', at: now, until: after(now, DAY), ...changes },
      never,
    );

  test('is seen by the next look, dated by the clock of the table, for 30 days at most', async () => {
    await approve({ at: after(now, DAY), until: after(now, 300 * DAY) });
    const [only, ...others] = await approvals();
    expect(others).toEqual([]);
    expect(only).toMatchObject({ changeId: CHANGE, who: 'Ada' });
    expect(only?.at.getTime()).toBeLessThanOrEqual(now.getTime());
    expect(only?.until.getTime()).toBe(after(only?.at ?? now, 30 * DAY).getTime());
  });

  test('is not seen again once a look has ended it, however often that look is told', async () => {
    await approve();
    await approve();
    const [one, other] = await approvals();
    if (one === undefined || other === undefined) throw new Error('not two');
    for (let times = 0; times < 2; times++)
      await endApproval(local.storage.requests, accountId, { approval: one, how: 'used' }, now, never);
    expect(await approvals()).toEqual([other]);
  });

  test.each<[string, object]>([
    ['without a change', { change: undefined }],
    ['of something that is no change', { change: 'all' }],
    ['of nobody', { who: undefined }],
    ['without an end', { until: undefined }],
    ['whose end is no time', { until: 'ever' }],
  ])('%s approves nothing, and is told', async (_, columns) => {
    await put({ action: 'approve', change: CHANGE, until: after(now, DAY), ...columns });
    expect(await approvals()).toEqual([]);
    expect(reported).toMatchObject([{ table: 'requests', reason: expect.stringMatching(/^not an approval/) }]);
  });
});

describe('what is asked for badly', () => {
  const long = 'k'.repeat(201);
  test.each<[string, object, RegExp]>([
    [
      'an approval with a key that leaves no room for its end',
      { action: 'approve', rowKey: long, change: 'c0ffee00c0ffee00', until: new Date() },
      /^not an approval/,
    ],
    [
      'an undo with such a key',
      { action: 'undo', rowKey: long, entry: '2026-11-28T08:15:02.114Z-5f0c9a1be2d34a77', resource: 'x', rules: '[]' },
      /^not an undo/,
    ],
    [
      'an undo of what can be no write',
      { action: 'undo', entry: 'e'.repeat(30_000), resource: 'x', rules: '[]' },
      /^not an undo/,
    ],
  ])('%s is passed over, and told', async (_, columns, reason) => {
    await put(columns);
    const { approvals, undos } = await memoryIn(local.storage, never, report, () => now).load(accountId);
    expect([approvals, undos]).toEqual([[], []]);
    expect(reported).toMatchObject([{ table: 'requests', reason: expect.stringMatching(reason) }]);
  });

  test('what is approved and to be undone of an account that is gone is over', async () => {
    const { requests } = local.storage;
    await askForApproval(
      requests,
      { changeId: 'c0ffee00c0ffee00', resourceId: poolId, who: 'Ada', at: now, until: after(now, DAY) },
      never,
    );
    await askForUndo(
      requests,
      {
        resourceId: poolId,
        rules: ['a-rule'],
        who: 'Ada',
        at: now,
        entry: '2026-11-28T08:15:02.114Z-5f0c9a1be2d34a77',
      },
      never,
    );
    const memory = memoryIn(local.storage, never, report, () => now);
    const loaded = await memory.load(accountId);
    expect([loaded.approvals.length, loaded.undos.length]).toEqual([1, 1]);
    await memory.gone(accountId, [], now, loaded);
    const { approvals, undos } = await memory.load(accountId);
    expect([approvals, undos.map(({ entry }) => entry)]).toEqual([[], [null]]);
  });

  test.each([
    ['without an outcome', null, true],
    ['that Azure took', 'applied', true],
    ['that Azure refused', 'refused', false],
    ['of which no answer came', 'failed', false],
  ] as const)('an approval of a change with a write %s in the journal', async (_, kind, isSpent) => {
    const change = 'c0ffee00c0ffee00';
    await askForApproval(
      local.storage.requests,
      { changeId: change, resourceId: poolId, who: 'Ada', at: now, until: after(now, DAY) },
      never,
    );
    const at = after(new Date(), SECOND);
    const rowKey = `${at.toISOString()}-5f0c9a1be2d34a77`;
    const partitionKey = tableKey(accountId);
    await local.storage.journal.createEntity({ partitionKey, rowKey, at, changes: `0000000000000000 ${change}` });
    if (kind !== null)
      await local.storage.journal.createEntity({ partitionKey, rowKey: `${rowKey}-outcome`, kind, at });
    const { approvals } = await memoryIn(local.storage, never, report, () => after(now, HOUR)).load(accountId);
    expect(approvals).toMatchObject([{ changeId: change, isSpent }]);
  });
});
