import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { odata } from '@azure/data-tables';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type Preparation, prepare, putPolicy } from '../../../local/installation.ts';
import {
  accountsDue,
  rememberedAccounts,
  startSweep,
  whyListIsEmpty,
} from '../../../shared/azure/state/account-index.ts';
import { closeSubscription, closeUnwatched } from '../../../shared/azure/state/closed-subscriptions.ts';
import { encodeFinding } from '../../../shared/azure/state/finding-rows.ts';
import { hintWriter, noteEvent } from '../../../shared/azure/state/hints.ts';
import { acquireLease } from '../../../shared/azure/state/lease.ts';
import { memoryIn } from '../../../shared/azure/state/memory.ts';
import {
  closeListingFailure,
  noteFailureTold,
  recordListingFailure,
  recordLookFailure,
  unlistedSince,
} from '../../../shared/azure/state/poison-findings.ts';
import { policyBlob } from '../../../shared/azure/state/policy-blob.ts';
import { tableKey } from '../../../shared/azure/state/storage.ts';
import { enqueueListing, enqueueLook } from '../../../shared/azure/state/work-queues.ts';
import { accountOf } from '../../../shared/core/model/resource-id.ts';
import { after, DAY, HOUR, MINUTE } from '../../../shared/core/model/time.ts';
import { closed } from '../../../shared/core/plan/carry-over.ts';
import { type Finding, NO_ATTEMPTS } from '../../../shared/core/plan/finding.ts';
import { lastChangeOf } from '../../../shared/core/plan/last-change.ts';
import type { BadRows } from '../../../shared/core/plan/log-line.ts';
import { changesSince } from '../../../shared/core/plan/news.ts';
import type { Plan } from '../../../shared/core/plan/plan.ts';
import type { Ended, PolicyRead } from '../../../shared/ports.ts';
import { rules } from '../../../shared/rules/index.ts';
import { ACCOUNT_ID } from '../../support/snapshots.ts';

const NONE: ReadonlySet<string> = new Set();
let local: Preparation;
beforeAll(async () => {
  local = await prepare({ accounts: [] });
});
afterAll(() => local.stop());

const now = new Date('2026-11-22T12:00:00Z');
const never = new AbortController().signal;
const reported: BadRows[] = [];
const report = (bad: BadRows) => void reported.push(bad);
beforeEach(() => void reported.splice(0));
let made = 0;

/** An account id that no other test uses. */
function newAccountId(subscription = 'sub'): string {
  return `/subscriptions/${subscription}/resourcegroups/rg/providers/microsoft.batch/batchaccounts/acct${++made}`;
}

function finding(accountId: string, changes: Partial<Finding> = {}): Finding {
  return {
    id: 'f1',
    ruleId: 'account-aad-only',
    resourceId: accountId,
    path: 'properties.allowedAuthenticationModes',
    severity: 'high',
    status: 'open',
    observed: ['AAD', 'SharedKey'],
    desired: ['AAD'],
    why: 'Keys are accepted.',
    unknownCode: null,
    fix: { kind: 'set-account', id: accountId, set: { authenticationModes: ['AAD'] } },
    held: { code: 'refused', message: 'refused: ScopeLocked', until: after(now, HOUR) },
    exemption: null,
    closedCode: null,
    changeId: null,
    firstSeen: after(now, -DAY),
    lastSeen: now,
    attempts: {
      accepted: [after(now, -HOUR)],
      refused: { count: 2, code: 'not-effective', message: 'x', nextTry: after(now, HOUR) },
    },
    ...changes,
  };
}

function plan(findings: readonly Finding[], wakeAt: Date | null = null): Plan {
  return {
    findings,
    writes: [],
    finishes: [],
    endings: [],
    endedApprovals: [],
    endedUndos: [],
    wakeAt,
    failedSince: {},
    gonePools: [],
  };
}

