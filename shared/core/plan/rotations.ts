import { type Drain, lastDrain } from '../drain/drain.ts';
import { setSecret } from '../model/change.ts';
import { isReadable, type Pool } from '../model/pool.ts';
import { isFailure } from '../model/reading.ts';
import { idKey } from '../model/resource-id.ts';
import { pendingOf, sameSecret, type UserSecret } from '../model/secret.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { listed } from '../model/words.ts';
import type { Verdict } from '../policy/evaluate.ts';
import { givenVersion } from '../rotation/marker.ts';
import { promotionOf, type Step } from '../rotation/next-step.ts';
import { pathOf, SECRETS_RULE, type UserState, userStates } from '../rotation/pool-secrets.ts';
import type { Finding } from './finding.ts';
import { findingId } from './finding-id.ts';
import { type Write, writeOf } from './write.ts';

/** What rotations under way come to in one look. */
interface RotationsPlan {
  /** Promotions: they rest on the vault and on what was given alone, and come before sizes. */
  readonly promotions: readonly Write[];
  /** Versions that are disabled. They have time. */
  readonly disabling: readonly Write[];
  /** By the keys of pools. */
  readonly unfinished: ReadonlyMap<string, Unfinished>;
}

/** A pool was given values that main does not have, or may not have. */
export interface Unfinished {
  /** Which, in words. */
  readonly what: string;
  /** Another look may end it: the pool is not given back before the drain's deadline. */
  readonly isWaitedFor: boolean;
  /** A vault did not tell. */
  readonly isUnread: boolean;
}

/** So many refusals of a promotion are waited out; then the pool gets its size back. */
const REFUSALS_WAITED_OUT = 2;

/** Of an account in one look: one call each, and nothing waits for them. */
const MOST_DISABLED = 20;

/** @param seen the findings of this look */
export function planRotations(
  seen: readonly Finding[],
  verdicts: readonly Verdict[],
  { snapshot, drains, now }: { snapshot: Snapshot; drains: readonly Drain[] | null; now: Date },
): RotationsPlan {
  const promotions: Write[] = [];
  const disabling: Write[] = [];
  const unfinished = new Map<string, Unfinished>();
  const findings = new Map(seen.map((finding) => [finding.id, finding]));
  const enforced = new Set(
    verdicts.flatMap(({ rule, mode, resourceId }) =>
      rule.id === SECRETS_RULE && mode === 'enforce' ? idKey(resourceId) : [],
    ),
  );
  const drainsOf = Map.groupBy(drains ?? [], ({ poolId }) => idKey(poolId));
  for (const pool of snapshot.pools.filter(isReadable).filter(({ settings }) => settings.users.length > 0)) {
    const key = idKey(pool.id);
    const states = userStates(pool, snapshot, now);
    const drain = lastDrain(drainsOf.get(key) ?? []);
    const isHeld = drain?.ended === null;
    let mayBePromoted = false;
    for (const { user, state } of states) {
      if ('unknown' in state) continue;
      const { seen: secret, step } = state.known;
      const finding = findings.get(findingId(SECRETS_RULE, pool.id, pathOf(user.name)));
      mayBePromoted ||= step.kind === 'promote' && !needsPerson(finding);
      if (step.kind === 'promote' && (isHeld || mayBeTried(finding, now)))
        promotions.push(writeOf(snapshot, promotionOf(secret.secret, step.pending), finding ? [finding] : [], null));
      // What no rule enforces is begun by none: that a version is superseded may be a person's doing.
      if (step.kind === 'disable' && enforced.has(key))
        disabling.push(...disablingOf(secret.secret, step.versions, snapshot));
    }
    const open = drain === null ? null : unfinishedIn(pool, states, drain, mayBePromoted);
    if (open !== null) unfinished.set(key, open);
  }
  return { promotions, disabling: disabling.slice(0, MOST_DISABLED), unfinished };
}

/** What the vault refused is tried again later; while we hold the pool, at each look. */
function mayBeTried(finding: Finding | undefined, now: Date): boolean {
  const refused = finding?.attempts.refused ?? null;
  return refused === null || refused.nextTry <= now;
}

/** Whether the vault refused it so often that the pool is not kept from its owner for it any longer. */
function needsPerson(finding: Finding | undefined): boolean {
  const refused = finding?.attempts.refused ?? null;
  return refused !== null && refused.code === 'refused' && refused.count >= REFUSALS_WAITED_OUT;
}

function disablingOf(
  secret: UserSecret,
  versions: Extract<Step, { kind: 'disable' }>['versions'],
  snapshot: Snapshot,
): Write[] {
  return [secret.main, pendingOf(secret.main)].flatMap((of) => {
    const disabled = versions.filter((one) => sameSecret(one.of, of)).map(({ version }) => version);
    return disabled.length === 0 ? [] : writeOf(snapshot, setSecret(secret, of, { disabled }), [], null);
  });
}

function unfinishedIn(
  pool: Pool,
  states: readonly UserState[],
  { secrets, writes, ended }: Drain,
  mayBePromoted: boolean,
): Unfinished | null {
  const users = new Set(secrets.map(({ user }) => user));
  // Where nothing was changed, nothing was given.
  const hasChanged = writes.some(
    ({ step, outcome }) => step === 'change' && !['refused', 'conflict', 'gone'].includes(outcome),
  );
  const ahead = states.filter(
    ({ state }) =>
      'known' in state &&
      (state.known.seen.isAhead || ((hasChanged || ended !== null) && state.known.seen.mayHavePending)),
  );
  const unread = states.filter(
    ({ user, state }) => users.has(user.name) && 'unknown' in state && isFailure(state.unknown.code),
  );
  const open = [...ahead, ...unread];
  if (open.length === 0) return null;
  const named = open.map((state) => `${state.user.name} (version ${versionIn(pool, state)})`);
  const whether =
    ahead.length > 0 ? 'is not the current one of their secrets' : 'is that of their secrets is not known';
  return {
    what: `what the pool was given for ${listed(named)} ${whether}`,
    isWaitedFor: mayBePromoted || (unread.length > 0 && ended === null && hasChanged),
    isUnread: unread.length > 0,
  };
}

/** The id of the version that the pool was given, as far as that is known. */
function versionIn(pool: Pool, { user, state }: UserState): string {
  const seen = 'known' in state ? state.known.seen : null;
  const offered = seen?.mayHavePending === true && !seen.isAhead ? seen.pending?.id : undefined;
  return offered ?? givenVersion(pool, user.name) ?? 'not known';
}
