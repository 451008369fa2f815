import type { PoolId } from '../../shared/core/model/resource-id.ts';
import { signFormula } from './autoscale.ts';
import { conditionNotMet, invalidRequestBody } from './errors.ts';
import type { Answer, ArmRequest } from './exchange.ts';
import { ok } from './exchange.ts';
import type { Json } from './json.ts';
import { copied, isObject, part, text, without } from './json.ts';
import { demandPatchable } from './mutability.ts';
import { validateEndpoints } from './nat-pools.ts';
import { isWindows, normaliseId, normaliseIdentity, normalisePool } from './normalise.ts';
import { touch, toWrite } from './pool-state.ts';
import { resizingOf } from './resize.ts';
import { applyScale, demandScalable } from './scaling.ts';
import type { Store } from './store.ts';
import type { By, StoredPool } from './stored.ts';
import { ticksOf, timeOf, weakEtag } from './ticks.ts';
import { demandUsers, type GivenUser, givenUsers } from './user-accounts.ts';

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
  { ifMatch, apiVersion, caller }: Pick<ArmRequest, 'ifMatch' | 'apiVersion' | 'caller'>,
): Answer {
  const pool = toWrite(store.pool(id));
  if (ifMatch !== null && ifMatch !== '*' && bare(ifMatch) !== bare(weakEtag(pool.modified))) throw conditionNotMet();
  if (!isObject(sent)) throw invalidRequestBody('The body of a PATCH is an object.');
  const properties = without(part(sent, 'properties'), READ_ONLY);
  demandPatchable(pool, properties, { apiVersion, retired: store.retired, refusals: store.refusals });
  const before = part(pool.body, 'properties');
  const windows = isWindows({ ...before, ...properties });
  demandUsers(properties, windows);
  const changed = normalisePool(properties, windows);
  validateEndpoints(part(changed, 'networkConfiguration'));
  const now = store.tick();
  demandScalable(pool, changed, now, store);

  const { scaleSettings, ...others } = changed;
  Object.assign(before, others);
  if (isObject(properties['startTask']) && changed['startTask'] === undefined) delete before['startTask'];
  if (Array.isArray(changed['metadata']) && changed['metadata'].length === 0) delete before['metadata'];
  if (isObject(sent['tags'])) pool.body['tags'] = sent['tags'];
  if (isObject(sent['identity'])) setIdentity(pool.body, sent['identity']);
  pool.users = givenUsers(properties) ?? pool.users;
  const by = { by: caller.appid, at: now };
  const real = applyScale(pool, scaleSettings, { ...part(properties, 'scaleSettings') }, by, store);
  // A formula that is stored while the pool resizes leaves the ETag as it was; everything else moves it.
  const onlyStored = real === 'stored' && Object.keys(others).length === 0 && Object.keys(sent).length === 1;
  if (real === 'none' || (real === 'stored' && !onlyStored)) touch(pool, now);
  const answer = copied(pool.body);
  if (real === 'nothing to do') delete part(answer, 'properties')['resizeOperationStatus'];
  return ok(answer, weakEtag(pool.modified));
}

/** What the service makes of a pool that is there already; its ETag is its lastModified. */
export function newPool(body: Json, store: Store): StoredPool {
  const properties = part(body, 'properties');
  const id = normaliseId(text(body['id']));
  const shown = normalisePool(properties, isWindows(properties));
  const lastModified = text(properties['lastModified']);
  const modified = lastModified === '' ? store.tick() : ticksOf(lastModified);
  const whole: Json = { ...copied(body), id, etag: weakEtag(modified), properties: shown };
  if (isObject(body['identity'])) setIdentity(whole, body['identity']);
  const pool: StoredPool = {
    body: whole,
    modified,
    resizing: resizingOf(whole, store),
    evaluated: store.tick(),
    autoscaleAsked: null,
    users: givenUsers(properties) ?? new Map<string, GivenUser>(),
    goneAt: null,
    tasks: [],
    demand: null,
    authors: new Map(),
  };
  signFormula(pool, null);
  return pool;
}

export function createPool(body: Json, store: Store, by: By): void {
  const at = store.tick();
  const now = timeOf(at);
  const properties = {
    ...without(part(body, 'properties'), READ_ONLY),
    lastModified: now,
    creationTime: now,
    provisioningState: 'Succeeded',
    provisioningStateTransitionTime: now,
    allocationState: 'Steady',
    allocationStateTransitionTime: now,
    currentDedicatedNodes: 0,
    currentLowPriorityNodes: 0,
  };
  const pool = newPool({ ...body, properties }, store);
  const settings = part(pool.body, 'properties')['scaleSettings'];
  applyScale(pool, settings, part(body, 'properties', 'scaleSettings'), { by, at }, store);
  // What creates a pool with a formula may be followed by another at once.
  pool.autoscaleAsked = null;
  store.putPool(text(body['id']), pool);
}

function setIdentity(body: Json, identity: Json): void {
  const shown = normaliseIdentity(identity, text(body['id']));
  if (/^None$/i.test(text(shown['type']))) delete body['identity'];
  else body['identity'] = shown;
}

function bare(etag: string): string {
  return etag.replace(/^W\//, '');
}
