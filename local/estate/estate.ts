import { genomics } from './genomics.ts';
import { legacy } from './legacy.ts';
import type { Body } from './parts.ts';
import { rendering } from './rendering.ts';
import { trading } from './trading.ts';

/** The demo estate: raw ARM bodies of accounts and pools in two subscriptions, a fresh copy each time. */
export function estate(): { accounts: Body[]; pools: Body[] } {
  const teams = [rendering, genomics, trading, legacy];
  return structuredClone({
    accounts: teams.flatMap((team) => team.accounts),
    pools: teams.flatMap((team) => team.pools),
  });
}

/** The pool that the demo has somebody open: empty, and open on port 22 from the start. */
export const SHOWN_POOL = poolIdOf(rendering.pools, 'linux-open-ssh');

function poolIdOf(pools: readonly Body[], name: string): string {
  const pool = pools.find(({ id }) => String(id).endsWith(`/pools/${name}`));
  if (pool === undefined) throw new Error(`The estate has no pool ${name}.`);
  return String(pool['id']);
}
