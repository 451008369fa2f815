import type { PoolId } from '../../shared/core/model/resource-id.ts';
import { accountOf } from '../../shared/core/model/resource-id.ts';
import type { Answer } from './exchange.ts';
import { ok } from './exchange.ts';
import { part, text } from './json.ts';
import { normaliseId } from './normalise.ts';
import { isSteady, nodesOf, sizeOf } from './pool-state.ts';
import { stopResize } from './resize.ts';
import { normaliseScale } from './scale.ts';
import { applyScale } from './scaling.ts';
import type { Store } from './store.ts';
import type { By, StoredPool } from './stored.ts';
import { endTasks } from './tasks.ts';
import { dateOf, weakEtag } from './ticks.ts';

export function deletePool(store: Store, id: PoolId, by: By): Answer {
  loseNodes(store, store.pool(id), by);
  store.removePool(id);
  const account = normaliseId(accountOf(id.text)?.text ?? '');
  const headers = { Location: `${account}/poolOperationResults/delete-${id.pool}`, 'Retry-After': '15' };
  return { status: 202, headers };
}

/** It takes its nodes and their tasks along. */
function loseNodes(store: Store, pool: StoredPool, by: By): void {
  const at = store.tick();
  endTasks(pool, { dedicated: 0, lowPriority: 0 }, { by, at }, store.nodeLog);
  store.nodeLog.add({ at: dateOf(at), pool: text(pool.body['id']), by, nodes: nodesOf(pool), tasks: 0 });
}

export function stopPoolResize(store: Store, id: PoolId): Answer {
  const pool = store.pool(id);
  stopResize(pool, store.tick());
  return ok(pool.body, weakEtag(pool.modified));
}

/** Automatic scaling off: fixed targets equal to the nodes there are. */
export function disableAutoScale(store: Store, id: PoolId, by: By): Answer {
  const pool = store.pool(id);
  const properties = part(pool.body, 'properties');
  const { dedicated, lowPriority } = sizeOf(pool);
  const fixedScale = { targetDedicatedNodes: dedicated, targetLowPriorityNodes: lowPriority };
  const now = store.tick();
  const settings = normaliseScale({ fixedScale });
  if (isSteady(pool)) {
    applyScale(pool, settings, { fixedScale }, { by, at: now }, store);
    const answer = structuredClone(pool.body);
    delete part(answer, 'properties')['resizeOperationStatus'];
    return ok(answer, weakEtag(pool.modified));
  }
  properties['scaleSettings'] = settings;
  stopResize(pool, now);
  return ok(pool.body, weakEtag(pool.modified));
}
