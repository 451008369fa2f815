import type { AccountId } from '../../shared/core/model/resource-id.ts';
import { guidOf } from './caller.ts';
import {
  armError,
  autoStorageNoPermission,
  batchError,
  invalidPropertyValue,
  invalidRequestBody,
  propertyCannotBeUpdated,
} from './errors.ts';
import type { Answer } from './exchange.ts';
import { ok, Refusal } from './exchange.ts';
import type { Json } from './json.ts';
import { copied, isObject, part, text, without } from './json.ts';
import { normaliseId, normaliseIdentity } from './normalise.ts';
import { mayDo, principalsOf } from './storage-role.ts';
import type { Store } from './store.ts';
import type { StoredAccount } from './stored.ts';
import type { Ticks } from './ticks.ts';
import { strongEtag, timeOf } from './ticks.ts';

const REFUSED = ['poolAllocationMode', 'keyVaultReference'];
const READ_ONLY = [
  'accountEndpoint',
  'nodeManagementEndpoint',
  'provisioningState',
  'privateEndpointConnections',
  'dedicatedCoreQuota',
  'dedicatedCoreQuotaPerVMFamily',
  'dedicatedCoreQuotaPerVMFamilyEnforced',
  'lowPriorityCoreQuota',
  'poolQuota',
  'activeJobAndJobScheduleQuota',
];
/** The ETag that a PATCH answers lies this much after the one that GETs answer from then on. */
const ANSWERED_LATER = 3680n;

export function getAccount(store: Store, id: AccountId): Answer {
  const account = store.account(id);
  if (account.malformed !== undefined) return { status: 200, body: account.malformed, unchecked: true };
  return ok(account.body, strongEtag(account.modified));
}

/** Every property that is sent replaces the one that is there; null means not sent. */
export function patchAccount(store: Store, id: AccountId, sent: unknown): Answer {
  const account = store.account(id);
  if (!isObject(sent)) throw invalidRequestBody('The body of a PATCH is an object.');
  const properties = without(part(sent, 'properties'), READ_ONLY);
  const refused = REFUSED.find((name) => properties[name] !== undefined);
  if (refused !== undefined) throw propertyCannotBeUpdated(refused);
  const now = store.tick();
  const next: Json = { ...part(account.body, 'properties'), ...properties };
  const { identity, tags } = sent;
  const body = { ...account.body, properties: next };
  if (isObject(tags)) Object.assign(body, { tags });
  if (isObject(identity)) Object.assign(body, { identity: normaliseIdentity(identity, id.text) });
  if (isObject(properties['autoStorage'])) setAutoStorage(next, account.body, properties['autoStorage'], now);
  if (Object.keys(part(next, 'networkProfile')).length === 0) delete next['networkProfile'];
  if (identity !== undefined || properties['autoStorage'] !== undefined) demandIdentity(body, store);
  account.body = body;
  store.effects.shown(id.text, body);
  account.modified = now;
  return ok(body, strongEtag(now + ANSWERED_LATER));
}

export function deleteAccount(store: Store, id: AccountId): Answer {
  store.removeAccount(id, 'ResourceNotFound');
  const operation = `${normaliseId(id.text)}/operationResults/${guidOf(`delete:${id.text}`)}`;
  return { status: 202, headers: { Location: operation, 'Retry-After': '15' } };
}

/** What the service makes of an account that a person gives it: fills in what it would. */
export function newAccount(body: Json, store: Store): StoredAccount {
  const properties: Json = { ...part(body, 'properties') };
  const id = normaliseId(text(body['id']));
  if (isObject(properties['autoStorage'])) {
    const lastKeySync = timeOf(store.tick());
    properties['autoStorage'] = { lastKeySync, authenticationMode: 'StorageKeys', ...properties['autoStorage'] };
  }
  const location = text(body['location']).replaceAll(' ', '').toLowerCase();
  const identity = isObject(body['identity']) ? { identity: normaliseIdentity(body['identity'], id) } : {};
  const whole = { ...copied({ ...body, properties }), id, location, ...copied(identity) };
  return { body: whole, modified: store.tick() };
}

/** `autoStorage` is replaced whole; an empty storage account id detaches. */
function setAutoStorage(next: Json, before: Json, sent: Json, now: Ticks): void {
  if (sent['storageAccountId'] === '') {
    if (part(before, 'properties')['autoStorage'] === undefined)
      throw invalidPropertyValue('autoStorage', '', 'No auto-storage account is attached.');
    delete next['autoStorage'];
    return;
  }
  const known = without(sent, ['lastKeySync']);
  next['autoStorage'] = { lastKeySync: timeOf(now), authenticationMode: 'StorageKeys', ...known };
}

function demandIdentity(body: Json, store: Store): void {
  const mode = text(part(body, 'properties', 'autoStorage')['authenticationMode']);
  const type = text(part(body, 'identity')['type']);
  const isByIdentity = /^BatchAccountManagedIdentity$/i.test(mode);
  if (isByIdentity && !/Assigned$/i.test(type))
    throw invalidPropertyValue('autoStorage.authenticationMode', mode, 'The account has no identity.');
  if (isByIdentity && store.refusals.autoStorageWithoutRole) demandRole(body, store);
}

/** Throws where no role is in effect, however long it has been shown. */
function demandRole(body: Json, store: Store): void {
  const storageAccountId = text(part(body, 'properties', 'autoStorage')['storageAccountId']);
  const principals = principalsOf(part(body, 'identity'));
  if (!principals.some((principal) => mayDo('write', principal, storageAccountId, store)))
    throw autoStorageNoPermission();
}

/** Keys that open nothing; refused when shared keys are not allowed. */
export function listKeys(store: Store, id: AccountId): Answer {
  const { body } = store.account(id);
  const modes = part(body, 'properties')['allowedAuthenticationModes'];
  if (Array.isArray(modes) && !modes.includes('SharedKey'))
    throw new Refusal(batchError(409, 'OperationInvalidForCurrentState', 'Shared keys are not allowed.'));
  const key = (name: string) => Buffer.from(`no key: ${name} of ${id.account}`).toString('base64');
  return ok({ accountName: id.account, primary: key('primary'), secondary: key('secondary') });
}

export function listAccounts(store: Store, subscription: string): StoredAccount[] {
  if (!store.knowsSubscription(subscription))
    throw new Refusal(armError(404, 'SubscriptionNotFound', `The subscription '${subscription}' could not be found.`));
  return store.accountsIn(subscription);
}
