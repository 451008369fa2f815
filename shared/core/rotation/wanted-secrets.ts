import type { Drain } from '../drain/drain.ts';
import { glob } from '../model/glob.ts';
import { isReadable, type Pool } from '../model/pool.ts';
import { accountOf, type PoolId, parsePoolId, sameId } from '../model/resource-id.ts';
import type { RotationRequest } from '../model/rotation-request.ts';
import { isPendingName, LONGEST_NAME, type WantedSecret } from '../model/secret.ts';
import { isSecretName } from '../model/secret-id.ts';
import { accountTags, type Snapshot } from '../model/snapshot.ts';
import { latest } from '../model/time.ts';
import { type Binding, type NamedUsers, secretFor } from '../policy/named-users.ts';
import type { InvalidPolicy, Policy } from '../policy/policy.ts';
import { facetsOf } from '../policy/rule.ts';
import { secretNameOf } from './secret-name.ts';

/** What is remembered of the users' secrets. */
interface Remembered {
  readonly rotations: readonly RotationRequest[];
  /** Those whose secrets are looked at whatever the policy says: what such a drain began is ended. */
  readonly drains: readonly Drain[];
}

/**
 * The secrets of the named users that were seen, where a rule asks for them and the policy says where they are; and those of
 * drains.
 */
export function wantedSecrets(
  seen: Snapshot,
  policy: Policy | InvalidPolicy,
  { rotations, drains }: Remembered,
): readonly WantedSecret[] {
  const pools = seen.pools.filter(isReadable).filter(({ settings }) => settings.users.length > 0);
  const byPolicy = pools.flatMap((pool) => ofPolicy(pool, seen, policy, rotations));
  const byDrains = drains.flatMap(({ poolId, secrets }) => secrets.map((secret) => ({ poolId, ...secret })));
  const isOf = (one: Pick<WantedSecret, 'poolId' | 'user'>) => (other: typeof one) =>
    other.user === one.user && sameId(other.poolId, one.poolId);
  return [
    // Where the policy names another place meanwhile, that counts for the next drain.
    ...byPolicy.map((wanted) => ({ ...wanted, ...byDrains.find(isOf(wanted)) })),
    ...byDrains
      .filter((begun) => !byPolicy.some(isOf(begun)))
      .map((begun): WantedSecret => ({ ...begun, care: null, askedAt: null })),
  ];
}

function ofPolicy(
  pool: Pool,
  seen: Snapshot,
  policy: Policy | InvalidPolicy,
  rotations: readonly RotationRequest[],
): WantedSecret[] {
  const id = parsePoolId(pool.id);
  if (id === null || 'invalid' in policy || ('unknown' in seen.account && policy.usesTags)) return [];
  const target = { id, tags: accountTags(seen) };
  if (!policy.rulesFor(target).some(({ rule }) => facetsOf(rule).includes('secrets'))) return [];
  const { vault, bindings, maxAge, grace, kind, mintMissing } = policy.namedUsersFor(target);
  return pool.settings.users.flatMap(({ name: user }): WantedSecret[] => {
    const place = placeOf(pool, id, user, { vault, bindings });
    if (place === null) return [];
    const askedAt = rotations
      .filter((request) => request.user === user && sameId(request.poolId, pool.id))
      .map(({ at }) => at)
      .reduce(latest, null);
    return [{ poolId: pool.id, user, ...place, care: { maxAge, grace, kind, mintMissing }, askedAt }];
  });
}

function placeOf(
  { id }: Pool,
  { pool }: PoolId,
  user: string,
  { vault, bindings }: Pick<NamedUsers, 'vault' | 'bindings'>,
): Pick<WantedSecret, 'main' | 'isBound'> | null {
  const bound = bindings.find((binding) => isFor(binding, id, pool, user));
  if (bound === undefined)
    return vault === null ? null : { main: { vault, name: secretNameOf(id, user) }, isBound: false };
  const main = secretFor(bound, pool);
  return isMainName(main.name) ? { main, isBound: true } : null;
}

/** Who names a pool names a part of it: no secret that is not of this pool, nor one in which another's rotation is prepared. */
function isMainName(name: string): boolean {
  return isSecretName(name) && name.length <= LONGEST_NAME && !isPendingName(name);
}

function isFor(binding: Binding, poolId: string, pool: string, user: string): boolean {
  return sameId(binding.account, accountOf(poolId)?.text ?? '') && glob(binding.pool)(pool) && binding.user === user;
}
