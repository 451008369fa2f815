import { part } from '../../local/azure/json.ts';
import type { Person } from '../../local/azure/person.ts';
import { account, accountId, type Body, fixed, LINUX, natPool, network, pool, rule } from '../../local/estate/parts.ts';

const SUBSCRIPTION = '44444444-dddd-4ddd-8ddd-444444444444';
const POOLS = 8;
const CREATED = '2026-02-03T15:41:28.6640731Z';

/** Of every second account the last pool has nodes, and is wrong from the beginning: it is repaired in a drain. */
const NODES = 2;

/** The changes that people make are repaired; all other rules only find. */
export const POLICY = `mode: audit
keyUse: { graceDays: 0 }
rules:
  account-aad-only: { mode: enforce, options: { allowTaskToken: true } }
  pool-remote-access: enforce
drains: { max: 2, begin: any, watch: PT5M }
limits: { changesPerHour: 500, changesPerSubscriptionPerHour: 500, failuresBeforeStop: 100 }
`;

export interface World {
  readonly accounts: readonly Body[];
  readonly pools: readonly Body[];
  /** What somebody makes wrong, once for each resource: what is undone again and again is held, and not repaired. */
  readonly changes: readonly Change[];
  /** The ids of pools with nodes, and how many their owners want. */
  readonly sizes: Map<string, number>;
}

interface Change {
  readonly resource: string;
  readonly make: (person: Person) => void;
}

/** Accounts and pools; without nodes they need no repair. */
export function makeWorld(leastChanges: number): World {
  const size = Math.ceil(leastChanges / (1 + POOLS));
  const ids = Array.from({ length: size }, (_, n) => accountId(SUBSCRIPTION, `group${n % 3}`, `account${n}`));
  const nodes = (account: number, n: number) => (account % 2 === 0 && n === POOLS - 1 ? NODES : 0);
  const pools = ids.flatMap((id, account) =>
    Array.from({ length: POOLS }, (_, n) =>
      pool(id, `pool${n}`, CREATED, {
        properties: {
          ...fixed(nodes(account, n)),
          deploymentConfiguration: LINUX,
          ...endpoint(nodes(account, n) > 0 ? 'Internet' : '10.0.0.0/8'),
        },
      }),
    ),
  );
  const busy = ids.flatMap((id, account) => (nodes(account, POOLS - 1) > 0 ? [`${id}/pools/pool${POOLS - 1}`] : []));
  const idle = pools.map(({ id }) => String(id)).filter((id) => !busy.includes(id));
  return {
    accounts: ids.map((id) => account(id, 'westeurope', { properties: { allowedAuthenticationModes: ['AAD'] } })),
    pools,
    sizes: new Map(busy.map((id) => [id, NODES])),
    changes: [
      ...ids.map((id) => changed(id, { allowedAuthenticationModes: ['AAD', 'SharedKey'] })),
      ...idle.map((id) => changed(id, endpoint('Internet'))),
    ],
  };
}

/** Whether the pool says that a drain holds it. */
export function isMarked(pool: Body | null): boolean {
  return JSON.stringify(part(pool, 'properties')['metadata'] ?? '').includes('warden:drain');
}

/** The dedicated nodes that the pool's fixed size asks for. */
export function sizeOf(pool: Body | null): unknown {
  return part(pool, 'properties', 'scaleSettings', 'fixedScale')['targetDedicatedNodes'];
}

function changed(resource: string, properties: Body): Change {
  return { resource, make: (person) => void person.patch(resource, { properties }) };
}

function endpoint(from: string): Body {
  const rules = [rule(150, 'Allow', from), rule(3500, 'Deny', '*')];
  return network({ endpointConfiguration: { inboundNatPools: [natPool('ssh', 22, 40_000, rules)] } });
}
