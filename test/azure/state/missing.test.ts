import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeCertificate, trust } from '../../../local/certificate.ts';
import { type LocalStorage, startStorage } from '../../../local/storage.ts';
import { accountsDue, startSweep } from '../../../shared/azure/state/account-index.ts';
import { hintWriter, noteEvent } from '../../../shared/azure/state/hints.ts';
import { acquireLease } from '../../../shared/azure/state/lease.ts';
import { memoryIn } from '../../../shared/azure/state/memory.ts';
import { closeListingFailure, recordLookFailure } from '../../../shared/azure/state/poison-findings.ts';
import { policyBlob } from '../../../shared/azure/state/policy-blob.ts';
import { openStorage, type Storage } from '../../../shared/azure/state/storage.ts';
import { enqueueListing, enqueueLook, queueDepths } from '../../../shared/azure/state/work-queues.ts';
import { parseAccountId } from '../../../shared/core/model/resource-id.ts';
import type { BadRows } from '../../../shared/core/plan/log-line.ts';
import { rules } from '../../../shared/rules/index.ts';
import { storageCredential } from '../../support/host/token.ts';

const now = new Date('2026-11-22T12:00:00Z');
const never = new AbortController().signal;
const report = (bad: BadRows) => expect.fail(`bad rows of ${bad.table}`);
const ID = '/subscriptions/sub/resourcegroups/rg/providers/microsoft.batch/batchaccounts/acct';

let local: LocalStorage;
beforeAll(async () => {
  const certificate = await makeCertificate();
  trust(certificate.cert);
  local = await startStorage(certificate);
});
afterAll(() => local.stop());

/** A process of the app. */
const open = () => openStorage(local, storageCredential());

/** As if nothing had ever been made, or somebody had just deleted all. */
async function empty(storage: Storage): Promise<void> {
  const { accounts, findings, hints, reconcile, sweep, resourceEvents } = storage;
  for (const table of [accounts, findings, hints]) await table.deleteTable();
  for (const queue of [reconcile, sweep, resourceEvents]) await queue.deleteIfExists();
  for (const container of [await storage.leases(), await storage.config()]) await container.deleteIfExists();
}

const EVENT = { subject: ID, time: now, operation: null, application: null, objectId: null };

/** What the program may do first with its stores, and what comes of it. */
const FIRSTS: readonly (readonly [string, (storage: Storage) => Promise<unknown>, unknown])[] = [
  [
    'a look is asked for',
    async (storage) => {
      await enqueueLook(storage, { accountId: ID, since: now }, 0);
      return (await storage.reconcile.peekMessages()).peekedMessageItems.length;
    },
    1,
  ],
  [
    'a listing is asked for',
    async (storage) => {
      await enqueueListing(storage, { subscription: 'sub', since: now }, 0);
      return (await storage.sweep.peekMessages()).peekedMessageItems.length;
    },
    1,
  ],
  [
    'an event is noted',
    async ({ hints }) => {
      await noteEvent(hintWriter(hints), parseAccountId(ID) ?? expect.unreachable(), EVENT, null, now);
      return (await Array.fromAsync(hints.listEntities())).length;
    },
    2,
  ],
  [
    'a lease is taken',
    async ({ leases }) => {
      const lease = await acquireLease(leases, ID, never, () => {});
      await lease?.[Symbol.asyncDispose]();
      return lease !== null;
    },
    true,
  ],
  ['the policy is read', async ({ config }) => (await policyBlob(config, rules)(never, new Date())) !== null, true],
  [
    'an account is remembered',
    async (storage) => {
      const memory = memoryIn(storage, never, report);
      const loaded = await memory.load(ID);
      await memory.save(
        ID,
        {
          findings: [],
          writes: [],
          finishes: [],
          endings: [],
          endedApprovals: [],
          endedUndos: [],
          wakeAt: now,
          failedSince: {},
          gonePools: [],
        },
        now,
        loaded,
      );
      return accountsDue(storage, now, report);
    },
    [ID],
  ],
  ['a sweep starts', (storage) => startSweep(storage, now, report), null],
  [
    'the queues are measured',
    async (storage) => (await queueDepths(storage, never)).map(({ queue, messages }) => [queue, messages]),
    [
      ['reconcile', 0],
      ['sweep', 0],
      ['resource-events', 0],
    ],
  ],
  ['accounts are woken', (storage) => accountsDue(storage, now, report), []],
  [
    'a failure is noted',
    async (storage) => (await recordLookFailure(storage, ID, now)).map(({ resource }) => resource),
    [ID],
  ],
  ['a failure ends', (storage) => closeListingFailure(storage, 'sub', now), []],
];

describe.each(FIRSTS)('where nothing is there, %s', (_what, first, expected) => {
  test('at start, and deleted meanwhile', async () => {
    const storage = await open();
    for (let round = 1; round <= 2; round++) {
      await empty(storage);
      expect(await first(storage)).toEqual(expected);
    }
  });

  test('by two that start at once', async () => {
    await empty(await open());
    const processes = await Promise.all([open(), open()]);
    // Who comes second may find what the other did; neither fails.
    expect(await Promise.all(processes.map(first))).toHaveLength(2);
  });
});

test('a row that is not there is not a table that is not there', async () => {
  const { accounts } = await open();
  await accounts.createTable();
  await expect(accounts.getEntity('some', 'row')).rejects.toMatchObject({ statusCode: 404 });
});
