import { z } from 'zod';
import { manual, setPool } from '../core/model/change.ts';
import type { Pool } from '../core/model/pool.ts';
import { undecided } from '../core/model/reading.ts';
import { mayLack } from '../core/model/shows.ts';
import type { Snapshot } from '../core/model/snapshot.ts';
import { inOrder } from '../core/model/words.ts';
import { defineRule, type Outcome } from '../core/policy/rule.ts';
import { unconnected } from '../core/reachability/private-endpoints.ts';
import { isOpen } from '../core/reachability/public-access.ts';

const TARGET = 'properties.targetNodeCommunicationMode';
const CURRENT = 'properties.currentNodeCommunicationMode';
const DESIRED = 'Simplified';

/**
 * Classic communication needs ports that are open to the nodes from outside; it is retired since 31 March 2026.
 * https://learn.microsoft.com/azure/batch/simplified-compute-node-communication
 */
export const poolNodeCommunication = defineRule({
  id: 'pool-node-communication',
  scope: 'pool',
  title: 'Nodes speak to Batch by simplified communication',
  severity: 'low',
  sources: ['https://learn.microsoft.com/azure/batch/simplified-compute-node-communication'],
  reads: [TARGET, CURRENT, 'account.properties.publicNetworkAccess', 'account.properties.networkProfile'],
  sets: ['targetCommunicationMode'],
  permissions: ['Microsoft.Batch/batchAccounts/pools/write'],
  options: z.strictObject({}),

  check(pool, { snapshot }) {
    const { targetCommunicationMode: observed } = pool.settings;
    if (!isClassic(observed)) return [...unreadable(TARGET, observed, pool), ...judgeCurrent(pool)];
    const why = 'Nodes are to use classic communication, which is retired and needs open inbound ports.';
    // What nodes do now follows only after this, so it is not judged yet.
    const fix = mayCutOff(snapshot)
      ? manual(whatToDo(pool, [`set targetNodeCommunicationMode to ${DESIRED}`]))
      : setPool(pool, { targetCommunicationMode: DESIRED });
    return [{ path: TARGET, observed, desired: DESIRED, why, fix }];
  },
});

function judgeCurrent(pool: Pool): readonly Outcome[] {
  const { currentCommunicationMode: observed } = pool;
  if (!isClassic(observed)) return unreadable(CURRENT, observed, pool);
  const why = 'Nodes use classic communication, which is retired and needs open inbound ports.';
  return [{ path: CURRENT, observed, desired: DESIRED, why, fix: manual(whatToDo(pool)) }];
}

/** In simplified communication nodes call the account: whether they may is not shown where it is not open to all. */
function mayCutOff({ account }: Snapshot): boolean {
  if ('unknown' in account) return false;
  const open = isOpen(account.known, 'nodeManagementAccess');
  return !('known' in open && open.known) && unconnected(account.known, ['nodeManagement']).length > 0;
}

function whatToDo(pool: Pool, set: readonly string[] = []): string {
  const isTargetSeen = set.length > 0 || unreadable(TARGET, pool.settings.targetCommunicationMode, pool).length === 0;
  return inOrder(
    ...(isTargetSeen ? [] : ['see what targetNodeCommunicationMode is, and set it to Simplified if it is Classic']),
    'see that nodes can reach the node management endpoint of the account, on TCP port 443 of the service tag BatchNodeManagement or over a private endpoint for nodeManagement',
    ...set,
    'resize the pool to zero nodes once: the mode of a pool changes only then',
    'give the pool its nodes back',
  );
}

function isClassic(mode: string | null): boolean {
  return mode?.toLowerCase() === 'classic';
}

/** @param mode that is not Classic */
function unreadable(path: string, mode: string | null, pool: Pool): Outcome[] {
  if (mode === null) {
    const unseen = mayLack(pool, 'the node communication mode');
    return unseen === null ? [] : [{ path, unknown: unseen }];
  }
  const isKnown = ['default', 'simplified'].includes(mode.toLowerCase());
  return isKnown ? [] : [{ path, unknown: undecided(`what the node communication mode ${mode} means is not known`) }];
}
