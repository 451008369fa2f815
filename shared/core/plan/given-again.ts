import type { SecretVersion, UserSecret } from '../model/secret.ts';
import { findPool, type Snapshot } from '../model/snapshot.ts';
import { latest } from '../model/time.ts';
import { listed } from '../model/words.ts';
import { givenVersion } from '../rotation/marker.ts';
import { findSecret, pathOf } from '../rotation/pool-secrets.ts';
import { FROM } from '../rotation/secret-owner.ts';
import { lastRelease, type Release } from './contest.ts';
import type { Fixable } from './finding.ts';
import { type Held, held } from './held.ts';

/**
 * Somebody takes the pool's markers away: the version was given once, or, where it never came to the pool by a rotation of
 * ours, twice. Held until a person releases it.
 */
export function whyGivenAgain(
  finding: Fixable,
  snapshot: Snapshot,
  releases: readonly Release[],
  now: Date,
): Held | null {
  const { fix, path } = finding;
  if (fix.kind !== 'set-pool') return null;
  const pool = findPool(snapshot, fix.id);
  const user = fix.set.users?.find(({ name }) => pathOf(name) === path);
  if (pool === undefined || user?.secret === undefined) return null;
  const found = versionsOf(findSecret(snapshot.facets, pool.id, user.name));
  const version = found.find(({ id }) => id === user.secret?.version);
  const marker = givenVersion(pool, user.name);
  // A pool that says that it has another version was given that since.
  if (version === undefined || (marker !== null && marker !== version.id)) return null;
  const since = [version.created, lastRelease(releases, finding, now), pool.creationTime].reduce(latest, null);
  const times = finding.attempts.accepted.filter((at) => since === null || at >= since);
  if (times.length < (version.tags[FROM] === undefined ? 2 : 1)) return null;
  return held(
    'contested',
    `the pool was given this version at ${listed(times.map((at) => at.toISOString()))} and does not say so any more: its metadata warden:user:... were removed, or an old deployment was repeated. Settle it, then release it`,
  );
}

function versionsOf(secret: UserSecret | null): readonly SecretVersion[] {
  if (secret === null || 'unknown' in secret.versions) return [];
  const { main, pending } = secret.versions.known;
  return [...main, ...pending];
}
