import { z } from 'zod';
import { below, parseSubscription } from '../../core/model/arm-id.ts';
import { idKey, parseAccountId } from '../../core/model/resource-id.ts';
import { beginningOf } from '../../core/model/words.ts';
import type { Unlisted } from '../../ports.ts';
import type { Arm } from './arm.ts';
import { ArmError, saysSubscriptionGone } from './arm-error.ts';

const Item = z.looseObject({ id: z.string() });

/** Where the list was refused for good; null for every other failure. */
export function whyUnlisted(error: unknown): Unlisted | null {
  if (!(error instanceof ArmError)) return null;
  const { status, message } = error;
  const refused = `its accounts could not be listed: ${beginningOf(message)}`;
  if (saysSubscriptionGone(error)) return { code: 'subscription-gone', refused };
  return status === 401 || status === 403 ? { code: 'subscription-unreadable', refused } : null;
}

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
