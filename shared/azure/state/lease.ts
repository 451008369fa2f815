import { isRestError } from '@azure/core-rest-pipeline';
import { SECOND } from '../../core/model/time.ts';
import { makingMissing } from './making-missing.ts';
import { isConflict, isNotFound, type Storage, tableKey } from './storage.ts';

/** The longest that ends by itself. https://learn.microsoft.com/rest/api/storageservices/lease-blob */
const LASTS_SECONDS = 60;
const RENEWED_EVERY = 20 * SECOND;
const RENEWAL = 30 * SECOND;

/**
 * The sole right to look at an account, renewed until disposed of or until `signal` aborts; null when another instance
 * holds it.
 */
export async function acquireLease(
  leases: Storage['leases'],
  accountId: string,
  signal: AbortSignal,
  onLost: (reason: Error) => void,
): Promise<AsyncDisposable | null> {
  const container = await leases();
  const blob = container.getBlockBlobClient(tableKey(accountId));
  const lease = blob.getBlobLeaseClient();
  try {
    await lease.acquireLease(LASTS_SECONDS, { abortSignal: signal }).catch(async (error: unknown) => {
      if (!isNotFound(error)) throw error;
      // Of an account that was never looked at.
      await makingMissing(
        () => blob.upload('', 0, { conditions: { ifNoneMatch: '*' }, abortSignal: signal }),
        () => container.createIfNotExists({ abortSignal: signal }),
      ).catch(unlessThere);
      await lease.acquireLease(LASTS_SECONDS, { abortSignal: signal });
    });
  } catch (error) {
    if (isRestError(error) && error.statusCode === 409) return null;
    throw error;
  }
  const renewal = setInterval(() => {
    if (signal.aborted) clearInterval(renewal);
    // Given up while the lease still lasts: who cannot renew it must not go on as if he held it.
    else
      lease
        .renewLease({ abortSignal: AbortSignal.timeout(RENEWAL) })
        .catch((error: unknown) => onLost(new Error('the lease was lost', { cause: error })));
  }, RENEWED_EVERY);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(renewal);
      await lease.releaseLease({ abortSignal: AbortSignal.timeout(RENEWAL) }).catch(() => undefined); // it runs out by itself
    },
  };
}

/** The blob is there already, leased or not. */
function unlessThere(error: unknown): void {
  if (!isConflict(error)) throw error;
}
