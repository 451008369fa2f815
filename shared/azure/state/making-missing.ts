import { isRestError, type PipelinePolicy } from '@azure/core-rest-pipeline';

/*
 * The deployment makes all that the state needs, so nobody looks whether it is there. Should something be missing, who
 * misses it makes it and goes on. Several may do that at once.
 */

/** Runs `work`, which finds nothing but its queue or container missing; then again, after `make`. */
export async function makingMissing<T>(work: () => Promise<T>, make: () => Promise<unknown>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isRestError(error) || error.statusCode !== 404) throw error;
    await make();
    return work();
  }
}

/** The same for each request of a table's client. A row that is not there is told as ever. */
export function makingTable(name: string, make: () => Promise<unknown>): PipelinePolicy {
  return {
    name: 'makingTable',
    async sendRequest(request, next) {
      try {
        return await next(request);
      } catch (error) {
        if (!saysTableMissing(error)) throw error;
      }
      // Not the answer itself: a table that is still being deleted is a 409, which would pass for a conflict of rows.
      await make().catch((cause: unknown) => {
        throw new Error(`The table ${name} is missing and could not be made.`, { cause });
      });
      return next(request);
    },
  };
}

function saysTableMissing(error: unknown): boolean {
  return (
    isRestError(error) && error.statusCode === 404 && (error.response?.bodyAsText?.includes('TableNotFound') ?? false)
  );
}
