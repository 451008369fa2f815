import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Preparation, prepare } from '../../../local/installation.ts';
import { drainsOf } from '../../../shared/azure/state/drains.ts';
import { journalIn } from '../../../shared/azure/state/journal.ts';
import { memoryIn } from '../../../shared/azure/state/memory.ts';
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

  test('never more pools than may be at once have one, however many ask together', async () => {
    const claims = Array.from({ length: 12 }, (_, index) => claim(`pool${index}`, 3));
    const won = (await Promise.all(claims)).filter(Boolean);
    expect(won.length).toBeLessThanOrEqual(3);
    expect(won.length).toBeGreaterThan(0);
    expect(await accountsDraining(local.storage.budget, now, never, report)).toEqual([accountId]);
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
    expect(await accountsDraining(local.storage.budget, now, never, report)).toEqual([accountId]);
    expect(reported).toMatchObject([{ table: 'budget', rows: ['slots/slot-0'] }]);
  });
});