describe('memory', () => {
  const memory = () => memoryIn(local.storage, never, report);

  test('of an account never seen is empty', async () => {
    expect(await memory().load(newAccountId())).toEqual({
      lookedFrom: null,
      wakeAt: null,
      goneSince: null,
      failedSince: {},
      findings: [],
      lastChanges: { known: new Map() },
      releases: [],
      rotations: [],
      approvals: [],
      undos: [],
      drains: [],
      untold: [],
      unpublished: [],
      indexed: null,
      etag: null,
    });
  });

  test('is loaded as it was saved', async () => {
    const id = newAccountId();
    const before = await memory().load(id);
    const manual = finding(id, { id: 'f2', fix: { kind: 'manual', why: 'Do it.' }, held: null, attempts: NO_ATTEMPTS });
    const nothing = { fix: null, observed: null, desired: null, held: null };
    const unknown = finding(id, { id: 'f3', status: 'unknown', unknownCode: 'not-shown', ...nothing });
    const findings = [finding(id), manual, unknown];
    expect(await memory().save(id, plan(findings, after(now, HOUR)), now, before)).toEqual(NONE);
    const after1 = await memory().load(id);
    expect(after1).toMatchObject({ lookedFrom: now, wakeAt: after(now, HOUR), goneSince: null, findings });
  });

  test('2: since when a reading fails is kept until a look has it, or the account is gone', async () => {
    const id = newAccountId();
    const load = () => memory().load(id);
    const failing = {
      ...plan([finding(id)], after(now, HOUR)),
      failedSince: { subnets: now, retired: after(now, -HOUR) },
    };
    await memory().save(id, failing, now, await load());
    expect((await load()).failedSince).toEqual(failing.failedSince);
    await memory().defer(id, after(now, DAY), await load());
    expect((await load()).failedSince).toEqual(failing.failedSince);
    await memory().save(id, plan([]), now, await load());
    expect((await load()).failedSince).toEqual({});
    await memory().save(id, failing, now, await load());
    await memory().gone(id, [], now, await load());
    expect((await load()).failedSince).toEqual({});
  });

  test('of a row that was tampered with, and of one from before there were codes, stops no other row', async () => {
    const id = newAccountId();
    await memory().save(id, plan([finding(id), finding(id, { id: 'f2' })]), now, await memory().load(id));
    const row = { partitionKey: tableKey(id), rowKey: 'f1' };
    const fix = JSON.stringify({ kind: 'set-account', id: `${id}x`, set: { publicNetworkAccess: 'Enabled' } });
    await local.storage.findings.updateEntity({ ...row, fix }, 'Merge');
    const { heldCode: _code, heldMessage: _message, ...old } = encodeFinding(tableKey(id), finding(id, { id: 'f3' }));
    await local.storage.findings.upsertEntity({ ...old, held: 'audit mode' });
    expect((await memory().load(id)).findings).toMatchObject([
      { id: 'f1', fix: { kind: 'manual' } },
      finding(id, { id: 'f2' }),
      { id: 'f3', held: { code: 'audit', message: 'audit mode' } },
    ]);
  });

  test('the last sight of what every look shows follows from the account, and costs no write', async () => {
    const id = newAccountId();
    const row = () => local.storage.findings.getEntity<{ lastSeen?: string }>(tableKey(id), 'f1');
    const lookAt = async (time: Date, changes: Partial<Finding> = {}) =>
      memory().save(id, plan([finding(id, { lastSeen: time, ...changes })]), time, await memory().load(id));
    await lookAt(now);
    const { etag } = await row();
    const later = after(now, 3 * DAY);
    await lookAt(later);
    expect(await row()).toMatchObject({ etag });
    expect((await memory().load(id)).findings[0]?.lastSeen).toEqual(later);

    // From here on looks no longer show it: it is only remembered.
    await lookAt(after(now, 4 * DAY), { lastSeen: later });
    await lookAt(after(now, 5 * DAY), { lastSeen: later });
    expect((await memory().load(id)).findings[0]?.lastSeen).toEqual(later);
    await lookAt(after(now, 6 * DAY));
    expect((await memory().load(id)).findings[0]?.lastSeen).toEqual(after(now, 6 * DAY));
    expect((await row()).lastSeen).toBeUndefined();
  });

  test('what a plan no longer has is forgotten', async () => {
    const id = newAccountId();
    await memory().save(id, plan([finding(id)]), now, await memory().load(id));
    await memory().save(id, plan([]), now, await memory().load(id));
    expect((await memory().load(id)).findings).toEqual([]);
  });

  test('of two looks that began from the same memory one wins', async () => {
    const id = newAccountId();
    for (let round = 1; round <= 2; round++) {
      const from = await memory().load(id);
      const looks = [1, 2].map((n) => memory().save(id, plan([finding(id, { why: `look ${n}` })]), now, from));
      const results = await Promise.all(looks);
      expect(results.filter((result) => result !== null)).toHaveLength(1);
    }
  });

  test('cut between its writes leaves the alarm set and the look uncounted', async () => {
    const id = newAccountId();
    await memory().save(id, plan([]), after(now, -DAY), await memory().load(id));
    const before = await memory().load(id);
    const failing = {
      ...local.storage,
      findings: Object.assign(Object.create(local.storage.findings), {
        submitTransaction: () => Promise.reject(new Error('cut')),
      }),
    };
    await expect(memoryIn(failing, never, report).save(id, plan([finding(id)]), now, before)).rejects.toThrow('cut');
    expect(await memory().load(id)).toMatchObject({ lookedFrom: after(now, -DAY), wakeAt: after(now, 2 * MINUTE) });
    expect(await memory().save(id, plan([]), now, before)).toBeNull();
  });

  test('1: a finding that the table does not take stops no other, is reported, and is shown by what is left of it', async () => {
    const id = newAccountId();
    const findings = ['f1', 'f2', 'f3', 'f4', 'f5'].map((one) =>
      finding(id, { id: one, ...(one === 'f3' && { observed: 'x'.repeat(40_000) }) }),
    );
    expect(await memory().save(id, plan(findings), now, await memory().load(id))).toEqual(new Set(['f3']));
    const kept = (await memory().load(id)).findings;
    expect(kept.filter(({ id: one }) => one !== 'f3')).toEqual(findings.filter(({ id: one }) => one !== 'f3'));
    expect(kept.find(({ id: one }) => one === 'f3')).toMatchObject({
      status: 'open',
      fix: null,
      why: expect.stringMatching(/did not take/),
    });
    expect(reported).toMatchObject([{ table: 'findings', rows: [`${tableKey(id)}/f3`] }]);
  });

  test('7: what a look remembered and did not tell is told by the next one, as it was, until it is noted', async () => {
    const id = newAccountId();
    const open = finding(id, { held: null });
    await memory().save(id, plan([open]), now, await memory().load(id));
    expect(await memory().lookedFrom(id)).toBeNull(); // so that the message that comes again is met
    const cut = await memory().load(id);
    const opened = changesSince([], [open], now);
    expect(cut).toMatchObject({ lookedFrom: now, untold: opened, unpublished: [] });

    // The next look sees it closed, and is cut too.
    const later = after(now, HOUR);
    const ended = closed(open, 'compliant', later);
    await memory().save(id, plan([ended]), later, cut);
    const both = [...opened, ...changesSince([open], [ended], later)];
    expect((await memory().load(id)).untold).toEqual(both);

    await memory().told(id, later, false);
    expect(await memory().load(id)).toMatchObject({ untold: [], unpublished: both });
    expect(await memory().lookedFrom(id)).toEqual(later);
    const rest = after(later, HOUR);
    await memory().save(id, plan([ended]), rest, await memory().load(id));
    expect(await memory().load(id)).toMatchObject({ lookedFrom: rest, untold: [], unpublished: both });
    await memory().defer(id, rest, await memory().load(id));
    expect(await memory().load(id)).toMatchObject({ untold: [], unpublished: both });
    await memory().told(id, rest, true);
    expect(await memory().load(id)).toMatchObject({ untold: [], unpublished: [] });
    await memory().save(id, plan([ended]), after(rest, HOUR), await memory().load(id));
    expect(await memory().load(id)).toMatchObject({ untold: [], unpublished: [] });
  });

  test('7: a look that is cut before it counts has its news told', async () => {
    const id = newAccountId();
    await memory().save(id, plan([]), after(now, -DAY), await memory().load(id));
    let puts = 0;
    const accounts = Object.assign(Object.create(local.storage.accounts), {
      updateEntity: (...row: Parameters<typeof local.storage.accounts.updateEntity>) =>
        ++puts === 1 ? local.storage.accounts.updateEntity(...row) : Promise.reject(new Error('cut')),
    });
    const cut = memoryIn({ ...local.storage, accounts }, never, report);
    await expect(cut.save(id, plan([finding(id)]), now, await memory().load(id))).rejects.toThrow('cut');
    expect((await memory().load(id)).untold).toMatchObject([{ event: 'finding-opened', finding: 'f1' }]);
  });

  test('7: rows of a version that noted nothing of it have nothing to tell', async () => {
    const id = newAccountId();
    const [partitionKey, rowKey] = ['sub', tableKey(id)];
    await local.storage.accounts.upsertEntity({ partitionKey, rowKey, accountId: id, lookedFrom: now }, 'Replace');
    await local.storage.findings.upsertEntity(encodeFinding(tableKey(id), finding(id)));
    expect(await memory().load(id)).toMatchObject({ untold: [], unpublished: [], lookedFrom: now });
    expect(await memory().lookedFrom(id)).toEqual(now);
    const news = ['of another version', '[7]', '[{"event":"finding-split"}]'];
    for (const column of news) {
      await local.storage.findings.upsertEntity({ ...encodeFinding(tableKey(id), finding(id)), news: column });
      expect((await memory().load(id)).untold).toEqual([]);
    }
  });

  test('more than a hundred findings fit', async () => {
    const id = newAccountId();
    const findings = Array.from({ length: 230 }, (_, n) => finding(id, { id: `f${n}` }));
    await memory().save(id, plan(findings), now, await memory().load(id));
    expect((await memory().load(id)).findings).toHaveLength(230);
  });

  test('outcomes are recorded with their findings, even when the look was stopped', async () => {
    const id = newAccountId();
    const known = finding(id, { attempts: NO_ATTEMPTS });
    await memory().save(id, plan([known]), now, await memory().load(id));
    if (known.fix?.kind !== 'set-account') throw new Error('no change');
    const write = { change: known.fix, was: {}, findings: [known], drain: null };
    await memoryIn(local.storage, AbortSignal.abort(), report).record(id, [
      { write, outcome: { kind: 'refused', message: 'ScopeLocked' }, at: now },
    ]);
    expect((await memory().load(id)).findings[0]?.attempts).toEqual({
      accepted: [],
      refused: { count: 1, code: 'refused', message: 'refused: ScopeLocked', nextTry: after(now, HOUR) },
    });
  });

  test('a gone account keeps the first date, and one that is found again loses it', async () => {
    const id = newAccountId();
    await memory().save(id, plan([finding(id)]), now, await memory().load(id));
    const loaded = await memory().load(id);
    const ended = loaded.findings.map((each) => closed(each, 'account-gone', now));
    expect(await memory().gone(id, ended, now, loaded)).toBe(true);
    expect(await memory().gone(id, ended, now, loaded)).toBe(false);
    await memory().gone(id, ended, after(now, DAY), await memory().load(id));
    expect(await memory().load(id)).toMatchObject({ goneSince: now, wakeAt: null, findings: [{ status: 'closed' }] });
    await memory().save(id, plan([]), after(now, DAY), await memory().load(id));
    expect((await memory().load(id)).goneSince).toBeNull();
  });

  test('deferring moves only the alarm', async () => {
    const id = newAccountId();
    await memory().defer(id, after(now, HOUR), await memory().load(id));
    expect(await memory().load(id)).toMatchObject({ wakeAt: after(now, HOUR), lookedFrom: null });
    await memory().save(id, plan([finding(id)]), now, await memory().load(id));
    const loaded = await memory().load(id);
    expect(await memory().defer(id, after(now, MINUTE), loaded)).toBe(true);
    expect(await memory().defer(id, after(now, DAY), loaded)).toBe(false);
    expect(await memory().load(id)).toMatchObject({ wakeAt: after(now, MINUTE), lookedFrom: now });
  });
});

