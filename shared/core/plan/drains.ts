import { changesIn, type Drain, type DrainEnd } from '../drain/drain.ts';
import { nextStep, type Step } from '../drain/next-step.ts';
import { isMint, resourceOf, setPool } from '../model/change.ts';
import { isReadable, type Pool } from '../model/pool.ts';
import { POOL_SETTINGS } from '../model/pool-settings.ts';
import { idKey, sameId } from '../model/resource-id.ts';
import { keysOf } from '../model/setting.ts';
import { findPool } from '../model/snapshot.ts';
import { after, latest, MINUTE } from '../model/time.ts';
import { beginning, type DrainLook } from './drain-beginning.ts';
import { drainFinding, drainFindingId, unseenFinding } from './drain-finding.ts';
import { under } from './drain-words.ts';
import { type Finding, type Fixable, isFixable } from './finding.ts';
import { type Held, held } from './held.ts';
import { type Write, writeOf } from './write.ts';

/** What drains of an account's pools come to in one look. */
export interface DrainsPlan {
  /** What is told of them. */
  readonly findings: readonly Finding[];
  /** Why a change waits that would go on otherwise, by the id of its finding. */
  readonly held: ReadonlyMap<string, Held>;
  /** The drain that holds a pool at zero so that it can be changed, by the key of its id. */
  readonly changing: ReadonlyMap<string, Drain>;
  /** Emptyings. */
  readonly writes: readonly Write[];
  /** What gives a pool back, and rests on nothing but the pool and the drain's row. */
  readonly finishes: readonly Write[];
  readonly endings: readonly Ending[];
  readonly lookAt: readonly Date[];
}

export interface Ending {
  readonly drain: Drain;
  readonly end: DrainEnd;
}

/** @param seen the findings of this look; what nothing else holds has `held` null */
export function planDrains(seen: readonly Finding[], look: DrainLook): DrainsPlan {
  const { snapshot, now } = look;
  const drains = look.drains ?? [];
  const open = seen.filter(isFixable).filter((finding) => finding.held === null && needsZero(finding));
  const frozen = Map.groupBy(open, ({ fix }) => idKey(resourceOf(fix)));
  const drainsOf = Map.groupBy(drains, ({ poolId }) => idKey(poolId));
  const known = new Set(drains.map(({ id }) => id));
  const plans = snapshot.pools.filter(isReadable).map((pool) => {
    const key = idKey(pool.id);
    return planDrain({ pool, frozen: frozen.get(key) ?? [], drains: drainsOf.get(key) ?? [], known }, look);
  });
  const missing = snapshot.complete
    ? drains.filter(({ ended, poolId }) => ended === null && !snapshot.pools.some(({ id }) => sameId(id, poolId)))
    : [];
  // One list may lack what the next has again, at zero.
  const [gone, waited] = [missing.filter(isOverdue), missing.filter((drain) => !isOverdue(drain))];
  const unseen = drains.filter(({ ended, poolId }) => ended === null && findPool(snapshot, poolId) === undefined);
  const unseenFindings = unseen.flatMap((drain) => {
    const before = look.remembered.get(drainFindingId(drain.poolId));
    return gone.includes(drain) ? [] : (unseenFinding(drain, before, laterOf(look)) ?? []);
  });
  return {
    findings: [...plans.flatMap(({ findings }) => findings), ...unseenFindings],
    held: new Map(plans.flatMap((each) => [...each.held])),
    changing: new Map(plans.flatMap((each) => [...each.changing])),
    writes: plans.flatMap(({ writes }) => writes),
    finishes: plans.flatMap(({ finishes }) => finishes),
    endings: [...plans.flatMap(({ endings }) => endings), ...gone.map((drain) => ending(drain, 'pool-gone', now))],
    lookAt: [...plans.flatMap(({ lookAt }) => lookAt), ...waited.map(({ deadline }) => after(deadline, MINUTE))],
  };

  function isOverdue({ deadline }: Drain): boolean {
    return deadline < laterOf(look);
  }
}

/** A deadline comes by whichever clock is ahead, ours or Azure's. */
function laterOf({ now, snapshot }: DrainLook): Date {
  return latest(now, snapshot.readAt ?? null) ?? now;
}

