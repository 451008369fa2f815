import { z } from 'zod';
import { below } from '../../core/model/arm-id.ts';
import { notShown, type Reading, unreadable } from '../../core/model/reading.ts';
import { parseAccountId } from '../../core/model/resource-id.ts';
import type { RetiredParts, UnreadableParts } from '../../core/model/retired-parts.ts';
import { ArmError, saysVersionUnknown } from '../arm/arm-error.ts';
import { decodeRetiredParts } from '../codec/retired-parts-codec.ts';
import { type ProviderReads, tryReading } from './provider-reads.ts';

/**
 * The last version that shows certificates and node communication modes.
 * https://learn.microsoft.com/azure/templates/microsoft.batch/change-log/batchaccounts/pools
 */
const API = '2024-07-01';

const Item = z.looseObject({ id: z.string() });

/** Of each pool of a Batch account that this version shows. */
export async function readRetiredParts(
  reads: ProviderReads,
  accountId: string,
): Promise<Reading<readonly (RetiredParts | UnreadableParts)[]>> {
  const account = parseAccountId(accountId);
  if (account === null) return { unknown: unreadable('the id of the account is not as expected') };
  const parts = await tryReading(`the list of pools at api-version ${API}`, async () =>
    (await unlessRetired(reads.items(below(account.text, 'pools'), API)))?.map(partsOf),
  );
  if ('unknown' in parts) return parts;
  if (parts.known === undefined)
    return { unknown: notShown(`Azure no longer answers at api-version ${API}, the last that shows it`) };
  return { known: parts.known };
}

/** @throws ZodError when it is no pool at all */
function partsOf(body: unknown): RetiredParts | UnreadableParts {
  const { id } = Item.parse(body);
  const unreadable = `the pool at api-version ${API} is not as specified`;
  return decodeRetiredParts(body) ?? { poolId: id, unreadable };
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
