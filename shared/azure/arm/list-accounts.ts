import { z } from 'zod';
import { below, parseSubscription } from '../../core/model/arm-id.ts';
import { idKey, parseAccountId } from '../../core/model/resource-id.ts';
import type { Arm } from './arm.ts';

const Item = z.looseObject({ id: z.string() });

/**
 * The ids of all accounts of a subscription.
 * @throws when the list could not be read to its end
 */
export async function listAccounts(arm: Arm, subscription: string): Promise<string[]> {
  const id = parseSubscription(subscription);
  if (id === null) throw new Error(`Not the id of a subscription: ${subscription}`);
  const ids: string[] = [];
  for await (const page of arm.pages(below(id, 'providers/Microsoft.Batch/batchAccounts'))) {
    for (const item of page) {
      const { id } = Item.parse(item);
      if (parseAccountId(id) === null) throw new Error(`The list of accounts has an item that is none: ${id}`);
      ids.push(idKey(id));
    }
  }
  return ids;
}
