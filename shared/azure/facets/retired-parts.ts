import { below } from '../../core/model/arm-id.ts';
import { notShown, type Reading, unreadable } from '../../core/model/reading.ts';
import { parseAccountId } from '../../core/model/resource-id.ts';
import type { RetiredParts } from '../../core/model/retired-parts.ts';
import { ArmError, saysVersionUnknown } from '../arm/arm-error.ts';
import { decodeRetiredParts } from '../codec/retired-parts-codec.ts';
import { type ProviderReads, tryReading } from './provider-reads.ts';

/**
 * The last version that shows certificates and node communication modes.
 * https://learn.microsoft.com/azure/templates/microsoft.batch/change-log/batchaccounts/pools
 */
const API = '2024-07-01';

/** Of each pool of a Batch account that this version shows as specified. */
export async function readRetiredParts(
  reads: ProviderReads,
  accountId: string,
): Promise<Reading<readonly RetiredParts[]>> {
  const account = parseAccountId(accountId);
  if (account === null) return { unknown: unreadable('the id of the account is not as expected') };
  const bodies = await tryReading(`the list of pools at api-version ${API}`, () =>
    unlessRetired(reads.items(below(account.text, 'pools'), API)),
  );
  if ('unknown' in bodies) return bodies;
  if (bodies.known === null)
    return { unknown: notShown(`Azure no longer answers at api-version ${API}, the last that shows it`) };
  return { known: bodies.known.flatMap((body) => decodeRetiredParts(body) ?? []) };
}

/** Null once Azure has retired the version: another look would not cure it. */
async function unlessRetired<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof ArmError && saysVersionUnknown(error)) return null;
    throw error;
  }
}
