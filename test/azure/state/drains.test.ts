import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Preparation, prepare } from '../../../local/installation.ts';
import { rememberedAccounts } from '../../../shared/azure/state/account-index.ts';
import { closeSubscription } from '../../../shared/azure/state/closed-subscriptions.ts';
import { drainsIn, drainsOf } from '../../../shared/azure/state/drains.ts';
import { journalIn } from '../../../shared/azure/state/journal.ts';
import { memoryIn } from '../../../shared/azure/state/memory.ts';
import { recordListingFailure } from '../../../shared/azure/state/poison-findings.ts';
import { accountsDraining } from '../../../shared/azure/state/slots.ts';
import { tableKey } from '../../../shared/azure/state/storage.ts';
import type { Drain, DrainEnd } from '../../../shared/core/drain/drain.ts';
import { after, DAY, HOUR, MINUTE } from '../../../shared/core/model/time.ts';
import type { Intent } from '../../../shared/core/plan/journal.ts';
import type { BadRows } from '../../../shared/core/plan/log-line.ts';
import { aDrain } from '../../support/drains/examples.ts';

let local: Preparation;
beforeAll(async () => {
  local = await prepare({ accounts: [] });
});
afterAll(() => local.stop());

let now: Date;
const never = new AbortController().signal;
const reported: BadRows[] = [];
const report = (bad: BadRows) => void reported.push(bad);
let accountId: string;
let made = 0;
beforeEach(async () => {
  reported.length = 0;
  now = new Date('2026-11-22T12:00:00Z');
  made += 1;
  accountId = `/subscriptions/sub/resourcegroups/rg/providers/microsoft.batch/batchaccounts/acct${made}`;
  for await (const { partitionKey = '', rowKey = '' } of local.storage.budget.listEntities())
    await local.storage.budget.deleteEntity(partitionKey, rowKey);
});

const drains = () => drainsOf(local.storage, () => now, never);
const journal = (signal = never) => journalIn(local.storage.journal, signal);
const kept = async () => (await memoryIn(local.storage, never, report, () => now).load(accountId)).drains;
const poolId = (name = 'pool1') => `${accountId}/pools/${name}`;
const newDrain = (changes: Partial<Drain> = {}) => aDrain({ poolId: poolId(), writes: [], ...changes });

function intentOf(drain: Drain | null, step: NonNullable<Intent['drain']>['step'] = 'empty'): Intent {
  return {
    at: now,
    resourceId: poolId(),
    writeClass: 'begin',
    drain: drain && { id: drain.id, step },
    before: { scale: 4 },
    after: { scale: 0, password: 'hunter2-hunter2' },
    changeHash: 'c1',
    changes: [],
    rules: ['pool-remote-access'],
    findings: ['f1'],
    why: 'Open to the internet.',
    correlationId: 'a run',
    version: '1.2.3',
    policy: 'h1',
  };
}

describe('drains', () => {
  test.each<[string, Drain['saved']]>([
    ['of a fixed size', { kind: 'fixed', dedicated: 4, lowPriority: 2, resizeTimeout: 'PT20M' }],
    ['of a formula', { kind: 'autoscale', formula: '$TargetDedicatedNodes = 3;\n// "quoted"', interval: null }],
  ])('%s are read as they were written', async (_, saved) => {
    const drain = newDrain({ saved });
    await drains().beginDrain(accountId, drain);
    expect(await kept()).toEqual([drain]);
    await expect(drains().beginDrain(accountId, drain)).rejects.toThrow(/exists/i);
    expect(reported).toEqual([]);
  });

  test('their writes are those of the journal, and what has no outcome is unknown', async () => {
    const drain = newDrain({ begunAt: now });
    await drains().beginDrain(accountId, drain);
    const first = await journal().intend(accountId, intentOf(drain));
    await journal().conclude(accountId, first, { kind: 'applied', alsoMoved: [] }, now);
    await journal().intend(accountId, intentOf(null));
    now = after(now, MINUTE);
    await journal().intend(accountId, intentOf(drain, 'change'));
    expect((await kept())?.[0]?.writes).toEqual([
      { step: 'empty', at: drain.begunAt, outcome: 'applied' },
      { step: 'change', at: now, outcome: 'unknown' },
    ]);
  });

  test('an end is kept as it was first told, for a month', async () => {
    const drain = newDrain();
    const end: DrainEnd = { at: now, how: 'restored', changes: 1 };
    await drains().beginDrain(accountId, drain);
    await drains().endDrain(accountId, drain, end);
    await drains().endDrain(accountId, drain, { ...end, how: 'owner-scaled', changes: 0 });
    expect(await kept()).toEqual([{ ...drain, ended: end }]);
    now = after(now, 31 * DAY);
    expect(await kept()).toEqual([]);
    const rows = await Array.fromAsync(
      local.storage.drains.listEntities({ queryOptions: { filter: `PartitionKey eq '${tableKey(accountId)}'` } }),
    );
    expect(rows).toEqual([]);
  });

  test.each<[string, Record<string, unknown>]>([
    ['a size that is none', { saved: '{"kind":"fixed","dedicated":-1,"lowPriority":0}' }],
    [
      'a pool of another account',
      { pool: '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Batch/batchAccounts/other/pools/p' },
    ],
    ['no deadline', { deadline: 'soon' }],
  ])('11: a row with %s stops no other', async (_, columns) => {
    const drain = newDrain();
    await drains().beginDrain(accountId, drain);
    const row = await local.storage.drains.getEntity(tableKey(accountId), drain.id);
    await local.storage.drains.createEntity({ ...row, rowKey: 'bad', partitionKey: tableKey(accountId), ...columns });
    expect(await kept()).toEqual([drain]);
    expect(reported).toMatchObject([{ table: 'drains', rows: [`${tableKey(accountId)}/bad`] }]);
  });
});

