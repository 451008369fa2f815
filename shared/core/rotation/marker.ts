import type { Pool } from '../model/pool.ts';
import type { MetadataItem } from '../model/pool-settings.ts';

/*
 * The metadata items by which a pool says which version of its secret each named user was given: the password itself never
 * comes back. Whoever writes the pool can write them.
 */
const PREFIX = 'warden:user:';

/** `<version id>@<when the pool was made>`: on a pool that was made again a marker says nothing. */
function markerOf(version: string, creationTime: Date): string {
  return `${version}@${creationTime.toISOString()}`;
}

/** The id of the version that the pool says it was given for this user; null where it says nothing. */
export function givenVersion({ settings, creationTime }: Pool, user: string): string | null {
  const items = settings.metadata.filter(({ name }) => name === PREFIX + user);
  const [version = '', made] = (items.length === 1 ? (items[0]?.value ?? '') : '').split('@');
  if (creationTime === null || made !== creationTime.toISOString() || !/^[0-9a-f]{32}$/.test(version)) return null;
  return version;
}

/** The others' items stay as they were read. @param given the id of a version, by user: those of all users of the pool */
export function withMarkers(
  metadata: readonly MetadataItem[],
  given: ReadonlyMap<string, string>,
  creationTime: Date,
): readonly MetadataItem[] {
  const others = metadata.filter(({ name }) => !name.startsWith(PREFIX));
  const markers = [...given].map(([user, version]) => ({
    name: PREFIX + user,
    value: markerOf(version, creationTime),
    unmodelled: {},
  }));
  return [...others, ...markers];
}
