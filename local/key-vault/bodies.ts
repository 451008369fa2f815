import { type Json, without } from '../azure/json.ts';
import { latestOf, purgeDate, RETENTION_DAYS, type StoredSecret, type StoredVersion } from './stored-secret.ts';

/** Of a vault, what its answers say. */
export interface Place {
  /** Without a slash at its end. */
  readonly url: string;
  readonly purgeProtection: boolean;
}

/** A version without its value. */
export function versionBody(place: Place, { name }: StoredSecret, version: StoredVersion): Json {
  return { id: `${place.url}/secrets/${name}/${version.id}`, ...properties(place, version) };
}

/** A secret as a list shows it: with what its latest version has, and without that version's id. */
export function secretItem(place: Place, secret: StoredSecret): Json {
  return { id: `${place.url}/secrets/${secret.name}`, ...properties(place, latestOf(secret)) };
}

/** What is said of a deleted secret beside its body. */
export function deletion(place: Place, { name, deleted }: StoredSecret): Json {
  if (deleted === null) return {};
  const recoveryId = `${place.url}/deletedsecrets/${name}`;
  return { recoveryId, deletedDate: deleted, scheduledPurgeDate: purgeDate(deleted) };
}

function properties(place: Place, version: StoredVersion): Json {
  const { contentType, tags, enabled, nbf, exp, created, updated } = version;
  const recoveryLevel = place.purgeProtection ? 'Recoverable' : 'Recoverable+Purgeable';
  const attributes = without(
    { enabled, nbf, exp, created, updated, recoveryLevel, recoverableDays: RETENTION_DAYS },
    [],
  );
  return without({ contentType, attributes, tags }, []);
}
