import type { Facets } from '../model/facet.ts';
import { oncePer } from '../model/once-per.ts';
import type { Pool } from '../model/pool.ts';
import type { GivenUser, User } from '../model/pool-parts.ts';
import type { PoolSettings } from '../model/pool-settings.ts';
import { notShown, type Reading, type UnknownReason, undecided } from '../model/reading.ts';
import { idKey } from '../model/resource-id.ts';
import { secretId, type UserSecret } from '../model/secret.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { withMarkers } from './marker.ts';
import { nextStep, type Step, wantedVersion } from './next-step.ts';
import { type SeenSecret, seenSecret } from './seen-secret.ts';

/** A named user of a pool, and what its secret asks for. */
export interface UserState {
  readonly user: User;
  readonly state: Reading<{
    readonly seen: SeenSecret;
    readonly step: Step;
    /** What the pool is to be given for the user; null where nothing can be. */
    readonly wanted: User['secret'] | null;
  }>;
}

/** What the secrets of a pool's named users ask for, in the order of the body. */
export function userStates(pool: Pool, { facets }: Pick<Snapshot, 'facets'>, now: Date): readonly UserState[] {
  return pool.settings.users.map((user) => ({ user, state: stateOf(pool, user, facets, now) }));
}

function stateOf(pool: Pool, user: User, facets: Facets, now: Date): UserState['state'] {
  const { secrets } = facets;
  if ('unknown' in secrets) return secrets;
  const secret = findSecret(facets, pool.id, user.name);
  if (secret === null) return { unknown: NO_SECRET };
  const id = secretId(secret.main);
  if (indexOf(secrets.known).shared.has(idKey(id)))
    return { unknown: undecided(`${id} is the secret of several users: bind another to each`) };
  if ('unknown' in secret.versions) return secret.versions;
  const seen = seenSecret(pool, secret, secret.versions.known);
  const place = wantedVersion(seen);
  const wanted = place && { ...place, kind: seen.kind };
  return { known: { seen, step: nextStep(seen, now), wanted } };
}

/** All that are known of the pool's users. */
export function secretsOfPool({ secrets }: Facets, poolId: string): readonly UserSecret[] {
  return 'unknown' in secrets ? [] : (indexOf(secrets.known).ofPools.get(idKey(poolId)) ?? []);
}

/** The secret of a user; null where none is known. */
export function findSecret(facets: Facets, poolId: string, user: string): UserSecret | null {
  return secretsOfPool(facets, poolId).findLast((secret) => secret.user === user) ?? null;
}

interface Index {
  /** By their keys. */
  readonly ofPools: ReadonlyMap<string, readonly UserSecret[]>;
  /** Keys of the ids of secrets that several users have. */
  readonly shared: ReadonlySet<string>;
}

/** Rules and the plan ask for each pool of an account. */
const indexOf = oncePer((secrets: readonly UserSecret[]): Index => {
  const bySecret = Map.groupBy(secrets, ({ main }) => idKey(secretId(main)));
  return {
    ofPools: Map.groupBy(secrets, ({ poolId }) => idKey(poolId)),
    shared: new Set([...bySecret].filter(([, users]) => users.length > 1).map(([key]) => key)),
  };
});

const NO_SECRET: UnknownReason = notShown(
  'the policy names no vault for it (namedUsers.vault), or the binding of it makes no name that Key Vault takes',
);

/** The rule that has secrets rotated. Its writes do not undo each other: each new version is given once. */
export const SECRETS_RULE = 'pool-named-user-secret';

/** Where the secret of a user stands in the body, as findings name it. */
export function pathOf(user: string): string {
  return `properties.userAccounts[${user}].password`;
}

/** The users of whom nothing can be given to the pool: Batch takes the list only whole. */
export function blocking(states: readonly UserState[]): readonly UserState[] {
  return states.filter(({ state }) => {
    if ('unknown' in state) return true;
    // One without a secret gets one first.
    return state.known.wanted === null && state.known.step.kind !== 'mint';
  });
}

/** Those of whom something can be given, with it. @param change what else is to become of a user */
export function givenUsers(
  states: readonly UserState[],
  change: (user: User) => User = (user) => user,
): readonly GivenUser[] {
  return states.flatMap(({ user, state }) =>
    'known' in state && state.known.wanted ? { ...change(user), secret: state.known.wanted } : [],
  );
}

/**
 * The whole list with the version that each user is to have, and the markers that say so. Null while it cannot be given.
 * @param change what else is to become of a user
 */
export function wholeList(
  pool: Pool,
  states: readonly UserState[],
  change?: (user: User) => User,
): Pick<PoolSettings, 'users' | 'metadata'> | null {
  const { creationTime, settings } = pool;
  const users = givenUsers(states, change);
  if (creationTime === null || users.length < states.length) return null;
  const given = new Map(users.map(({ name, secret }) => [name, secret.version]));
  return { users, metadata: withMarkers(settings.metadata, given, creationTime) };
}