describe('the index of accounts', () => {
  test('tells which alarms have come', async () => {
    const [due, later, none] = [newAccountId('due'), newAccountId('due'), newAccountId('due')];
    const memory = memoryIn(local.storage, never, report);
    await memory.save(due, plan([], after(now, -MINUTE)), now, await memory.load(due));
    await memory.save(later, plan([], after(now, MINUTE)), now, await memory.load(later));
    await memory.save(none, plan([]), now, await memory.load(none));
    const ids = await accountsDue(local.storage, now, report);
    expect(ids.filter((id) => id.startsWith('/subscriptions/due/'))).toEqual([due]);
  });

  describe('forgets what has been gone for more than seven days', () => {
    const memory = () => memoryIn(local.storage, never, report);
    const hasLease = async (id: string) => (await local.storage.leases()).getBlobClient(tableKey(id)).exists();

    async function hintsOf(id: string): Promise<number> {
      const filter = odata`PartitionKey eq ${tableKey(id)}`;
      return (await Array.fromAsync(local.storage.hints.listEntities({ queryOptions: { filter } }))).length;
    }

    /** An account that was looked at, had events and went. */
    async function goneSince(time: Date, subscription: string, findings = 1): Promise<string> {
      const id = newAccountId(subscription);
      const kept = Array.from({ length: findings }, (_, n) => finding(id, { id: `f${n}` }));
      await memory().gone(id, kept, time, await memory().load(id));
      await (await acquireLease(local.storage.leases, id, never, () => {}))?.[Symbol.asyncDispose]();
      const account = accountOf(id);
      if (account === null) throw new Error('no account id');
      const hint = { time, operation: null, application: 'someone', objectId: null };
      await noteEvent(hintWriter(local.storage.hints), account, { ...hint, subject: id }, null, after(now, DAY));
      await noteEvent(
        hintWriter(local.storage.hints),
        account,
        { ...hint, subject: `${id}/pools/p` },
        null,
        after(now, DAY),
      );
      return id;
    }

    test('with findings, hints and lease, and nothing of others', async () => {
      const [week, older] = [
        await goneSince(after(now, -7 * DAY), 'old'),
        await goneSince(after(now, -7 * DAY - 1), 'old', 130),
      ];
      expect(await rememberedAccounts(local.storage, 'OLD', NONE, now, report)).toEqual([week]);
      expect(await memory().load(older)).toMatchObject({ etag: null, findings: [] });
      expect([await hintsOf(older), await hasLease(older)]).toEqual([0, false]);
      expect((await memory().load(week)).findings).toHaveLength(1);
      expect([await hintsOf(week), await hasLease(week)]).toEqual([2, true]);
    });

    test('but not when it is listed again', async () => {
      const id = await goneSince(after(now, -8 * DAY), 'again');
      expect(await rememberedAccounts(local.storage, 'again', new Set([id]), now, report)).toEqual([id]);
      expect(await hintsOf(id)).toBe(2);
    });

    test('but not while a look is at work: then at the next sweep', async () => {
      const id = await goneSince(after(now, -8 * DAY), 'older');
      const lease = await acquireLease(local.storage.leases, id, never, () => {});
      await rememberedAccounts(local.storage, 'older', NONE, now, report);
      expect((await memory().load(id)).findings).toHaveLength(1);
      expect(await hintsOf(id)).toBe(2);
      await lease?.[Symbol.asyncDispose]();
      await rememberedAccounts(local.storage, 'older', NONE, now, report);
      expect(await memory().load(id)).toMatchObject({ etag: null, findings: [] });
      expect([await hintsOf(id), await hasLease(id)]).toEqual([0, false]);
    });
  });

  test('counts the accounts that no look has reached since the sweep before', async () => {
    const start = after(now, 30 * DAY); // later than all other tests
    const memory = memoryIn(local.storage, never, report);
    await startSweep(local.storage, start, report);
    const others = (await startSweep(local.storage, start, report)) ?? 0;
    const [looked, never1, gone] = [newAccountId(), newAccountId(), newAccountId()];
    await memory.save(looked, plan([]), after(start, MINUTE), await memory.load(looked));
    await recordLookFailure(local.storage, never1, start);
    await memory.gone(gone, [], after(now, -DAY), await memory.load(gone));
    expect(await startSweep(local.storage, after(start, DAY), report)).toBe(others + 1);
  });
});

