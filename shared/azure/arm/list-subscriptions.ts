import { z } from 'zod';
import { below, parseArmId, parseManagementGroup, parseSubscription } from '../../core/model/arm-id.ts';
import type { Subscription } from '../../core/model/subscription.ts';
import type { Arm } from './arm.ts';

/** https://learn.microsoft.com/rest/api/resources/subscriptions/list */
const SUBSCRIPTIONS_API = '2022-12-01';
/** https://learn.microsoft.com/rest/api/managementgroups/management-groups/get-descendants */
const MANAGEMENT_GROUPS_API = '2020-05-01';

const Item = z.looseObject({ subscriptionId: z.string(), displayName: z.string(), state: z.string() });

/** Those in which who asks has any role, without what was deleted. @throws when the list could not be read to its end */
export async function listSubscriptions(arm: Arm): Promise<Subscription[]> {
  const path = parseArmId('/subscriptions');
  if (path === null) throw new TypeError('Not a path of a list');
  const found: Subscription[] = [];
  for await (const page of arm.pages(path, { apiVersion: SUBSCRIPTIONS_API })) {
    for (const item of page) {
      const { subscriptionId, displayName, state } = Item.parse(item);
      if (state !== 'Deleted') found.push({ id: known(subscriptionId), name: displayName });
    }
  }
  return found;
}

const Descendant = z.looseObject({
  type: z.string(),
  name: z.string(),
  properties: z.looseObject({ displayName: z.string().nullish() }).nullish(),
});

/** Those below a management group, however deep. @throws when the list could not be read to its end */
export async function subscriptionsBelow(arm: Arm, group: string): Promise<Subscription[]> {
  const id = parseManagementGroup(group);
  if (id === null) throw new TypeError(`Not the id of a management group: ${group}`);
  const found: Subscription[] = [];
  for await (const page of arm.pages(below(id, 'descendants'), { apiVersion: MANAGEMENT_GROUPS_API })) {
    for (const item of page) {
      const { type, name, properties } = Descendant.parse(item);
      if (/(?:^|\/)subscriptions$/i.test(type)) found.push({ id: known(name), name: properties?.displayName ?? name });
    }
  }
  return found;
}

function known(id: string): string {
  if (parseSubscription(id) === null) throw new Error(`The list has a subscription with an id that is none: ${id}`);
  return id;
}
