import type { Reading } from '../model/reading.ts';
import { idKey } from '../model/resource-id.ts';

/** The last change of a resource that an event told of; never one of ours. */
export interface LastChange {
  readonly time: Date;
  /** The client id of the caller; null where the event does not tell it. */
  readonly application: string | null;
  /** The object id of the caller; null as above. */
  readonly objectId: string | null;
}

/** Of an account and its pools, by the key of the id. What is not there was told by no event. */
export type LastChanges = Reading<ReadonlyMap<string, Reading<LastChange>>>;

/** The key in the place of an id, of the last listing of the account's keys. */
export const KEYS_LISTED = 'list-keys';

/** Who last asked for the keys of the account, and when that was received; null when no event told of it. */
export function lastKeyListing(changes: LastChanges): Reading<LastChange | null> {
  return lastChangeOf(changes, KEYS_LISTED);
}

/** As in `by application ...`, as far as the event tells it. */
export function callerOf({ application, objectId }: LastChange): string {
  const names = [application && `application ${application}`, objectId && `object id ${objectId}`].filter(Boolean);
  return names.length === 0 ? 'by whom the event does not tell' : `by ${names.join(', ')}`;
}

/** Null when no event told of one. */
export function lastChangeOf(changes: LastChanges, resourceId: string): Reading<LastChange | null> {
  return 'unknown' in changes ? changes : (changes.known.get(idKey(resourceId)) ?? { known: null });
}