describe('2: a row that cannot be read', () => {
  const PAST = after(now, -MINUTE);

  test('of accounts is named, stops no other, and never has another account looked at', async () => {
    const memory = memoryIn(local.storage, never, report);
    const [good, other, elsewhere] = [newAccountId('odd'), newAccountId('odd'), newAccountId('victim')];
    await memory.save(good, plan([], PAST), now, await memory.load(good));
    const put = (rowKey: string, columns: object) =>
      local.storage.accounts.upsertEntity({ partitionKey: 'odd', rowKey, wakeAt: PAST, ...columns }, 'Replace');
    await put('budget', { accountId: 7n });
    await put(tableKey(elsewhere), { accountId: elsewhere });
    await put(tableKey(other), { accountId: elsewhere, lookedFrom: 7n, goneSince: true });
    const bad = { table: 'accounts', rows: ['odd/budget', `odd/${tableKey(elsewhere)}`] };

    const due = (await accountsDue(local.storage, now, report)).filter((id) => /odd|victim/.test(id));
    expect(due).toEqual([good, other]);
    expect(await rememberedAccounts(local.storage, 'odd', NONE, now, report)).toEqual([good, other]);
    expect(await whyListIsEmpty(local.storage, 'odd', [], report)).toMatch(/and 2 accounts of it/);
    await startSweep(local.storage, now, report);
    expect(reported).toMatchObject([bad, bad, bad, bad]);

    // It is mended where its key says of which account it is.
    await memory.save(other, plan([], PAST), now, await memory.load(other));
    expect(await local.storage.accounts.getEntity('odd', tableKey(other))).toMatchObject({ accountId: other });
    for (const rowKey of ['budget', tableKey(elsewhere)]) await local.storage.accounts.deleteEntity('odd', rowKey);
  });

  test('of an account that cannot be forgotten stops no other', async () => {
    const memory = memoryIn(local.storage, never, report);
    const [first, second] = [newAccountId('stuck'), newAccountId('stuck')];
    for (const id of [first, second]) await memory.gone(id, [], after(now, -8 * DAY), await memory.load(id));
    const findings = Object.assign(Object.create(local.storage.findings), {
      listEntities: (options: Parameters<typeof local.storage.findings.listEntities>[0]) => {
        if (options?.queryOptions?.filter?.includes(tableKey(first))) throw new Error('busy');
        return local.storage.findings.listEntities(options);
      },
    });
    expect(await rememberedAccounts({ ...local.storage, findings }, 'stuck', NONE, now, report)).toEqual([]);
    expect(reported).toMatchObject([{ rows: [`stuck/${tableKey(first)}`], reason: 'not forgotten: busy' }]);
    expect(await rememberedAccounts(local.storage, 'stuck', new Set([first]), now, report)).toEqual([first]);
  });

  test('of findings, hints and requests is named, and the others are read', async () => {
    const id = newAccountId();
    const memory = memoryIn(local.storage, never, report);
    await memory.save(id, plan([finding(id)]), now, await memory.load(id));
    const key = { partitionKey: tableKey(id), rowKey: 'odd' };
    await local.storage.findings.upsertEntity({ ...key, rule: 7 }, 'Replace');
    await local.storage.hints.upsertEntity({ ...key, time: 'soon' }, 'Replace');
    await local.storage.requests.upsertEntity({ ...key, action: 'release', when: 'whenever' }, 'Replace');
    await local.storage.requests.upsertEntity({ ...key, rowKey: 'newer', action: 'of a newer version' }, 'Replace');
    expect((await memory.load(id)).findings).toHaveLength(1);
    const rows = [`${tableKey(id)}/odd`];
    expect(reported.toSorted((a, b) => (a.table < b.table ? -1 : 1))).toMatchObject([
      { table: 'findings', rows },
      { table: 'hints', rows },
      { table: 'requests', rows },
    ]);
    for (const table of [local.storage.findings, local.storage.hints, local.storage.requests])
      await table.deleteEntity(key.partitionKey, key.rowKey);
  });
});

