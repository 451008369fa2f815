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

/** What is asked is at fault, and will be as long as it is asked. */
export function isRefusedForGood(error: unknown): boolean {
  return isRestError(error) && (error.statusCode === 400 || error.statusCode === 413);
}
