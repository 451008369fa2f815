import { isRestError } from '@azure/core-rest-pipeline';
import { below, parseSubscription } from '../../core/model/arm-id.ts';
import type { Arm } from './arm.ts';
import { ArmError } from './arm-error.ts';

/** https://learn.microsoft.com/rest/api/resources/providers/get */
export const PROVIDERS_API = '2021-04-01';

/**
 * Whoever has no role in a subscription is not refused its list of accounts: it is empty. The registration of the provider
 * there he is refused.
 * @returns why the list may lack accounts; null when it does not
 */
export async function whyListMayLack(arm: Arm, subscription: string): Promise<string | null> {
  const id = parseSubscription(subscription);
  if (id === null) throw new TypeError(`Not the id of a subscription: ${subscription}`);
  try {
    await arm.get(below(id, 'providers/Microsoft.Batch'), { apiVersion: PROVIDERS_API });
    return null;
  } catch (error) {
    if (!(error instanceof ArmError) && !isRestError(error)) throw error;
    return `whether all its accounts are listed is not known: the registration of Microsoft.Batch could not be read: ${error.message}`;
  }
}
