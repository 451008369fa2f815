import { isRest } from '../drain/begin.ts';
import type { Reading } from '../model/reading.ts';
import { idKey, sameId } from '../model/resource-id.ts';
import { after, DAY, latest } from '../model/time.ts';
import { DRAIN } from './drain-finding.ts';
import type { Finding } from './finding.ts';
import { type Held, held } from './held.ts';
import { callerOf, type LastChange } from './last-change.ts';

/** A person's word that a rule may write to a resource again: what was tried before it counts no more. */
export interface Release {
  readonly ruleId: string;
  readonly resourceId: string;
  readonly at: Date;
}

type Subject = Pick<Finding, 'ruleId' | 'resourceId'>;

/** When Azure accepted our writes for a rule and a resource, whatever finding they were for; the earliest first. */
export type AcceptedWrites = (subject: Subject) => readonly Date[];

/** @param findings all that are remembered, closed ones too: what was repaired and undone has attempts of its own */
export function acceptedWrites(findings: readonly Finding[]): AcceptedWrites {
  const times = new Map<string, Set<number>>();
  for (const finding of findings) {
    if (finding.attempts.accepted.length === 0) continue;
    const key = keyOf(finding);
    // One write of several findings has one time.
    const known = times.get(key) ?? new Set();
    for (const time of finding.attempts.accepted) known.add(time.getTime());
    times.set(key, known);
  }
  return (subject) => [...(times.get(keyOf(subject)) ?? [])].toSorted((a, b) => a - b).map((time) => new Date(time));
}

function keyOf({ ruleId, resourceId }: Subject): string {
  return `${ruleId} ${idKey(resourceId)}`;
}

/** The rule, or `drain`, whose release ends what holds the finding; null where none does. */
export function releaseOf({ ruleId, held }: Pick<Finding, 'ruleId' | 'held'>): string | null {
  if (held === null) return null;
  if (isRest(held)) return DRAIN;
  return held.code === 'contested' || held.code === 'undone' ? ruleId : null;
}

/** When a person last released it; one that is dated ahead of now counts when its time comes. */
export function lastRelease(releases: readonly Release[], { ruleId, resourceId }: Subject, now: Date): Date | null {
  return releases
    .filter((release) => release.ruleId === ruleId && sameId(release.resourceId, resourceId) && release.at <= now)
    .map(({ at }) => at)
    .reduce(latest, null);
}

/**
 * Somebody undoes what we write: two writes within a day were accepted, and the violation was there again, or still, within
 * a day of the second. Held until a person releases it, or until it was gone for longer than that day.
 */
export function whyUndoneByOthers(
  finding: Finding,
  writes: readonly Date[],
  releases: readonly Release[],
  change: Reading<LastChange | null>,
  now: Date,
): Held | null {
  const since = lastRelease(releases, finding, now);
  const counting = writes.filter((time) => since === null || time > since);
  const second = counting.findLastIndex((time, index) => {
    const first = counting[index - 1];
    return first !== undefined && time <= after(first, DAY) && finding.firstSeen <= after(time, DAY);
  });
  const pair = second < 1 ? [] : counting.slice(second - 1, second + 1);
  const [first] = pair;
  if (first === undefined) return null;
  const when = pair.map((time) => time.toISOString()).join(' and ');
  const message = `accepted writes of ${when} did not last; ${actor(change, first)}: settle it, then release it`;
  return held('contested', message);
}

/** No time: each further write of the other side would be news. */
function actor(change: Reading<LastChange | null>, since: Date): string {
  if ('unknown' in change) return `who changed it is not known, ${change.unknown.message}`;
  if (change.known === null || change.known.time < since) return 'no event tells who changed it';
  return `last changed ${callerOf(change.known)}`;
}
