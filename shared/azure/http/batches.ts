import { isRestError } from '@azure/core-rest-pipeline';

/** Items in their order, cut so that each batch keeps to both limits; one that is too large alone is a batch of its own. */
export function batchesOf<T>(
  items: readonly T[],
  bytesOf: (item: T) => number,
  most: { readonly bytes: number; readonly items: number },
): T[][] {
  const batches: T[][] = [];
  let room = 0;
  for (const item of items) {
    const bytes = bytesOf(item);
    const last = batches.at(-1);
    if (last === undefined || bytes > room || last.length === most.items) {
      batches.push([item]);
      room = most.bytes - bytes;
    } else {
      last.push(item);
      room -= bytes;
    }
  }
  return batches;
}

/**
 * Sends a batch; one that is refused for good is halved, down to the items that are. Every other failure is thrown on.
 * @param refused what becomes of an item that is refused alone
 * @returns what the batches sent and the items refused came to, in their order
 */
export async function sendHalving<T, Outcome>(
  batch: readonly T[],
  send: (batch: readonly T[]) => Promise<readonly Outcome[]>,
  refused: (item: T, error: unknown) => Outcome,
): Promise<readonly Outcome[]> {
  try {
    return await send(batch);
  } catch (error) {
    if (!isRefusedForGood(error)) throw error;
    if (batch.length <= 1) return batch.map((item) => refused(item, error));
    const half = Math.ceil(batch.length / 2);
    return [
      ...(await sendHalving(batch.slice(0, half), send, refused)),
      ...(await sendHalving(batch.slice(half), send, refused)),
    ];
  }
}

/** What is asked is at fault, and will be as long as it is asked. */
export function isRefusedForGood(error: unknown): boolean {
  return isRestError(error) && (error.statusCode === 400 || error.statusCode === 413);
}
