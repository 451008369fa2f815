import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import { readingFailed, type UnknownReason } from '../../core/model/reading.ts';
import { isConflict, nullIfMissing, type Storage } from './storage.ts';

export type Hints = Storage['hints'];

/** Null where there is no row; its `row` is null where it is none, and then gives way to what is written. */
export async function read<T>(
  hints: Pick<Hints, 'getEntity'>,
  { partitionKey, rowKey }: { readonly partitionKey: string; readonly rowKey: string },
  schema: z.ZodType<T>,
  abortSignal?: AbortSignal,
) {
  return hints
    .getEntity(partitionKey, rowKey, abortSignal && { abortSignal })
    .then((entity) => ({ etag: entity.etag, row: schema.safeParse(entity).data ?? null }), nullIfMissing);
}

/** Again while others change the same row at the same time; false when they were too many. */
export async function changing(change: () => Promise<void>): Promise<boolean> {
  for (let tries = 0; tries < 8; tries++) {
    try {
      await change();
      return true;
    } catch (error) {
      if (!isConflict(error)) throw error;
      await sleep(Math.random() * 20 * 2 ** tries);
    }
  }
  return false;
}

/** Of a look that may read it again. */
export function notRead(error: Error): UnknownReason {
  return readingFailed(`the hints could not be read: ${error.message.split('\n')[0]}`);
}