describe('the journal', () => {
  test('has each write with what became of it, and no secret', async () => {
    const key = await journal().intend(accountId, intentOf(null));
    const stopped = journal(AbortSignal.abort());
    await stopped.conclude(accountId, key, { kind: 'refused', message: 'ScopeLocked' }, now);
    const rows = await Array.fromAsync(
      local.storage.journal.listEntities({ queryOptions: { filter: `PartitionKey eq '${tableKey(accountId)}'` } }),
    );
    expect(rows.map(({ rowKey }) => rowKey)).toEqual([key, `${key}-outcome`]);
    expect(rows[0]).toMatchObject({ resource: poolId(), class: 'begin', change: 'c1', why: 'Open to the internet.' });
    expect(rows[1]).toMatchObject({ kind: 'refused', message: 'ScopeLocked' });
    expect(JSON.stringify(rows)).not.toContain('hunter2');
  });

  test('what is too long for a column is left out whole', async () => {
    const key = await journal().intend(accountId, { ...intentOf(null), after: { text: 'x'.repeat(40_000) } });
    const row = await local.storage.journal.getEntity(tableKey(accountId), key);
    expect(row['after']).toMatch(/^"left out: \d+ characters are too long"$/);
    expect(row['before']).toBe('{"scale":4}');
  });
});

describe('slots', () => {
  const claim = (name: string, most: number) => drains().claimSlot(accountId, poolId(name), most);

  test.each([1, 2, 3])('never more pools than %i have one, however many ask together', async (most) => {
    // Those of yesterday, first.
    for (let index = 0; index < most; index++) {
      const row = { partitionKey: 'slots', rowKey: `slot-${index}`, accountId, pool: poolId('old') };
      await local.storage.budget.createEntity({ ...row, until: after(now, -HOUR) });
    }
    const processes = Array.from({ length: 8 }, () => drains());
    const held = new Set<string>();
    for (let round = 0; round < 4; round++) {
      const claims = processes.map(async (process, index) => {
        const pool = poolId(`r${round}-${index}`);
        return (await process.claimSlot(accountId, pool, most)) ? [pool] : [];
      });
      for (const pool of (await Promise.all(claims)).flat()) held.add(pool);
      expect(held.size).toBe(most);
      const [first = ''] = held;
      await drains().endDrain(accountId, { id: `d${round}`, poolId: first }, { at: now, how: 'restored', changes: 0 });
      held.delete(first);
      const rows = await Array.fromAsync(local.storage.budget.listEntities());
      expect(new Set(rows.map(({ pool }) => pool))).toEqual(held);
    }
  });

  test('one of who died is free after a day, and then is looked at no more, unless the account has a drain', async () => {
    const draining = (storage: Parameters<typeof accountsDraining>[0] = local.storage) =>
      accountsDraining(storage, now, never, report);
    await drains().beginDrain(accountId, newDrain({ id: 'd1' }));
    await claim('pool1', 1);
    expect(await draining()).toEqual([accountId]);
    now = after(now, 2 * DAY);
    expect(await draining()).toEqual([accountId]);
    await local.storage.drains.createEntity({ partitionKey: tableKey(accountId), rowKey: 'd1-ended' });
    const failing = Object.assign(Object.create(local.storage.drains), {
      listEntities: () => {
        throw new Error('cut');
      },
    });
    expect(await draining({ ...local.storage, drains: failing })).toEqual([accountId]);
    expect(await draining()).toEqual([]);
    expect(await Array.fromAsync(local.storage.budget.listEntities())).toEqual([]);
  });

  test('a pool keeps its slot, also when fewer may be; it is free when its drain ends, or a day after it was last kept', async () => {
    expect(await claim('pool1', 1)).toBe(true);
    expect(await claim('pool1', 0)).toBe(true);
    expect(await claim('pool2', 1)).toBe(false);
    now = after(now, 13 * HOUR);
    expect(await claim('pool1', 1)).toBe(true);
    now = after(now, 13 * HOUR);
    expect(await claim('pool2', 1)).toBe(false);
    await drains().endDrain(accountId, { id: 'd1', poolId: poolId('pool1') }, { at: now, how: 'restored', changes: 0 });
    expect(await claim('pool2', 1)).toBe(true);
    now = after(now, 25 * HOUR);
    expect(await claim('pool3', 1)).toBe(true);
  });

  test('a row that is none counts as taken, and is told', async () => {
    await local.storage.budget.createEntity({ partitionKey: 'slots', rowKey: 'slot-0', pool: 7 });
    expect(await claim('pool1', 1)).toBe(false);
    expect(await claim('pool1', 2)).toBe(true);
    expect(await accountsDraining(local.storage, now, never, report)).toEqual([accountId]);
    expect(reported).toMatchObject([{ table: 'budget', rows: ['slots/slot-0'] }]);
  });
});

