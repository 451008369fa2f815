import type { PoolId } from '../../shared/core/model/resource-id.ts';
import { accountOf } from '../../shared/core/model/resource-id.ts';
import type { Answer } from './exchange.ts';
import { ok } from './exchange.ts';
import { copied, part, text } from './json.ts';
import { normaliseId } from './normalise.ts';
import { isSteady, nodesOf, sizeOf, toWrite } from './pool-state.ts';
import { stopResize } from './resize.ts';
import { normaliseScale } from './scale.ts';
import { applyScale } from './scaling.ts';
import type { Store } from './store.ts';
import type { By, StoredPool } from './stored.ts';
import { endTasks } from './tasks.ts';
import type { Ticks } from './ticks.ts';
import { dateOf, MILLISECOND, timeOf, weakEtag } from './ticks.ts';

export function deletePool(store: Store, id: PoolId, by: By): Answer {
  const pool = toWrite(store.pool(id));
  const at = store.tick();
  loseNodes(store, pool, { by, at });
  const properties = part(pool.body, 'properties');
  properties['provisioningState'] = 'Deleting';
  properties['provisioningStateTransitionTime'] = timeOf(at);
  pool.goneAt = at + BigInt(store.resizes.deletes) * MILLISECOND;
  const account = normaliseId(accountOf(id.text)?.text ?? '');
  const headers = { Location: `${account}/poolOperationResults/delete-${id.pool}`, 'Retry-After': '15' };
  return { status: 202, headers };
}

/** It takes its nodes and their tasks along. */
function loseNodes({ nodeLog }: Store, pool: StoredPool, { by, at }: { by: By; at: Ticks }): void {
  endTasks(pool, { dedicated: 0, lowPriority: 0 }, { by, at }, nodeLog);
  nodeLog.add({ at: dateOf(at), pool: text(pool.body['id']), by, nodes: nodesOf(pool), tasks: 0 });
  Object.assign(part(pool.body, 'properties'), { currentDedicatedNodes: 0, currentLowPriorityNodes: 0 });
}

export function stopPoolResize(store: Store, id: PoolId): Answer {
  const pool = toWrite(store.pool(id));
  stopResize(pool, store.tick());
  return ok(pool.body, weakEtag(pool.modified));
}

/** Automatic scaling off: fixed targets equal to the nodes there are. */
export function disableAutoScale(store: Store, id: PoolId, by: By): Answer {
  const pool = toWrite(store.pool(id));
  const properties = part(pool.body, 'properties');
  const { dedicated, lowPriority } = sizeOf(pool);
  const fixedScale = { targetDedicatedNodes: dedicated, targetLowPriorityNodes: lowPriority };
  const now = store.tick();
  const settings = normaliseScale({ fixedScale });
  if (isSteady(pool)) {
    applyScale(pool, settings, { fixedScale }, { by, at: now }, store);
    const answer = copied(pool.body);
    delete part(answer, 'properties')['resizeOperationStatus'];
    return ok(answer, weakEtag(pool.modified));
  }
  properties['scaleSettings'] = settings;
  stopResize(pool, now);
  return ok(pool.body, weakEtag(pool.modified));
}
