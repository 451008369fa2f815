import { type EventSubscription, storageOf } from '../../core/doctor/event-subscription.ts';
import type { Readings, Seen, SubscriptionReadings } from '../../core/doctor/readings.ts';
import type { Permission } from '../../core/identities/role-permissions.ts';
import { type ArmId, below, parseArmId, parseResourceId, parseSubscription } from '../../core/model/arm-id.ts';
import { sameId } from '../../core/model/resource-id.ts';
import type { Arm } from '../arm/arm.ts';
import { ArmError } from '../arm/arm-error.ts';
import { PROVIDERS_API } from '../arm/may-list.ts';
import { Permission as PermissionBody } from '../facets/role-bodies.ts';
import { EventSubscriptionBody, ProviderBody, StorageAccountBody, TopicBody } from './bodies.ts';
import { seen } from './seen.ts';

const PERMISSIONS_API = '2022-04-01';
const EVENT_GRID_API = '2025-02-15';
const STORAGE_API = '2025-06-01';

export type InAzure = Pick<SubscriptionReadings, 'permissions' | 'eventSubscriptions' | 'apiVersions'>;

/** What Resource Manager tells of a subscription. */
export async function readSubscription(arm: Arm, subscription: string): Promise<InAzure> {
  const id = parseSubscription(subscription);
  if (id === null) throw new TypeError(`Not the id of a subscription: ${subscription}`);
  const [permissions, eventSubscriptions, apiVersions] = await Promise.all([
    seen(() => readPermissions(arm, id)),
    seen(() => readEventSubscriptions(arm, id)),
    seen(() => readApiVersions(arm, id)),
  ]);
  return { permissions, eventSubscriptions, apiVersions };
}

/** Those of who asks, of his groups too. https://learn.microsoft.com/rest/api/authorization/permissions */
async function readPermissions(arm: Arm, subscription: ArmId): Promise<readonly Permission[]> {
  const path = below(subscription, 'providers/Microsoft.Authorization/permissions');
  const found = await items(arm, path, PERMISSIONS_API).catch((error: unknown) => {
    // Who may not even see what he may do has no role here.
    if (error instanceof ArmError && error.status === 403) return [];
    throw error;
  });
  return found.map((item) => PermissionBody.parse(item));
}

/** Whoever may not read topics is shown an empty list. @throws ArmError */
async function readEventSubscriptions(arm: Arm, subscription: ArmId): Promise<readonly EventSubscription[]> {
  const topics = await items(arm, below(subscription, 'providers/Microsoft.EventGrid/systemTopics'), EVENT_GRID_API);
  const ids = topics
    .map((item) => TopicBody.parse(item))
    .filter(({ properties }) => sameId(properties.source ?? '', subscription))
    .filter(({ properties }) => sameId(properties.topicType ?? '', 'Microsoft.Resources.Subscriptions'))
    .flatMap(({ id }) => parseResourceId(id, 'Microsoft.EventGrid/systemTopics') ?? []);
  const found = await Promise.all(ids.map(({ text }) => items(arm, below(text, 'eventSubscriptions'), EVENT_GRID_API)));
  return found.flat().map((item) => EventSubscriptionBody.parse(item));
}

async function readApiVersions(arm: Arm, subscription: ArmId): Promise<readonly string[]> {
  const { body } = await arm.get(below(subscription, 'providers/Microsoft.Batch'), { apiVersion: PROVIDERS_API });
  const { resourceTypes } = ProviderBody.parse(body);
  return resourceTypes.find(({ resourceType }) => sameId(resourceType, 'batchAccounts'))?.apiVersions ?? [];
}

/** The event subscriptions name it by its whole id. @param name of the storage account */
export async function readStorageAccount(
  arm: Arm,
  name: string,
  subscriptions: readonly InAzure[],
): Promise<Readings['storageAccount']> {
  const known = subscriptions.flatMap(({ eventSubscriptions }) => knownOf(eventSubscriptions));
  const path = parseArmId(storageOf(known, name) ?? '');
  if (path === null) return { unseen: `its id is not known: no event subscription names the storage account ${name}` };
  return seen(async () => StorageAccountBody.parse((await arm.get(path, { apiVersion: STORAGE_API })).body));
}

function knownOf<T>(reading: Seen<readonly T[]>): readonly T[] {
  return 'known' in reading ? reading.known : [];
}

async function items(arm: Arm, path: ArmId, apiVersion: string): Promise<unknown[]> {
  return (await Array.fromAsync(arm.pages(path, { apiVersion }))).flat();
}