describe('an account', () => {
  const memory = () => memoryIn(local.storage, never, report, () => now);
  const ends = async () => (await kept())?.map(({ ended }) => ended?.how ?? null);

  test.each(['subscription-gone', 'subscription-unreadable', 'not-watched'] as const)(
    'of a subscription that is closed (%s) keeps its drains: its pools may come back, at zero',
    async (code) => {
      accountId = accountId.replace('/sub/', `/${code}/`);
      await drains().beginDrain(accountId, newDrain());
      await memory().defer(accountId, now, await memory().load(accountId));
      await recordListingFailure(local.storage, code, after(now, -9 * DAY));
      const closing = closeSubscription(local.storage, code, code, now, never, report);
      expect(await Array.fromAsync(closing)).toHaveLength(1);
      expect(await ends()).toEqual([null]);
    },
  );

  test('is forgotten without its journal, and with an open drain only after a month', async () => {
    const began = now;
    accountId = accountId.replace('/sub/', '/forgotten/');
    await drains().beginDrain(accountId, newDrain());
    await journal().intend(accountId, intentOf(null));
    await memory().gone(accountId, [], now, await memory().load(accountId));
    for (const [days, left] of [
      [8, 1],
      [29, 1],
      [31, 0],
    ] as const) {
      await rememberedAccounts(local.storage, 'forgotten', new Set(), after(began, days * DAY), report);
      expect(await kept()).toHaveLength(left);
    }
    const rows = await Array.fromAsync(local.storage.journal.listEntities());
    expect(rows.filter(({ partitionKey }) => partitionKey === tableKey(accountId))).toHaveLength(1);
  });
});

describe('what is not believed', () => {
  test('writes of a drain that begins ahead of now are those since the table took its row', async () => {
    const drain = newDrain({ begunAt: after(now, 400 * DAY) });
    await drains().beginDrain(accountId, drain);
    await journal().intend(accountId, { ...intentOf(drain), at: new Date() });
    const later = after(new Date(), 9 * DAY);
    expect(await drainsIn(local.storage, accountId, later, never, report)).toMatchObject([
      { begunAt: later, writes: [{ step: 'empty' }] },
    ]);
  });

  test('an end that is none ends nothing, is told, and gives way to the true one', async () => {
    const drain = newDrain();
    await drains().beginDrain(accountId, drain);
    const row = { partitionKey: tableKey(accountId), rowKey: `${drain.id}-ended` };
    await local.storage.drains.createEntity({ ...row, how: 'somehow' });
    expect(await kept()).toMatchObject([{ ended: null }]);
    expect(reported).toMatchObject([{ table: 'drains', rows: [`${row.partitionKey}/${row.rowKey}`] }]);
    await drains().endDrain(accountId, drain, { at: now, how: 'restored', changes: 0 });
    expect(await kept()).toMatchObject([{ ended: { how: 'restored' } }]);
  });
});

test('drains that ended long ago are deleted with both rows, some at a time', async () => {
  const partitionKey = tableKey(accountId);
  for (const rows of [
    (id: string) => ({ partitionKey, rowKey: id, pool: poolId() }),
    (id: string) => ({ partitionKey, rowKey: `${id}-ended`, endedAt: now, how: 'restored', changes: 0 }),
  ]) {
    const many = Array.from({ length: 60 }, (_, index) => rows(`d${index}`));
    await local.storage.drains.submitTransaction(many.map((row) => ['create', row]));
  }
  now = after(now, 31 * DAY);
  const left: number[] = [];
  for (let look = 1; look <= 2; look++) {
    expect(await kept()).toEqual([]);
    const rows = await Array.fromAsync(local.storage.drains.listEntities());
    left.push(rows.filter((row) => row.partitionKey === partitionKey).length);
  }
  expect(left).toEqual([20, 0]);
  expect(reported).toEqual([]);
});

test('what became of a write is kept although the look was stopped; none is begun then', async () => {
  const key = await journal().intend(accountId, intentOf(null));
  const stopped = journal(AbortSignal.abort());
  await stopped.conclude(accountId, key, { kind: 'applied', alsoMoved: [] }, now);
  await expect(stopped.intend(accountId, intentOf(null))).rejects.toThrow('abort');
  const rows = await Array.fromAsync(local.storage.journal.listEntities());
  expect(rows.filter(({ partitionKey }) => partitionKey === tableKey(accountId))).toHaveLength(2);
});
