import { isMint } from '../model/change.ts';
import { accountOf, idKey } from '../model/resource-id.ts';
import { after, HOUR, MINUTE } from '../model/time.ts';
import type { Limits } from '../policy/limits.ts';
import { SEVERITIES } from '../policy/rule.ts';
import { type Breaker, CLOSED, stateOf } from './breaker.ts';
import type { Finding } from './finding.ts';
import { shareOf } from './finding-id.ts';
import { type Held, type HeldCode, held } from './held.ts';
import { classOf } from './journal.ts';
import type { Write } from './write.ts';

/** Changes begun in one UTC hour, by subscription, in lower case. */
export type Begun = ReadonlyMap<string, number>;

/** What bounds how much is begun, as it was read; null for what is not as we write it: nothing passes that. */
export interface LimitsSeen {
  /** In the hour of now. */
  readonly begun: Begun | null;
  readonly breaker: Breaker | null;
}

/** In an hour in which nothing was begun, and nothing failed. */
export const NOTHING_BEGUN: LimitsSeen = { begun: new Map(), breaker: CLOSED };

/** How many changes may be begun by a look, and why no more may. */
export interface Left {
  readonly most: number;
  readonly held: Held;
}

/** The hour that a time is in, which has a budget of its own. */
export function hourOf(time: Date): Date {
  return new Date(Math.floor(time.getTime() / HOUR) * HOUR);
}

/** Whose budget the changes of an account are. */
export function subscriptionOf(accountId: string): string {
  return idKey(accountOf(accountId)?.subscription ?? '');
}

export function sumOf(begun: Begun): number {
  return [...begun.values()].reduce((sum, each) => sum + each, 0);
}

/** How many more may be begun in that hour for the subscription. */
export function leftIn(begun: Begun, limits: Limits, subscription: string): number {
  const ofOne = limits.changesPerSubscriptionPerHour - (begun.get(subscription) ?? 0);
  return Math.max(0, Math.min(leftInAll(begun, limits), ofOne));
}

/** How many more may be begun in that hour in all subscriptions together. */
export function leftInAll(begun: Begun, { changesPerHour }: Limits): number {
  return Math.max(0, changesPerHour - sumOf(begun));
}

export function withOneMore(begun: Begun, subscription: string): Begun {
  return new Map(begun).set(subscription, (begun.get(subscription) ?? 0) + 1);
}

/** As it will be once the writes were begun. */
export function withBegun(seen: LimitsSeen, writes: readonly Write[], accountId: string): LimitsSeen {
  if (seen.begun === null) return seen;
  const subscription = subscriptionOf(accountId);
  return {
    ...seen,
    begun: writes.filter(isBegin).reduce<Begun>((begun) => withOneMore(begun, subscription), seen.begun),
  };
}

/** @param seen null where it could not be read */
export function leftToBegin(seen: LimitsSeen | null, limits: Limits, accountId: string, now: Date): Left {
  const share = shareOf(accountId) * 5 * MINUTE;
  // Not all at once.
  const none = (code: HeldCode, message: string, until: Date) => ({
    most: 0,
    held: { code, message, until: after(until, share) },
  });
  const soon = after(now, 2 * MINUTE);
  if (seen === null)
    return none('budget', 'what was begun this hour could not be read, so that nothing is', after(now, 5 * MINUTE));
  const nextHour = after(hourOf(now), HOUR);
  if (seen.breaker === null)
    return none('breaker', 'its row in the table budget is not as the app writes it: delete it', nextHour);
  const breaker = stateOf(seen.breaker, now);
  if (breaker.kind === 'stopped') return none('breaker', STOPPED, breaker.until);
  if (breaker.kind === 'probing') return none('breaker', PROBING, soon);
  if (Math.min(limits.changesPerHour, limits.changesPerSubscriptionPerHour) === 0)
    return { most: 0, held: held('budget', 'the policy lets nothing be begun (limits)') };
  const most = seen.begun === null ? 0 : leftIn(seen.begun, limits, subscriptionOf(accountId));
  const beyond = none('budget', 'as much was begun in this hour as may be (limits)', nextHour);
  if (breaker.kind === 'half-open' && most > 0) return { most: 1, held: none('breaker', PROBING, soon).held };
  return { ...beyond, most };
}

const STOPPED = 'too many writes failed within an hour: nothing is begun for a while';
const PROBING = 'too many writes failed; one is tried first, and the others wait for what becomes of it';

interface Within {
  readonly writes: readonly Write[];
  /** Why the others are not, by the ids of their findings. */
  readonly held: ReadonlyMap<string, Held>;
}

/** The writes that go when no more may be begun than are left: the gravest. What was begun is not held up. */
export function withinLeft(writes: readonly Write[], { most, held }: Left): Within {
  const inOrder = byUrgency(writes.filter(isBegin));
  const beyond = new Set(inOrder.slice(most));
  const going = writes.filter((write) => !beyond.has(write));
  const gone = new Set(going.flatMap(({ findings }) => findings.map(({ id }) => id)));
  const waiting = [...beyond]
    .flatMap(({ findings }) => findings)
    .filter(({ id, held }) => held === null && !gone.has(id));
  return { writes: going, held: new Map(waiting.map(({ id }) => [id, held])) };
}

/** What was announced stays so while it waits for something else: it is announced once. */
export function stillAnnounced(reason: Held, before: Finding | undefined): Held {
  const announced = before?.held?.code === 'drain-announced' ? before.held.until : null;
  if (announced === null) return reason;
  const message = `a drain was announced for ${announced.toISOString()}; ${reason.message}`;
  return { code: 'drain-announced', message, until: announced };
}

/** Whether all guards are asked for it, and it counts. */
export function isBegin(write: Write): boolean {
  return classOf(write) === 'begin';
}

/** What was refused goes last, as everywhere; of the rest the gravest first. No pool is emptied before what it is to be given is made. */
function byUrgency(begins: readonly Write[]): readonly Write[] {
  const sorted = begins.toSorted((a, b) => rankOf(a) - rankOf(b));
  const units = sorted.flatMap((write) => (write.drain?.isNew ? [...mintsFor(write, sorted), write] : [write]));
  return [...new Set(units)];
}

function rankOf({ findings }: Write): number {
  const gravest = Math.max(...findings.map(({ severity }) => SEVERITIES.indexOf(severity)));
  return (findings.some(({ attempts }) => attempts.refused !== null) ? SEVERITIES.length : 0) - gravest;
}

function mintsFor({ findings }: Write, writes: readonly Write[]): readonly Write[] {
  const ids = new Set(findings.map(({ id }) => id));
  return writes.filter((write) => isMint(write.change) && write.findings.some(({ id }) => ids.has(id)));
}
