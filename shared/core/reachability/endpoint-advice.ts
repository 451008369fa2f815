import type { Pool } from '../model/pool.ts';
import { inOrder } from '../model/words.ts';
import type { Opening } from './exposure.ts';
import { hasNoPublicIp, natPoolsOf, type PublishedPort } from './published-ports.ts';

const TO_ZERO = 'resize the pool to zero nodes: only then does Batch accept endpoint rules';
const BACK = 'give the pool its nodes back';

/** What closes the rest: nodes that speak to each other do so on the virtual network. */
export type LastRule = 'Deny *' | 'Deny Internet';

export function lastRuleOf({ interNodeCommunication }: Pool): LastRule {
  return interNodeCommunication ? 'Deny Internet' : 'Deny *';
}

/** What a person does about a port that no rule of ours can close, in order. */
export const ADVICE = {
  tooManyRules: (port: number, rules: number, last: LastRule) =>
    inOrder(
      `free room among the 25 rules that all NAT pools may have together: closing port ${port} takes ${rules}`,
      TO_ZERO,
      `let in only allowed sources to port ${port}, and ${last} last`,
      BACK,
    ),
  tooManyNatPools: (port: number, last: LastRule) =>
    inOrder(
      'remove a NAT pool that is not needed: the pool has the five that it may have',
      TO_ZERO,
      addNatPool(port, last),
      BACK,
    ),
  noFrontend: (port: number, last: LastRule) =>
    inOrder(
      'narrow a frontend port range: from 40000 on no 101 ports are free outside 50000 to 55000',
      TO_ZERO,
      addNatPool(port, last),
      BACK,
    ),
  cannotBeSaid: (port: number, last: LastRule) =>
    inOrder(
      `decide whom to let in to port ${port}: no rules can keep in all who are allowed and keep out all others`,
      TO_ZERO,
      `write an Allow rule for each source that is to stay, and ${last} last`,
      BACK,
    ),
  ambiguousOrder: inOrder(
    'give every rule a priority of its own: two rules of one NAT pool share one, and no one can say which comes first',
    'look again',
  ),
} as const;

/** Why a person must close the port, in steps; null when endpoint rules may do it. */
export function adviceFor(pool: Pool, port: PublishedPort & Opening): string | null {
  const { deployment, interNodeCommunication } = pool;
  const { backendPort, natPool, example, isUnclosed } = port;
  if (deployment === null)
    return inOrder('read the whole body of the pool: this one has no deploymentConfiguration', 'judge it again');
  if (deployment.kind === 'cloud-service')
    return inOrder(
      'create a pool with a virtual machine configuration, with api-version 2024-07-01 or later',
      'move the jobs to it',
      'delete this pool: cloud service pools are retired, and their endpoints cannot be changed',
    );
  if (hasNoPublicIp(pool))
    return inOrder(TO_ZERO, 'remove endpointConfiguration: a pool without public addresses may not have it', BACK);
  if (interNodeCommunication && example.side === 'virtual network' && !isUnclosed)
    return inOrder(
      `make sure that the nodes need no port ${backendPort} among themselves: inter-node communication is enabled`,
      'close the port to the other senders of the virtual network with a rule of the network security group of its subnet',
    );
  return natPool === null ? adviceForDefault(pool, backendPort) : null;
}

function adviceForDefault(pool: Pool, port: number): string | null {
  const udp = natPoolsOf(pool).find(({ backendPort }) => backendPort === port);
  if (udp === undefined) return null;
  return inOrder(
    `move what uses NAT pool ${udp.name} to another backend port: it is not TCP, and two NAT pools cannot share a port`,
    TO_ZERO,
    addNatPool(port, lastRuleOf(pool)),
    BACK,
  );
}

function addNatPool(port: number, last: LastRule): string {
  return `add a TCP NAT pool for backend port ${port} that lets in only allowed sources, and ${last} last`;
}
