import type { Storage } from '../shared/azure/state/storage.ts';
import { after } from '../shared/core/model/time.ts';

/** Drains and their writes become so many milliseconds older, as if time had passed: no clock of a process is moved. */
export async function letPass({ drains, journal }: Pick<Storage, 'drains' | 'journal'>, time: number): Promise<void> {
  for await (const { partitionKey = '', rowKey = '', begunAt, endedAt } of drains.listEntities<Times>()) {
    const earlier =
      begunAt === undefined ? endedAt && { endedAt: after(endedAt, -time) } : { begunAt: after(begunAt, -time) };
    await drains.updateEntity({ partitionKey, rowKey, ...earlier });
  }
  for await (const { partitionKey = '', rowKey = '', at, drain } of journal.listEntities<Times>())
    if (at !== undefined && drain !== undefined)
      await journal.updateEntity({ partitionKey, rowKey, at: after(at, -time) });
}

interface Times {
  begunAt?: Date;
  endedAt?: Date;
  at?: Date;
  drain?: string;
}
