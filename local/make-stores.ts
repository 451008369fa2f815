import type { Storage } from '../shared/azure/state/storage.ts';

/** Makes all that the state needs, as the deployment does. */
export async function makeStores(storage: Storage): Promise<void> {
  const { accounts, findings, hints, requests, drains, journal, budget, secrets } = storage;
  const { reconcile, sweep, resourceEvents } = storage;
  const containers = [await storage.leases(), await storage.config()];
  await Promise.all([
    ...[accounts, findings, hints, requests, drains, journal, budget, secrets].map((table) => table.createTable()),
    ...[reconcile, sweep, resourceEvents, ...containers].map((store) => store.createIfNotExists()),
  ]);
}
