import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AppProcess, startApp } from '../local/app-process.ts';
import { account, accountId } from '../local/estate/parts.ts';
import { type Preparation, prepare, putPolicy } from '../local/installation.ts';
import { enqueueLook } from '../shared/azure/state/work-queues.ts';
import { hourOf } from '../shared/core/plan/budget.ts';

/** Two real processes at a real Azurite and the local Azure, whose leases are broken at any moment. */

const SUBSCRIPTIONS = ['66666666-ffff-4fff-8fff-666666666666', '77777777-aaaa-4aaa-8aaa-777777777777'] as const;
/** Changes an hour, in all and in a subscription. */
const BUDGETS = [
  [1, 1],
  [3, 2],
  [2, 2],
  [3, 1],
] as const;
const ROUNDS = 12;
const WAVES = 4;
/** In each subscription: many more than may be begun. */
const ACCOUNTS = 4;

const idsOf = (round: number) =>
  SUBSCRIPTIONS.flatMap((subscription) =>
    Array.from({ length: ACCOUNTS }, (_, n) => accountId(subscription, 'group', `round${round}n${n}`)),
  );
let local: Preparation;
let apps: readonly AppProcess[] = [];
let folder: string;
let log: number;

async function start(): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), 'budget-'));
  log = openSync(join(folder, 'log'), 'a');
  const ids = Array.from({ length: ROUNDS }, (_, round) => idsOf(round)).flat();
  local = await prepare({
    accounts: ids.map((id) =>
      account(id, 'westeurope', { properties: { allowedAuthenticationModes: ['SharedKey', 'AAD'] } }),
    ),
  });
  const order = {
    certificates: [local.certificate],
    queues: local.endpoints.queue,
    options: { batchSize: 8, newBatchThreshold: 7, pollingIntervalMs: 50 },
  };
  apps = await Promise.all([startApp(order, {}, log), startApp(order, {}, log)]);
}

async function stop(): Promise<void> {
  await Promise.all(apps.map((app) => app.kill()));
  await local.stop();
  closeSync(log);
  rmSync(folder, { recursive: true });
}

async function emptyBudget(): Promise<void> {
  const { budget } = local.storage;
  for await (const { partitionKey = '', rowKey = '' } of budget.listEntities())
    await budget.deleteEntity(partitionKey, rowKey);
}

/** Some of the leases that are held now: who held them may not know yet. */
async function breakLeases(): Promise<number> {
  const leases = await local.storage.leases();
  let broken = 0;
  for await (const { name, properties } of leases.listBlobsFlat()) {
    if (properties.leaseState !== 'leased' || Math.random() < 0.5) continue;
    const isBroken = await leases
      .getBlobClient(name)
      .getBlobLeaseClient()
      .breakLease(0)
      .then(
        () => true,
        () => false,
      );
    broken += Number(isBroken);
  }
  return broken;
}

const waiting = async () => (await local.storage.reconcile.getProperties()).approximateMessagesCount ?? 0;

/** In the gate the law of budgets stands for it: two processes take 20 seconds of a core to start. */
describe.skipIf(!process.env['THOROUGH'])(
  '8 never over, only with THOROUGH=1: two processes whose leases expire at any moment',
  () => {
    beforeAll(start);
    afterAll(stop);

    test('pass no budget of 1 to 3 an hour', async () => {
      const tally = { rounds: 0, begun: 0, broken: 0, looks: 0 };
      for (let round = 0; round < ROUNDS; round++) {
        const [inAll, inOne] = BUDGETS[round % BUDGETS.length] ?? [1, 1];
        await emptyBudget();
        await putPolicy(
          local.storage,
          `mode: off
rules: { account-aad-only: { mode: enforce, options: { allowTaskToken: true } } }
keyUse: { graceDays: 0 }
limits: { changesPerHour: ${inAll}, changesPerSubscriptionPerHour: ${inOne} }
`,
        );
        const ids = idsOf(round);
        const began = hourOf(new Date());
        for (let wave = 0; wave < WAVES; wave++) {
          const since = new Date();
          // Each twice, so that both processes want it.
          await Promise.all([...ids, ...ids].map((accountId) => enqueueLook(local.storage, { accountId, since }, 0)));
          tally.looks += 2 * ids.length;
          for (let tries = 0; tries < 50 && (await waiting()) > 0; tries++) {
            tally.broken += await breakLeases();
            await sleep(20 * Math.random());
          }
        }
        const hours = hourOf(new Date()) > began ? 2 : 1;
        const written = local.azure.log.writes().filter(({ path }) => ids.some((id) => path.startsWith(id)));
        expect(written.length).toBeLessThanOrEqual(inAll * hours);
        for (const subscription of SUBSCRIPTIONS)
          expect(written.filter(({ path }) => path.includes(subscription)).length).toBeLessThanOrEqual(inOne * hours);
        tally.rounds += 1;
        tally.begun += written.length;
      }
      console.log(`budget of processes: ${JSON.stringify(tally)}`);
      expect(tally.begun).toBeGreaterThan(0);
      expect(tally.broken).toBeGreaterThan(0);
    });
  },
);
