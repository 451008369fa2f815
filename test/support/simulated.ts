import { type Change, type SetPool, type SetSecret, simulate } from '../../shared/core/model/change.ts';
import { sameId } from '../../shared/core/model/resource-id.ts';
import {
  mainOf,
  pendingOf,
  type SecretVersion,
  type SecretVersions,
  sameSecret,
  type UserSecret,
} from '../../shared/core/model/secret.ts';
import { secretParts } from '../../shared/core/model/secret-id.ts';
import { findPool, type Snapshot } from '../../shared/core/model/snapshot.ts';
import { after, SECOND } from '../../shared/core/model/time.ts';
import { offeredTo, replacesOf, tagsOf } from '../../shared/core/rotation/secret-owner.ts';
import { currentOf } from '../../shared/core/rotation/seen-secret.ts';

/** The snapshot as it will be once `change` has taken effect, in a vault too. */
export function simulated(snapshot: Snapshot, change: Change, now: Date): Snapshot {
  const { secrets } = snapshot.facets;
  if (change.kind === 'set-pool') return offered(simulate(snapshot, change), change);
  if (change.kind !== 'set-secret') return simulate(snapshot, change);
  if ('unknown' in secrets) return snapshot;
  const known = secrets.known.map((secret): UserSecret => {
    const isIts = secret.user === change.user && sameId(secret.poolId, change.poolId);
    if (!isIts || 'unknown' in secret.versions) return secret;
    return { ...secret, versions: { known: written(secret, secret.versions.known, change, now) } };
  });
  return { ...snapshot, facets: { ...snapshot.facets, secrets: { known } } };
}

/** What the pool is given of pending versions is marked as offered to it. */
function offered(snapshot: Snapshot, { id, set }: SetPool): Snapshot {
  const { secrets } = snapshot.facets;
  const pool = findPool(snapshot, id);
  if ('unknown' in secrets || pool === undefined) return snapshot;
  const given = new Set(set.users?.map(({ secret }) => secret?.version));
  const known = secrets.known.map((secret): UserSecret => {
    if ('unknown' in secret.versions || !sameId(secret.poolId, id)) return secret;
    const { main, pending } = secret.versions.known;
    const marked = pending.map((one) =>
      given.has(one.id) ? { ...one, tags: { ...one.tags, ...offeredTo(pool) } } : one,
    );
    return { ...secret, versions: { known: { main, pending: marked } } };
  });
  return { ...snapshot, facets: { ...snapshot.facets, secrets: { known } } };
}

function written(secret: UserSecret, versions: SecretVersions, change: SetSecret, now: Date): SecretVersions {
  const place = secretParts(change.id);
  if (place === null || !sameSecret(mainOf(place), secret.main))
    throw new Error(`not a secret of ${secret.user}: ${change.id}`);
  const which = sameSecret(place, pendingOf(secret.main)) ? 'pending' : 'main';
  const { set } = change;
  const expiry = 'expiry' in set ? set.expiry : null;
  const disabled = 'disabled' in set ? set.disabled : [];
  const list = versions[which].map((version) => ({
    ...version,
    enabled: version.enabled && !disabled.includes(version.id),
    expires: expiry?.version === version.id ? new Date(expiry.at) : version.expires,
  }));
  const added: SecretVersion[] = [];
  // No two are made in one second, as looks are further apart.
  const newest = Math.max(now.getTime() - SECOND, ...list.map(({ created }) => created.getTime()));
  const fresh = {
    id: `${versions.main.length}${versions.pending.length}`.padStart(32, 'f'),
    enabled: true,
    created: new Date(newest + SECOND),
  };
  if ('minted' in set) {
    const { kind, maxAge, replaces } = set.minted;
    added.push({ ...fresh, expires: after(fresh.created, maxAge), kind, tags: { ...tagsOf(change), replaces } });
  }
  if ('promoted' in set) {
    const { version } = set.promoted;
    const source = versions.pending.find(({ id }) => id === version);
    if (source === undefined) throw new Error(`there is no version ${version}`);
    const replaces = replacesOf(currentOf(versions.main));
    added.push({ ...source, ...fresh, tags: { ...tagsOf(change), from: source.id, replaces } });
  }
  return { ...versions, [which]: [...list, ...added] };
}