/** Whether Batch takes the change, or its nodes get it, only at zero; or whether it makes what is given then. */
function needsZero({ fix }: Fixable): boolean {
  if (isMint(fix)) return true;
  return fix.kind === 'set-pool' && keysOf(fix.set).some((key) => POOL_SETTINGS[key].onlyAtZero);
}

const NOTHING: DrainsPlan = {
  findings: [],
  held: new Map(),
  changing: new Map(),
  writes: [],
  finishes: [],
  endings: [],
  lookAt: [],
};

interface OfPool {
  readonly pool: Pool;
  /** What only a pool at zero takes, and nothing else holds. */
  readonly frozen: readonly Fixable[];
  readonly drains: readonly Drain[];
  /** The ids of all drains of the account. */
  readonly known: ReadonlySet<string>;
}

function planDrain({ pool, frozen, drains, known }: OfPool, look: DrainLook): DrainsPlan {
  const { now } = look;
  const unfinished = look.unfinished.get(idKey(pool.id));
  const before = look.remembered.get(drainFindingId(pool.id));
  const isTold = before !== undefined && before.status === 'open';
  const step: Step =
    look.drains === null
      ? { kind: 'none' }
      : nextStep({
          pool,
          drains,
          known,
          isPending: frozen.length > 0 || unfinished?.isWaitedFor === true,
          isTold,
          now: laterOf(look),
        });
  const told = drainFinding(pool, step, drains, before, now, unfinished?.what);
  const plan = { ...NOTHING, findings: told === null ? [] : [told] };
  const holding = (reason: Held) => new Map(frozen.map(({ id }) => [id, reason]));
  const holdingChanges = (reason: Held) =>
    new Map(frozen.filter(({ fix }) => !isMint(fix)).map(({ id }) => [id, reason]));
  const again = [after(now, 2 * MINUTE)];
  switch (step.kind) {
    case 'none':
      // What the nodes have is to be what tasks read as soon as the vault answers.
      if (unfinished?.isUnread === true && told !== null)
        return { ...plan, ...beginning(pool, frozen, drains, look), lookAt: [after(now, 5 * MINUTE)] };
      // What a resize did not bring is brought by a person.
      return told?.severity === 'info'
        ? { ...plan, held: holding(COMES_BACK), lookAt: again }
        : { ...plan, ...beginning(pool, frozen, drains, look) };
    case 'wait':
      return {
        ...plan,
        held: (step.doing === 'emptying' ? holdingChanges : holding)(under(step.drain, step.doing)),
        lookAt: [step.until],
      };
    case 'change':
      return { ...plan, changing: new Map([[idKey(pool.id), step.drain]]), lookAt: again };
    case 'empty': {
      const write = writeOf(look.snapshot, setPool(pool, step.set), frozen, {
        drain: step.drain,
        step: 'empty',
        isNew: false,
      });
      return { ...plan, held: holdingChanges(under(step.drain, 'emptying')), writes: [write], lookAt: again };
    }
    case 'restore':
    case 'unmark': {
      const { kind, drain, set } = step;
      const write = writeOf(
        look.snapshot,
        setPool(pool, set),
        told === null ? [] : [told],
        drain && { drain, step: kind, isNew: false },
      );
      return {
        ...plan,
        held: holding(drain === null ? MARK_FIRST : under(drain, 'restoring')),
        finishes: [write],
        lookAt: again,
      };
    }
    case 'end':
      return {
        ...plan,
        held: holding(under(step.drain, 'restoring')),
        endings: [ending(step.drain, step.how, now)],
        lookAt: again,
      };
    case 'ask': {
      // A mark that anybody wrote holds nothing back.
      const rest = step.drain === null ? beginning(pool, frozen, drains, look) : { held: holding(ASKED) };
      return { ...plan, ...rest, ...(step.trouble === 'stray-mark' && { lookAt: again }) };
    }
  }
}

const ASKED = held('draining', 'a person is asked about the drain of the pool: see its finding of rule drain');

const COMES_BACK = held('draining', 'a drain is over, and the pool gets its size back');

const MARK_FIRST = held('other-change-first', 'the mark of no drain goes first');

function ending(drain: Drain, how: DrainEnd['how'], at: Date): Ending {
  return { drain, end: { how, at, changes: changesIn(drain) } };
}