describe('15: a row of another version, or one that is none, stops no other', () => {
  test('of an account: in the index, and when it is looked at', async () => {
    const subscription = 'mixed';
    const memory = memoryIn(local.storage, never, report);
    const [good, bad] = [newAccountId(subscription), newAccountId(subscription)];
    await memory.save(good, plan([], after(now, -MINUTE)), now, await memory.load(good));
    const row = { partitionKey: subscription, rowKey: tableKey(bad), wakeAt: after(now, -MINUTE) };
    const nonsense = { accountId: 7, lookedFrom: 'yesterday', goneSince: 'never', drains: '{}', weight: 3 };
    await local.storage.accounts.upsertEntity({ ...row, ...nonsense }, 'Replace');
    await local.storage.accounts.upsertEntity({ ...row, rowKey: 'budget', spent: 3 }, 'Replace');

    expect((await accountsDue(local.storage, now, report)).filter((id) => id.includes('/mixed/'))).toEqual([good, bad]);
    expect(await rememberedAccounts(local.storage, subscription, NONE, now, report)).toEqual([good, bad]);
    expect(await whyListIsEmpty(local.storage, subscription, [], report)).toMatch(/and 2 accounts of it had not gone/);
    expect(await memory.load(bad)).toMatchObject({ lookedFrom: null, goneSince: null });
    expect(await memory.save(bad, plan([]), now, await memory.load(bad))).toEqual(NONE);
    await recordLookFailure(local.storage, bad, now);
    await local.storage.accounts.deleteEntity(subscription, 'budget');
  });

  test('of the sweep: it counts as none', async () => {
    await local.storage.accounts.upsertEntity({ partitionKey: 'sweep', rowKey: 'started', started: 'soon' }, 'Replace');
    expect(await startSweep(local.storage, now, report)).toBeNull();
    await local.storage.accounts.upsertEntity(
      { partitionKey: 'sweep', rowKey: 'started', started: now, of: 7 },
      'Replace',
    );
    expect(await startSweep(local.storage, now, report)).toEqual(expect.any(Number));
  });

  test('of a finding: a look reads the others, and what it saves replaces it', async () => {
    const id = newAccountId();
    const memory = memoryIn(local.storage, never, report);
    await memory.save(id, plan([finding(id), finding(id, { id: 'f2' })]), now, await memory.load(id));
    const row = { partitionKey: tableKey(id), rowKey: 'f1', rule: 7, status: 'exempt', more: 'columns' };
    await local.storage.findings.upsertEntity(row, 'Replace');
    const loaded = await memory.load(id);
    expect(loaded.findings).toEqual([finding(id, { id: 'f2' })]);
    const later = after(now, HOUR);
    const shown = [finding(id, { lastSeen: later }), finding(id, { id: 'f2', lastSeen: later })];
    expect(await memory.save(id, plan(shown), later, loaded)).toEqual(NONE);
    expect((await memory.load(id)).findings).toEqual(shown);
  });

  test('of what could not be listed: it is written anew', async () => {
    await recordListingFailure(local.storage, 'sub-y', now);
    const partitionKey = tableKey('/subscriptions/sub-y');
    const [row] = await Array.fromAsync(
      local.storage.findings.listEntities({ queryOptions: { filter: `PartitionKey eq '${partitionKey}'` } }),
    );
    await local.storage.findings.upsertEntity({ partitionKey, rowKey: row?.rowKey ?? '', rule: 7 }, 'Replace');
    expect(await closeListingFailure(local.storage, 'sub-y', now)).toEqual([]);
    expect(await recordListingFailure(local.storage, 'sub-y', now, 'x'.repeat(9000))).toMatchObject([
      { why: expect.stringMatching(/^x{8000} …$/) },
    ]);
  });

  test('of a hint: the next event replaces it', async () => {
    const account = accountOf(newAccountId('hints15'));
    if (account === null) throw new Error('no account id');
    const key = { partitionKey: tableKey(account.text), rowKey: tableKey(account.text) };
    const span = { partitionKey: account.subscription, rowKey: 'received' };
    const hint = { subject: account.text, operation: null, application: 'app', objectId: null };
    await local.storage.hints.upsertEntity({ ...key, time: 'soon', application: 7 }, 'Replace');
    await local.storage.hints.upsertEntity({ ...span, first: 'never', last: 7 }, 'Replace');
    await noteEvent(hintWriter(local.storage.hints), account, { ...hint, time: now }, null, after(now, DAY));
    await noteEvent(
      hintWriter(local.storage.hints),
      account,
      { ...hint, time: after(now, -HOUR) },
      null,
      after(now, DAY),
    );
    const { lastChanges } = await memoryIn(local.storage, never, report).load(account.text);
    expect(lastChangeOf(lastChanges, account.text)).toEqual({
      known: { time: now, application: 'app', objectId: null },
    });
    // By our clock, whatever the events say.
    const { since, last } = await local.storage.hints.getEntity<{ since: string; last: string }>('hints15', 'received');
    expect([new Date(since), new Date(last)]).toEqual([after(now, DAY), after(now, DAY)]);
    await local.storage.hints.deleteEntity(key.partitionKey, key.rowKey);
    await local.storage.hints.deleteEntity(span.partitionKey, span.rowKey);
  });
});

describe('6: who changed pools that are gone', () => {
  const listedBy = (id: string) =>
    Array.fromAsync(
      local.storage.hints.listEntities({ queryOptions: { filter: odata`PartitionKey eq ${tableKey(id)}` } }),
    ).then((rows) => rows.map(({ rowKey }) => rowKey?.split('|').at(-1)));

  test('is forgotten with all else of them, when no event told of one meanwhile', async () => {
    const id = newAccountId();
    const account = accountOf(id);
    if (account === null) throw new Error('no account id');
    const note = (subject: string, time: Date, operation: string | null = null) =>
      noteEvent(
        hintWriter(local.storage.hints),
        account,
        { subject, time, operation, application: 'app', objectId: null },
        null,
        now,
      );
    const old = after(now, -2 * DAY);
    for (const pool of ['gone', 'back', 'kept']) await note(`${id}/pools/${pool}`, old);
    await note(id, old);
    await note(id, old, 'Microsoft.Batch/batchAccounts/listKeys/action');
    const memory = memoryIn(local.storage, never, report);
    const loaded = await memory.load(id);
    await note(`${id}/pools/back`, now);
    const gonePools = [`${id}/pools/gone`, `${id}/pools/back`];
    expect(await memory.save(id, { ...plan([]), gonePools }, now, loaded)).toEqual(new Set());
    expect(new Set(await listedBy(id))).toEqual(new Set([account.account, 'back', 'kept', 'list-keys']));
  });
});

describe('what could not be looked at', () => {
  test('is one finding on the account, which the next look closes', async () => {
    const id = newAccountId();
    const opened = { event: 'finding-opened', status: 'unknown', resource: id, at: now.toISOString() };
    expect(await recordLookFailure(local.storage, id, now)).toMatchObject([opened]);
    await noteFailureTold(local.storage, id);
    expect(await recordLookFailure(local.storage, id, after(now, HOUR))).toEqual([]);
    expect(await memoryIn(local.storage, never, report).load(id)).toMatchObject({ wakeAt: after(now, 2 * HOUR) });
    await recordLookFailure(local.storage, id, after(now, HOUR + MINUTE));
    expect(await memoryIn(local.storage, never, report).load(id)).toMatchObject({ wakeAt: after(now, 2 * HOUR) });
    expect((await memoryIn(local.storage, never, report).load(id)).findings).toMatchObject([
      { ruleId: 'could-not-look', status: 'unknown', unknownCode: 'reading-failed', resourceId: id, firstSeen: now },
    ]);
  });

  test('of a subscription is closed by its next listing', async () => {
    await recordListingFailure(local.storage, 'sub-x', now);
    await noteFailureTold(local.storage, '/subscriptions/sub-x');
    expect(await closeListingFailure(local.storage, 'sub-x', now)).toMatchObject([
      {
        event: 'finding-closed',
        status: 'closed',
        closedCode: 'listed-again',
        why: 'the subscription was listed again',
      },
    ]);
    await noteFailureTold(local.storage, '/subscriptions/sub-x');
    expect(await closeListingFailure(local.storage, 'sub-x', now)).toEqual([]);
  });

  test('7: is told again, by the same id, until it is noted that it was told', async () => {
    const id = newAccountId();
    const opened = await recordLookFailure(local.storage, id, now);
    expect(opened).toHaveLength(1);
    expect(await recordLookFailure(local.storage, id, after(now, HOUR))).toEqual(opened);
    const memory = memoryIn(local.storage, never, report);
    expect((await memory.load(id)).untold).toEqual(opened);
    await noteFailureTold(local.storage, id);
    expect(await recordLookFailure(local.storage, id, after(now, HOUR))).toEqual([]);
    expect((await memory.load(id)).untold).toEqual([]);

    const listing = await recordListingFailure(local.storage, 'sub-z', now);
    expect(await recordListingFailure(local.storage, 'sub-z', after(now, HOUR))).toEqual(listing);
    const events = (await closeListingFailure(local.storage, 'sub-z', now)).map(({ event }) => event);
    expect(events).toEqual(['finding-opened', 'finding-closed']);
    expect(await closeListingFailure(local.storage, 'sub-z', now)).toHaveLength(2);
    await noteFailureTold(local.storage, '/subscriptions/sub-z');
    expect(await closeListingFailure(local.storage, 'sub-z', now)).toEqual([]);
  });
});

