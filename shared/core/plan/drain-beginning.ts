import { begin } from '../drain/begin.ts';
import type { Drain, DrainSecret } from '../drain/drain.ts';
import { isMint, needsSecrets, setPool } from '../model/change.ts';
import type { Pool } from '../model/pool.ts';
import type { GivenUser } from '../model/pool-parts.ts';
import { idKey } from '../model/resource-id.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { earliest } from '../model/time.ts';
import { whyNotAtZero } from '../model/zero-nodes.ts';
import type { InvalidPolicy, Policy } from '../policy/policy.ts';
import { givenUsers, secretsOfPool, userStates } from '../rotation/pool-secrets.ts';
import { lastRelease, type Release } from './contest.ts';
import { DRAIN } from './drain-finding.ts';
import { under } from './drain-words.ts';
import type { Finding, Fixable } from './finding.ts';
import { drainId } from './finding-id.ts';
import { type Held, held } from './held.ts';
import type { Unfinished } from './rotations.ts';
import { type Write, writeOf } from './write.ts';

/** What drains are planned from. */
export interface DrainLook {
  readonly snapshot: Snapshot;
  readonly policy: Policy | InvalidPolicy;
  /** What is remembered of the account, by id. */
  readonly remembered: ReadonlyMap<string, Finding>;
  readonly releases: readonly Release[];
  /** Null where nobody keeps any: then none is begun, and no mark is judged. */
  readonly drains: readonly Drain[] | null;
  /** Rotations that are not ended, by the keys of pools. */
  readonly unfinished: ReadonlyMap<string, Unfinished>;
  /** Keys of pools. */
  readonly withoutSlot: ReadonlySet<string>;
  readonly correlationId: string;
  readonly now: Date;
}

interface Beginning {
  /** Why a change waits, by the id of its finding. */
  readonly held: ReadonlyMap<string, Held>;
  readonly writes: readonly Write[];
  readonly lookAt: readonly Date[];
}

/** What comes of a pool that no drain holds: perhaps one begins. */
export function beginning(
  pool: Pool,
  frozen: readonly Fixable[],
  drains: readonly Drain[],
  look: DrainLook,
): Partial<Beginning> {
  const { policy, releases, remembered, now } = look;
  const notAtZero = whyNotAtZero(pool);
  if (frozen.length === 0 || notAtZero === null || 'invalid' in policy) return {};
  const all = (reason: Held) => new Map(frozen.map(({ id }) => [id, reason]));
  if (look.drains === null || policy.drains.max === 0)
    return { held: all(held('waits-for-zero', `waits for a drain: ${notAtZero}`)) };
  const announced = announcedFor(remembered, frozen);
  const id = drainId(pool.id, now, look.correlationId);
  const begun = begin({
    pool,
    drains,
    policy: policy.drains,
    secrets: secretsOf(pool, look.snapshot),
    announced,
    waitingSince: earliest(frozen.map(({ firstSeen }) => firstSeen)),
    released: lastRelease(releases, { ruleId: DRAIN, resourceId: pool.id }, now),
    id,
    hasSlot: !look.withoutSlot.has(idKey(pool.id)),
    now,
  });
  if ('code' in begun) {
    const { code, message, until, lookAt } = begun;
    return { held: all({ code, message, until }), lookAt: lookAt === null ? [] : [lookAt] };
  }
  const { drain, set } = begun;
  const gives = frozen.some(({ fix }) => needsSecrets(fix)) ? usersToGive(pool, frozen, look) : [];
  const write = writeOf(look.snapshot, setPool(pool, set), frozen, { drain, step: 'empty', isNew: true, gives });
  // What is minted is minted first: where that fails, the pool is not emptied.
  const waiting = frozen.filter(({ fix }) => !isMint(fix));
  const emptying = new Map(waiting.map((finding) => [finding.id, under(drain, 'emptying')]));
  return { held: emptying, writes: [write] };
}

/** But for those whose secret is minted first. */
function usersToGive(pool: Pool, frozen: readonly Fixable[], { snapshot, now }: DrainLook): readonly GivenUser[] {
  const minted = new Set(frozen.flatMap(({ fix }) => (isMint(fix) ? fix.user : [])));
  return givenUsers(userStates(pool, snapshot, now).filter(({ user }) => !minted.has(user.name)));
}

function secretsOf({ id }: Pool, { facets }: Snapshot): DrainSecret[] {
  return secretsOfPool(facets, id).map(({ user, main, isBound }) => ({ user, main, isBound }));
}

/** A change that comes later goes with the drain that was announced for another. */
function announcedFor(remembered: ReadonlyMap<string, Finding>, frozen: readonly Fixable[]): Date | null {
  const helds = frozen.map(({ id }) => remembered.get(id)?.held);
  return earliest(helds.map((before) => (before?.code === 'drain-announced' ? before.until : null)));
}
