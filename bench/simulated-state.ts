import { setTimeout as sleep } from 'node:timers/promises';
import { NO_MEMORY } from '../shared/core/plan/memory.ts';
import type { AccountState, LoadedMemory } from '../shared/ports.ts';

/** Milliseconds of one call. */
const STORAGE = 20;
const NOTHING: LoadedMemory = { ...NO_MEMORY, indexed: null, etag: null };

interface SimulatedState {
  readonly ports: AccountState;
  accountsDue(): readonly string[];
}

/** What is kept of accounts, in memory. @param onSaved told of each look that left no alarm */
export function simulatedState(onSaved: (accountId: string) => void): SimulatedState {
  const rows = new Map<string, LoadedMemory>();
  const leased = new Set<string>();
  let versions = 0;

  async function put(accountId: string, next: Omit<LoadedMemory, 'etag'>, { etag }: LoadedMemory): Promise<boolean> {
    await sleep(STORAGE);
    if ((rows.get(accountId) ?? NOTHING).etag !== etag) return false;
    rows.set(accountId, { ...next, etag: String(++versions) });
    return true;
  }

  return {
    accountsDue: () =>
      [...rows].flatMap(([id, { wakeAt }]) => (wakeAt !== null && wakeAt.getTime() <= Date.now() ? id : [])),
    ports: {
      async lease(accountId) {
        await sleep(STORAGE);
        if (leased.has(accountId)) return null;
        leased.add(accountId);
        return {
          async [Symbol.asyncDispose]() {
            await sleep(STORAGE);
            leased.delete(accountId);
          },
        };
      },
      async lookedFrom(accountId) {
        await sleep(STORAGE);
        return rows.get(accountId)?.lookedFrom ?? null;
      },
      async receivedSince() {
        await sleep(STORAGE);
        return { known: null };
      },
      async load(accountId) {
        await sleep(STORAGE);
        return rows.get(accountId) ?? NOTHING;
      },
      async save(accountId, { findings, wakeAt, failedSince }, lookedFrom, memory) {
        const isSaved = await put(accountId, { ...NOTHING, findings, wakeAt, failedSince, lookedFrom }, memory);
        if (isSaved && wakeAt === null) onSaved(accountId);
        return isSaved ? new Set() : null;
      },
      defer: (accountId, wakeAt, memory) => put(accountId, { ...memory, wakeAt }, memory),
      told: () => sleep(STORAGE),
      gone: () => Promise.reject(new Error('none is gone')),
      record: () => Promise.reject(new Error('nothing is written')),
    },
  };
}