describe('hints', () => {
  const account = accountOf(newAccountId('Hints'));
  if (account === null) throw new Error('no account id');
  const pool = `${account.text}/pools/pool1`;
  const event = (time: Date, application: string | null, operation = 'Microsoft.Batch/batchAccounts/pools/write') => ({
    subject: pool,
    time,
    operation,
    application,
    objectId: null,
  });
  const note = (hint: ReturnType<typeof event>) =>
    noteEvent(hintWriter(local.storage.hints), account, hint, 'ourselves', after(now, DAY));
  const rows = async () => {
    const all = await Array.fromAsync(local.storage.hints.listEntities());
    const own = all.filter(({ partitionKey }) => ['hints', tableKey(account.text)].includes(partitionKey ?? ''));
    return Object.fromEntries(own.map((row) => [row.rowKey ?? '', row]));
  };

  test('an older event never replaces a newer, our own write is no hint, listing keys is its own', async () => {
    await note(event(now, 'someone'));
    await note(event(after(now, -MINUTE), 'someone-before'));
    await note(event(after(now, MINUTE), 'ourselves'));
    await note(event(after(now, 2 * MINUTE), 'key-reader', 'Microsoft.Batch/batchAccounts/listkeys/action'));
    const { received, 'list-keys': keys, ...rest } = await rows();
    expect(Object.values(rest)).toMatchObject([{ application: 'someone' }]);
    expect(keys).toMatchObject({ application: 'key-reader' });
    expect(received).toMatchObject({ partitionKey: 'hints' });
    // By our clock: one event that is dated long ago would make it look as if events had come since then.
    const times = [received?.['since'], received?.['last'], keys?.['time']];
    expect(times.map((time) => new Date(String(time)))).toEqual([after(now, DAY), after(now, DAY), after(now, DAY)]);
  });

  test('keys are renewed: who did so has them', async () => {
    const renewed = event(now, 'renewer', 'Microsoft.Batch/batchAccounts/regenerateKeys/action');
    await noteEvent(hintWriter(local.storage.hints), account, renewed, null, after(now, 2 * DAY));
    const { 'list-keys': keys } = await rows();
    expect(keys).toMatchObject({ application: 'renewer' });
  });

  test('after a week without an event it is not known whether any are delivered, and the days begin anew', async () => {
    const silent = accountOf('/subscriptions/silent/resourceGroups/rg/providers/Microsoft.Batch/batchAccounts/silent');
    if (silent === null) throw new Error('no account id');
    const at = (days: number) => after(now, days * DAY);
    const receive = (time: Date) =>
      noteEvent(hintWriter(local.storage.hints), silent, { ...event(time, 'a'), subject: silent.text }, null, time);
    const since = (days: number) => memoryIn(local.storage, never, report, () => at(days)).receivedSince(silent.text);
    expect(await since(0)).toEqual({ known: null });
    await receive(at(0));
    await receive(at(6));
    expect(await since(13)).toEqual({ known: at(0) });
    expect(await since(13.1)).toMatchObject({
      unknown: { message: expect.stringMatching(/no event of its subscription was received for 7 days/) },
    });
    await receive(at(14));
    expect(await since(14)).toEqual({ known: at(14) });
  });

  test.each([
    ['pools/pool1', 'Microsoft.Batch/batchAccounts/pools/stopResize/action'],
    ['pools/pool1', 'Microsoft.Resources/tags/write'],
    ['pools/pool1/providers/Microsoft.Insights/diagnosticSettings/logs', 'Microsoft.Insights/diagnosticSettings/write'],
    ['providers/Microsoft.Insights/diagnosticSettings/logs', 'Microsoft.Insights/diagnosticSettings/write'],
    ['privateEndpointConnections/pe1', 'Microsoft.Batch/batchAccounts/privateEndpointConnections/write'],
    ['', 'Microsoft.Resources/tags/write'],
  ])('what is done at %s by %s says nothing of who keeps account and pool', async (below, operation) => {
    const before = await rows();
    const subject = [account.text, below].filter(Boolean).join('/');
    await note({ ...event(after(now, DAY), 'somebody-else', operation), subject });
    const { received: _before, ...kept } = before;
    const { received: _after, ...left } = await rows();
    expect(left).toEqual(kept);
  });

  test('13: are read beside memory, each resource for itself, and a broken row stops no other', async () => {
    await note({ ...event(after(now, HOUR), 'someone'), objectId: null });
    const key = { partitionKey: tableKey(account.text), rowKey: tableKey(`${account.text}/pools/broken`) };
    await local.storage.hints.upsertEntity({ ...key, time: 'soon', application: 'someone' }, 'Replace');
    const { lastChanges } = await memoryIn(local.storage, never, report).load(account.text);
    expect(lastChangeOf(lastChanges, pool)).toEqual({
      known: { time: after(now, HOUR), application: 'someone', objectId: null },
    });
    expect(lastChangeOf(lastChanges, `${account.text}/pools/BROKEN`)).toMatchObject({
      unknown: { code: 'unreadable' },
    });
    expect(lastChangeOf(lastChanges, account.text)).toEqual({ known: null });
    await local.storage.hints.deleteEntity(key.partitionKey, key.rowKey);
  });

  test('many at once lose nothing', async () => {
    const times = [3, 1, 4, 5, 2, 3, 1, 2, 4, 1, 2, 3].map((minutes) => after(now, minutes * HOUR));
    await Promise.all(times.map((time) => note(event(time, `at ${time.toISOString()}`))));
    const row = Object.values(await rows()).find(({ application }) => String(application).startsWith('at '));
    expect(row?.['application']).toBe(`at ${after(now, 5 * HOUR).toISOString()}`);
  });
});

