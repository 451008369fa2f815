import { isRestError } from '@azure/core-rest-pipeline';
import { after, MINUTE } from '../../core/model/time.ts';
import type { NotWritten } from '../../core/plan/write.ts';
import { retryAfter } from '../http/retry-after.ts';
import { UnusableValue } from './read-value.ts';
import { vaultReason } from './vaults.ts';

/** What is of no use as it is is refused; what may have been carried out is failed: the next look sees. */
export function vaultOutcome(error: unknown, now: Date): NotWritten {
  const message = vaultReason(error);
  if (error instanceof UnusableValue) return { kind: 'refused', message };
  if (!isRestError(error) || error.statusCode === undefined || error.statusCode >= 500 || error.statusCode === 408)
    return { kind: 'failed', message };
  if (error.statusCode !== 429) return { kind: 'refused', message };
  const wait = (error.response && retryAfter(error.response)) ?? MINUTE;
  return { kind: 'refused', message, retryAt: after(now, wait) };
}
