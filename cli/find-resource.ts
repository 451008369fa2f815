import type { Account } from '../shared/core/model/account.ts';
import { isReadable, type Pool } from '../shared/core/model/pool.ts';
import { sameId } from '../shared/core/model/resource-id.ts';
import type { Snapshot } from '../shared/core/model/snapshot.ts';
import { listed } from '../shared/core/model/words.ts';
import { shortName } from '../shared/report/short-name.ts';
import { BadInput } from './io.ts';
import { didYouMean } from './nearest.ts';

export type Found = { readonly snapshot: Snapshot } & ({ readonly account: Account } | { readonly pool: Pool });

/** The one account or pool of that ARM id or short name, whatever their case. @throws BadInput */
export function findResource(name: string, snapshots: readonly Snapshot[]): Found {
  const seen = snapshots.flatMap((snapshot) =>
    [snapshot.accountId, ...snapshot.pools.map(({ id }) => id)].map((id) => ({ snapshot, id })),
  );
  const fitting = seen.filter(({ id }) => sameId(id, name) || sameId(shortName(id), name));
  const [found, ...others] = fitting;
  const ids = fitting.map(({ id }) => id);
  if (found === undefined) throw new BadInput(notFound(name, seen.map(({ id }) => id).map(shortName)));
  if (others.length > 0) throw new BadInput(`${name} can mean several. Give one of these ids:\n${listed(ids, '\n')}`);
  return resourceIn(found.snapshot, found.id);
}

function resourceIn(snapshot: Snapshot, id: string): Found {
  const pool = snapshot.pools.find((one) => sameId(one.id, id));
  const unreadable = (reason: string) => new BadInput(`${shortName(id)} cannot be explained: ${reason}.`);
  if (pool !== undefined) {
    if (!isReadable(pool)) throw unreadable(pool.unreadable);
    return { snapshot, pool };
  }
  if ('unknown' in snapshot.account) throw unreadable(snapshot.account.unknown.message);
  return { snapshot, account: snapshot.account.known };
}

function notFound(name: string, names: readonly string[]): string {
  const read = names.length === 0 ? 'Nothing was read.' : `Read were: ${listed(names)}.`;
  return `Not found in what was read: ${name}. ${didYouMean(shortName(name), names)}${read}`;
}