describe('lease', () => {
  test('keeps a second instance out until it is given back', async () => {
    const id = newAccountId();
    const first = await acquireLease(local.storage.leases, id, never, () => {});
    expect(first).not.toBeNull();
    expect(await acquireLease(local.storage.leases, id, never, () => {})).toBeNull();
    await first?.[Symbol.asyncDispose]();
    const again = await acquireLease(local.storage.leases, id, never, () => {});
    expect(again).not.toBeNull();
    await again?.[Symbol.asyncDispose]();
  });
});

test('the loss of a lease stops the look', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const stop = new AbortController();
  const id = newAccountId();
  await acquireLease(local.storage.leases, id, stop.signal, (reason) => stop.abort(reason));
  vi.advanceTimersByTime(20_000);
  await sleep(200);
  expect(stop.signal.aborted).toBe(false);
  await (await local.storage.leases()).getBlobClient(tableKey(id)).getBlobLeaseClient().breakLease(0);
  const aborted = once(stop.signal, 'abort');
  vi.advanceTimersByTime(20_000);
  await aborted;
  expect(stop.signal.reason).toMatchObject({ message: 'the lease was lost' });
});

describe('policy blob', () => {
  let read: (at?: Date) => ReturnType<ReturnType<typeof policyBlob>>;
  beforeAll(() => {
    const readPolicy = policyBlob(local.storage.config, rules);
    read = (at = now) => readPolicy(never, at);
  });

  test('absent: the built-in one; there: that one; broken: invalid with its place', async () => {
    expect(await read()).toMatchObject({ freeze: false });
    await putPolicy(local.storage, 'freeze: true');
    expect(await read()).toMatchObject({ freeze: true });
    await putPolicy(local.storage, 'freeze: maybe');
    expect(await read()).toEqual({
      invalid: expect.stringMatching(/^policy\.yaml: line 1, column 1: freeze: /),
      hash: expect.stringMatching(/^[0-9a-f]{12}$/),
    });
  });

  test('8: one that has no end is read no further than a policy may be long, and once', async () => {
    await putPolicy(local.storage, `mode: enforce #${'x'.repeat(8_000_000)}`);
    const first = await read();
    expect(first).toMatchObject({
      invalid: expect.stringMatching(/^policy\.yaml: line 1, column 1: the policy is longer than 262144/),
    });
    expect(await read()).toBe(first);
  });

  test('is parsed once while it stays as it is, and gone when it is taken away', async () => {
    await putPolicy(local.storage, 'freeze: true');
    const first = await read();
    expect(await read()).toBe(first);
    await putPolicy(local.storage, 'freeze: true');
    expect(await read()).not.toBe(first);
    await (await local.storage.config()).getBlobClient('policy.yaml').delete();
    expect(await read()).toMatchObject({ freeze: false });
  });

  describe('and exemptions beside it', () => {
    const RULE = 'account-aad-only';
    const put = async (text: string) =>
      (await local.storage.config()).getBlockBlobClient('exemptions.yaml').upload(text, Buffer.byteLength(text));
    const expiring = (date: string) =>
      put(
        `exemptions:\n  - { rule: ${RULE}, resource: ${ACCOUNT_ID}, owner: Ada, reason: it moves, expires: ${date} }`,
      );
    const exemptUntil = (policy: PolicyRead, at: Date) =>
      'invalid' in policy ? policy.invalid : policy.exemptionFor(RULE, ACCOUNT_ID, at)?.until;
    afterAll(async () => void (await (await local.storage.config()).getBlobClient('exemptions.yaml').deleteIfExists()));

    test('both count, and the hash tells any version of either from all others', async () => {
      const until = new Date('2026-12-25T00:00:00Z');
      const none = await read();
      await expiring('2026-12-24');
      const builtIn = await read();
      await putPolicy(local.storage, 'freeze: true');
      const own = await read();
      await expiring('2026-12-25');
      const later = await read();
      expect([none, builtIn, own, later].map((policy) => exemptUntil(policy, now))).toEqual([
        undefined,
        until,
        until,
        after(until, DAY),
      ]);
      expect(new Set([none, builtIn, own, later].map(({ hash }) => hash)).size).toBe(4);
      expect(await read()).toBe(later);
      expect(later).toMatchObject({ freeze: true });
    });

    test('faults of either make it invalid, and say of which file', async () => {
      await put('exemptions: soon');
      expect(await read()).toMatchObject({
        invalid: expect.stringMatching(/^exemptions\.yaml: line 1, column 1: exemptions: must be a list/),
      });
      await putPolicy(local.storage, 'freeze: maybe');
      expect(await read()).toMatchObject({ invalid: expect.stringMatching(/^policy\.yaml: .*; exemptions\.yaml: /) });
      await putPolicy(local.storage, 'freeze: true');
    });

    test('what ended more than 30 days ago becomes a fault, though no file changed', async () => {
      await expiring('2026-12-24');
      const end = new Date('2026-12-25T00:00:00Z');
      const first = await read(after(end, -1));
      expect(await read(after(end, 30 * DAY))).toBe(first);
      expect(await read(after(end, 30 * DAY + 1))).toMatchObject({
        invalid: expect.stringMatching(/^exemptions\.yaml: line 2, column \d+: exemptions\.0\.expires: it ended at/),
      });
    });
  });
});

test('a wish is base64 JSON and becomes visible after the burst', async () => {
  const id = newAccountId();
  await enqueueLook(
    local.storage,
    { accountId: id.toUpperCase().replace('SUBSCRIPTIONS', 'subscriptions'), since: now },
    1000,
  );
  expect((await local.storage.reconcile.receiveMessages()).receivedMessageItems).toEqual([]);
  await sleep(1200);
  const [message] = (await local.storage.reconcile.receiveMessages()).receivedMessageItems;
  const text = Buffer.from(message?.messageText ?? '', 'base64').toString();
  expect(JSON.parse(text)).toEqual({ accountId: id, since: now.toISOString() });
});

