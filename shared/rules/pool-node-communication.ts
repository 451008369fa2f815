import { z } from 'zod';
import { manual } from '../core/model/change.ts';
import type { Pool } from '../core/model/pool.ts';
import { undecided } from '../core/model/reading.ts';
import { retiredPartsOf } from '../core/model/retired-parts.ts';
import { mayLack } from '../core/model/shows.ts';
import { inOrder } from '../core/model/words.ts';
import { defineRule, type Outcome } from '../core/policy/rule.ts';

const TARGET = 'properties.targetNodeCommunicationMode';
const CURRENT = 'properties.currentNodeCommunicationMode';
const DESIRED = 'Simplified';

/**
 * Classic communication needs ports that are open to the nodes from outside; it is retired since 31 March 2026, and the
 * mode that a pool is set to is no longer honoured.
 * https://learn.microsoft.com/azure/batch/simplified-compute-node-communication
 */
export const poolNodeCommunication = defineRule({
  id: 'pool-node-communication',
  scope: 'pool',
  title: 'Nodes speak to Batch by simplified communication',
  advice: 'switch the pool to simplified communication',
  severity: 'low',
  sources: ['https://learn.microsoft.com/azure/batch/simplified-compute-node-communication'],
  reads: [TARGET, CURRENT],
  sets: [],
  breaks: null,
  permissions: [],
  needs: { verdict: ['retired'] },
  options: z.strictObject({}),

  check(pool, { snapshot }) {
    const retired = retiredPartsOf(pool, snapshot.facets.retired);
    if ('unknown' in retired) return [{ path: TARGET, unknown: retired.unknown }];
    const { targetCommunicationMode: target, currentCommunicationMode: current } = retired.known;
    // What is seen of the target decides: a person who cures it makes the nodes anew.
    if (isClassic(target)) return [violation(TARGET, target, WHY_TARGET, [SET_TARGET])];
    return [
      ...notUnderstood(TARGET, target, pool),
      ...(isClassic(current) ? [violation(CURRENT, current, WHY_CURRENT)] : notUnderstood(CURRENT, current, pool)),
    ];
  },
});

const WHY_TARGET = 'Nodes are to use classic communication, retired and with open inbound ports.';
const WHY_CURRENT = 'Nodes use classic communication, retired and with open inbound ports.';
const SET_TARGET = `set targetNodeCommunicationMode to ${DESIRED} with api-version 2024-07-01, the last that knows it, if Azure still takes it`;

function violation(path: string, observed: string | null, why: string, first: readonly string[] = []): Outcome {
  const fix = inOrder(
    'see that nodes can reach the node management endpoint of the account, on TCP port 443 of the service tag BatchNodeManagement or over a private endpoint for nodeManagement',
    ...first,
    'resize the pool to zero nodes once: only nodes that are made after that speak by simplified communication',
    'give the pool its nodes back',
  );
  return { path, observed, desired: DESIRED, why, fix: manual(fix) };
}

function isClassic(mode: string | null): boolean {
  return mode?.toLowerCase() === 'classic';
}

/** @param mode that is not Classic */
function notUnderstood(path: string, mode: string | null, pool: Pool): Outcome[] {
  if (mode === null) {
    const unseen = mayLack(pool, 'the node communication mode');
    return unseen === null ? [] : [{ path, unknown: unseen }];
  }
  const isKnown = ['default', 'simplified'].includes(mode.toLowerCase());
  return isKnown ? [] : [{ path, unknown: undecided(`what the node communication mode ${mode} means is not known`) }];
}
