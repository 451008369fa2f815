import type { Pool } from '../model/pool.ts';
import { accountOf, idKey, parsePoolId, sameId } from '../model/resource-id.ts';
import type { SecretVersion, WantedSecret } from '../model/secret.ts';

/** Whose a version is: what `tagsOf` says, and a rotation adds. */
export const FROM = 'from';
export const REPLACES = 'replaces';

/** When the pool was made to which a pending version is about to be given: a marker alone proves nothing, as anybody may write it. */
const OFFERED = 'offered';

export function offeredTo({ creationTime }: Pick<Pool, 'creationTime'>): Readonly<Record<string, string>> {
  return creationTime === null ? {} : { [OFFERED]: creationTime.toISOString() };
}

export function isOffered(
  { tags }: Pick<SecretVersion, 'tags'>,
  { creationTime }: Pick<Pool, 'creationTime'>,
): boolean {
  return creationTime !== null && tags[OFFERED] === creationTime.toISOString();
}

/** What a pending version says that it replaces: main's current version, or `none`. */
export function replacesOf(current: SecretVersion | null): string {
  return current?.id ?? 'none';
}

type User = Pick<WantedSecret, 'poolId' | 'user'>;

/** The tags of every version that is made here for a user. A value of a tag holds 256 characters, which no account's id needs. */
export function tagsOf({ poolId, user }: User): Readonly<Record<'account' | 'pool' | 'user', string>> {
  return { account: idKey(accountOf(poolId)?.text ?? ''), pool: idKey(parsePoolId(poolId)?.pool ?? ''), user };
}

/** Whether the tags of a version name this user; null where they name nobody. */
export function isTaggedFor({ tags }: Pick<SecretVersion, 'tags'>, user: User): boolean | null {
  const { account, pool, user: name } = tags;
  if (account === undefined && pool === undefined && name === undefined) return null;
  const own = tagsOf(user);
  return sameId(account ?? '', own.account) && sameId(pool ?? '', own.pool) && name === own.user;
}

/**
 * Whose the secret is. A person who adds a version rarely tags it, so one that names nobody goes with the others; where all
 * do so, only a binding says whose it is.
 */
export function ownerOf(
  versions: readonly SecretVersion[],
  user: User,
  isBound: boolean,
): 'ours' | 'nobody' | 'another' {
  const named = versions.map((version) => isTaggedFor(version, user));
  if (named.includes(false)) return 'another';
  return isBound || versions.length === 0 || named.includes(true) ? 'ours' : 'nobody';
}
