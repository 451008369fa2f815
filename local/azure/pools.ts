import type { PoolId } from '../../shared/core/model/resource-id.ts';
import { accountOf } from '../../shared/core/model/resource-id.ts';
import { conditionNotMet, invalidRequestBody } from './errors.ts';
import type { Answer } from './exchange.ts';
import { ok } from './exchange.ts';
import type { Json } from './json.ts';
import { isObject, number, part, parts, text, without } from './json.ts';
import { demandPatchable } from './mutability.ts';
import { validateEndpoints } from './nat-pools.ts';
import { isWindows, normaliseId, normaliseIdentity, normalisePool } from './normalise.ts';
import { isSteady, touch } from './pool-state.ts';
import { resizingOf, stopResize } from './resize.ts';
import { normaliseScale } from './scale.ts';
import { applyScale, demandScalable } from './scaling.ts';
import type { Store } from './store.ts';
import type { StoredPool } from './stored.ts';
import { ticksOf, weakEtag } from './ticks.ts';

const READ_ONLY = [
  'lastModified',
  'creationTime',
  'provisioningState',
  'provisioningStateTransitionTime',
  'allocationState',
  'allocationStateTransitionTime',
  'currentDedicatedNodes',
  'currentLowPriorityNodes',
  'autoScaleRun',
  'resizeOperationStatus',
  'currentNodeCommunicationMode',
];
export function getPool(store: Store, id: PoolId): Answer {
  const pool = store.pool(id);
  if (pool.malformed !== undefined) return { status: 200, body: pool.malformed, unchecked: true };
  return ok(pool.body, weakEtag(pool.modified));
}

/** Every property that is sent replaces the one that is there; null means not sent. */
export function patchPool(
  store: Store,
  id: PoolId,
  sent: unknown,
  { ifMatch, apiVersion }: { ifMatch: string | null; apiVersion: string },
): Answer {
  const pool = store.pool(id);
  if (ifMatch !== null && ifMatch !== '*' && bare(ifMatch) !== bare(weakEtag(pool.modified))) throw conditionNotMet();
  if (!isObject(sent)) throw invalidRequestBody('The body of a PATCH is an object.');
  const properties = without(part(sent, 'properties'), READ_ONLY);
  demandPatchable(pool, properties, { apiVersion, retired: store.retired, refusals: store.refusals });
  const before = part(pool.body, 'properties');
  const changed = normalisePool(properties, isWindows({ ...before, ...properties }));
  validateEndpoints(part(changed, 'networkConfiguration'));
  const now = store.tick();
  demandScalable(pool, changed, now, store);

  const { scaleSettings, ...others } = changed;
  Object.assign(before, others);
  if (isObject(properties['startTask']) && changed['startTask'] === undefined) delete before['startTask'];
  if (isObject(sent['tags'])) pool.body['tags'] = sent['tags'];
  if (isObject(sent['identity'])) setIdentity(pool.body, sent['identity']);
  const given = givenPasswords(properties);
  if (given !== null) pool.passwords = given;
  const real = applyScale(pool, scaleSettings, { ...part(properties, 'scaleSettings') }, now, store);
  // A formula that is stored while the pool resizes leaves the ETag as it was; everything else moves it.
  const onlyStored = real === 'stored' && Object.keys(others).length === 0 && Object.keys(sent).length === 1;
  if (real === 'none' || (real === 'stored' && !onlyStored)) touch(pool, now);
  const answer = structuredClone(pool.body);
  if (real === 'nothing to do') delete part(answer, 'properties')['resizeOperationStatus'];
  return ok(answer, weakEtag(pool.modified));
}

export function deletePool(store: Store, id: PoolId): Answer {
  store.removePool(id);
  const account = normaliseId(accountOf(id.text)?.text ?? '');
  const headers = { Location: `${account}/poolOperationResults/delete-${id.pool}`, 'Retry-After': '15' };
  return { status: 202, headers };
}

export function stopPoolResize(store: Store, id: PoolId): Answer {
  const pool = store.pool(id);
  stopResize(pool, store.tick());
  return ok(pool.body, weakEtag(pool.modified));
}

/** What the service makes of a pool that is there already; its ETag is its lastModified. */
export function newPool(body: Json, store: Store): StoredPool {
  const properties = part(body, 'properties');
  const id = normaliseId(text(body['id']));
  const shown = normalisePool(properties, isWindows(properties));
  const lastModified = text(properties['lastModified']);
  const modified = lastModified === '' ? store.tick() : ticksOf(lastModified);
  const whole: Json = { ...structuredClone(body), id, etag: weakEtag(modified), properties: shown };
  if (isObject(body['identity'])) setIdentity(whole, body['identity']);
  const passwords = givenPasswords(properties) ?? new Map<string, string>();
  const resizing = resizingOf(whole, store);
  return { body: whole, modified, resizing, evaluated: store.tick(), autoscaleAsked: null, passwords };
}

function setIdentity(body: Json, identity: Json): void {
  const shown = normaliseIdentity(identity, text(body['id']));
  if (/^None$/i.test(text(shown['type']))) delete body['identity'];
  else body['identity'] = shown;
}

function givenPasswords(properties: Json): ReadonlyMap<string, string> | null {
  if (!Array.isArray(properties['userAccounts'])) return null;
  const users = parts(properties, 'userAccounts').filter((user) => typeof user['password'] === 'string');
  return new Map(users.map((user) => [text(user['name']), text(user['password'])]));
}

function bare(etag: string): string {
  return etag.replace(/^W\//, '');
}

/** Automatic scaling off: fixed targets equal to the nodes there are. */
export function disableAutoScale(store: Store, id: PoolId): Answer {
  const pool = store.pool(id);
  const properties = part(pool.body, 'properties');
  const fixedScale = {
    targetDedicatedNodes: number(properties['currentDedicatedNodes']),
    targetLowPriorityNodes: number(properties['currentLowPriorityNodes']),
  };
  const now = store.tick();
  const settings = normaliseScale({ fixedScale });
  if (isSteady(pool)) {
    applyScale(pool, settings, { fixedScale }, now, store);
    const answer = structuredClone(pool.body);
    delete part(answer, 'properties')['resizeOperationStatus'];
    return ok(answer, weakEtag(pool.modified));
  }
  properties['scaleSettings'] = settings;
  stopResize(pool, now);
  return ok(pool.body, weakEtag(pool.modified));
}