test('a wish for later than storage allows waits as long as it does', async () => {
  await enqueueListing(local.storage, { subscription: 'sub', since: now }, 400 * DAY);
  expect((await local.storage.sweep.getProperties()).approximateMessagesCount).toBe(1);
  expect((await local.storage.sweep.receiveMessages()).receivedMessageItems).toEqual([]);
});

describe('4: a subscription that is no longer looked at', () => {
  const memory = () => memoryIn(local.storage, never, report);
  const ended = async (of: AsyncIterable<Ended>) => await Array.fromAsync(of);
  const codes = async (id: string) => (await memory().load(id)).findings.map(({ closedCode }) => closedCode);

  async function remembered(subscription: string, lookedFrom = now): Promise<string> {
    const id = newAccountId(subscription);
    const kept = [finding(id), finding(id, { id: 'f2', status: 'closed', closedCode: 'compliant' })];
    await memory().save(id, plan(kept, after(now, HOUR)), lookedFrom, await memory().load(id));
    await memory().told(id, lookedFrom, true);
    return id;
  }

  test('since it is not watched: all ends with that reason, is told once, and is forgotten after a week', async () => {
    const [one, other] = [await remembered('left'), await remembered('kept')];
    await recordListingFailure(local.storage, 'left', now);
    await recordListingFailure(local.storage, 'left-2', now);
    for (const subscription of ['left', 'left-2'])
      await noteFailureTold(local.storage, `/subscriptions/${subscription}`);
    const isWatched = (id: string) => !id.startsWith('/subscriptions/left');
    const close = (at: Date) => ended(closeUnwatched(local.storage, isWatched, at, never, report));

    await close(now);
    // 7: it was cut before it told.
    const told = await close(now);
    for (const { account } of told)
      await (accountOf(account) === null ? noteFailureTold(local.storage, account) : memory().told(account, now, true));
    expect(
      told.map(({ account, news }) => [account, news.map(({ event, closedCode }) => [event, closedCode])]),
    ).toEqual([
      [one, [['finding-closed', 'not-watched']]],
      ['/subscriptions/left', [['finding-closed', 'not-watched']]],
      ['/subscriptions/left-2', [['finding-closed', 'not-watched']]],
    ]);
    expect(await codes(one)).toEqual(['not-watched', 'compliant']);
    expect(await memory().load(one)).toMatchObject({ wakeAt: null, goneSince: now });
    expect(await codes(other)).toEqual([null, 'compliant']);
    expect(await close(after(now, DAY))).toEqual([]);

    expect(await close(after(now, 7 * DAY + 1))).toEqual([]);
    expect(await memory().load(one)).toMatchObject({ etag: null, findings: [] });
    const filter = odata`PartitionKey eq ${tableKey('/subscriptions/left')}`;
    expect(await Array.fromAsync(local.storage.findings.listEntities({ queryOptions: { filter } }))).toEqual([]);
    expect(await codes(other)).toEqual([null, 'compliant']);
  });

  test('since it is gone: after a day, and what a look reached since stays', async () => {
    const [id, read] = [await remembered('gone-sub'), await remembered('gone-sub', after(now, 12 * HOUR))];
    const close = (at: Date) =>
      ended(closeSubscription(local.storage, 'gone-sub', 'subscription-gone', at, never, report));
    await recordListingFailure(local.storage, 'gone-sub', now, 'SubscriptionNotFound');
    expect(await close(after(now, DAY - 1))).toEqual([]);
    expect((await close(after(now, DAY))).map(({ account }) => account)).toEqual([id]);
    expect([await codes(id), await codes(read)]).toEqual([
      ['subscription-gone', 'compliant'],
      [null, 'compliant'],
    ]);
  });

  test('since it cannot be read: after a week, and what a look reached since stays', async () => {
    const [unread, read] = [await remembered('dark'), await remembered('dark', after(now, 5 * DAY))];
    const close = (at: Date) =>
      ended(closeSubscription(local.storage, 'dark', 'subscription-unreadable', at, never, report));
    expect(await close(after(now, 30 * DAY))).toEqual([]); // nobody said that it cannot be listed
    await recordListingFailure(local.storage, 'dark', now, 'AuthorizationFailed');
    expect(await close(after(now, 7 * DAY - 1))).toEqual([]);
    expect((await close(after(now, 8 * DAY))).map(({ account }) => account)).toEqual([unread]);
    expect(await codes(read)).toEqual([null, 'compliant']);
    expect(await unlistedSince(local.storage, 'dark')).toEqual(now);
  });

  test('what cannot be looked at is tried more and more rarely, once a day at last', async () => {
    const id = newAccountId('rare');
    const waits: number[] = [];
    for (let at = now; waits.length < 8; ) {
      await recordLookFailure(local.storage, id, at);
      const { wakeAt } = await memory().load(id);
      waits.push(((wakeAt?.getTime() ?? 0) - at.getTime()) / HOUR);
      at = wakeAt ?? at;
    }
    expect(waits).toEqual([1, 1, 2, 4, 8, 16, 24, 24]);
  });

  test('9: why it could not be looked at is kept by who does not know it', async () => {
    const id = newAccountId('why');
    await recordLookFailure(local.storage, id, now, 'ArmError: AuthorizationFailed');
    await recordLookFailure(local.storage, id, now);
    expect((await memory().load(id)).findings).toMatchObject([{ why: 'ArmError: AuthorizationFailed' }]);
  });
});

test('5: a hint whose time is ahead of now gives way to the next event', async () => {
  const account = accountOf(newAccountId('ahead'));
  if (account === null) throw new Error('no account id');
  const hint = { subject: account.text, operation: null, objectId: null };
  const note = (application: string, time: Date) =>
    noteEvent(hintWriter(local.storage.hints), account, { ...hint, application, time }, null, now);
  await note('from-the-future', after(now, 365 * DAY));
  await note('true', after(now, -HOUR));
  const { lastChanges } = await memoryIn(local.storage, never, report).load(account.text);
  expect(lastChangeOf(lastChanges, account.text)).toMatchObject({ known: { application: 'true' } });
  expect(await local.storage.hints.getEntity('ahead', 'received')).toMatchObject({
    since: now,
    last: now,
  });
  await local.storage.hints.deleteEntity('ahead', 'received');
  await local.storage.hints.deleteEntity(tableKey(account.text), tableKey(account.text));
});

test('9: a wish holds only an id that was parsed', async () => {
  await expect(enqueueLook(local.storage, { accountId: `${newAccountId()}/pools/p`, since: now }, 0)).rejects.toThrow(
    /Not the id of a Batch account/,
  );
});
