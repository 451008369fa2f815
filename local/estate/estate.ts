import { access, groups } from './access.ts';
import { archive } from './archive.ts';
import { diagnostics } from './diagnostics.ts';
import { genomics } from './genomics.ts';
import { imaging } from './imaging.ts';
import { legacy } from './legacy.ts';
import { networks } from './networks.ts';
import { type Body, identityId, PRODUCTION } from './parts.ts';
import { rendering } from './rendering.ts';
import { trading } from './trading.ts';

interface Estate {
  accounts: Body[];
  pools: Body[];
  /** What is around them: roles, diagnostic settings, subnets, perimeters. */
  resources: Body[];
  /** Principal ids of groups, each with those of its members. */
  groups: Record<string, string[]>;
}

const teams = [rendering, genomics, trading, legacy, imaging, archive];

/** The demo estate: raw ARM bodies of accounts and pools in two subscriptions, a fresh copy each time. */
export function estate(): Estate {
  return structuredClone({
    accounts: teams.flatMap((team) => team.accounts),
    pools: teams.flatMap((team) => team.pools),
    resources: [...access, ...diagnostics, ...networks, ...archive.resources],
    groups,
  });
}

/**
 * Enforces everything. Pools may get the identities of genomics, whoever named them, and no others; contosorender is told
 * with which its nodes read auto-storage.
 */
export const ENFORCING = `mode: enforce
# So that the demo need not wait: who listed keys is asked for 30 days elsewhere.
keyUse: { graceDays: 0 }
# For the demo alone: its repairs are to come within seconds. Without this line, 10 are begun an hour in a subscription.
limits: { changesPerHour: 200, changesPerSubscriptionPerHour: 200 }
rules:
  pool-identity:
    options: { assignable: &ours ["${identityId(PRODUCTION, 'genomics', 'genomics-*')}"] }
  pool-identity-references:
    options: { assignable: *ours }
scopes:
  - match: { account: contosorender }
    rules:
      account-node-identity:
        options: { identityId: "${identityId(PRODUCTION, 'rendering', 'render-nodes')}" }
`;

/** Added to it: lets pools be taken to zero with their nodes. */
export const DRAINING = `drains: { max: 1, begin: any, watch: PT5M, notice: PT2S }
`;

/** The vault of the estate, and the secret in it of a named user of a pool. */
export const VAULT = {
  name: 'contoso-farm',
  id: `/subscriptions/${PRODUCTION}/resourceGroups/rendering/providers/Microsoft.KeyVault/vaults/contoso-farm`,
};
export const SHOWN_SECRET = 'render-password';

/** Added to it, too: where the secret is. @param vault its URL */
export function namedUsers(vault: string): string {
  return `namedUsers:
  vault: ${vault}
  grace: PT0S
  bindings:
    - { account: ${accountIdOf('contosorender')}, pool: windows-rdp-busy, user: render, secret: ${vault}/secrets/${SHOWN_SECRET} }
`;
}

/** The ARM id of the account of that name. */
export function accountIdOf(name: string): string {
  return idIn(
    teams.flatMap(({ accounts }) => accounts),
    name,
  );
}

/** The ARM id of the pool of that name. */
export function poolIdOf(name: string): string {
  return idIn(
    teams.flatMap(({ pools }) => pools),
    name,
  );
}

function idIn(bodies: readonly Body[], name: string): string {
  const body = bodies.find((one) => one['name'] === name);
  if (body === undefined) throw new Error(`The estate has no ${name}.`);
  return String(body['id']);
}

/** The pool that the demo has somebody open: empty, and open on port 22 from the start. */
export const SHOWN_POOL = poolIdOf('linux-open-ssh');
