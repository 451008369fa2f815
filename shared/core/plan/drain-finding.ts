import type { Drain } from '../drain/drain.ts';
import { isOf } from '../drain/mark.ts';
import type { Step, Trouble } from '../drain/next-step.ts';
import { sameScale } from '../drain/zero.ts';
import { manual } from '../model/change.ts';
import type { Pool } from '../model/pool.ts';
import type { Scale } from '../model/pool-settings.ts';
import { after, DAY, HOUR, MINUTE } from '../model/time.ts';
import { isSteady } from '../model/zero-nodes.ts';
import type { Severity } from '../policy/rule.ts';
import { bounded } from './bounds.ts';
import { sizeInWords } from './drain-words.ts';
import { type Finding, NO_ATTEMPTS } from './finding.ts';
import { findingId } from './finding-id.ts';

/** The rule of the finding that tells an owner of the drain that holds a pool. */
export const DRAIN = 'drain';

/** What a resize and a look after it take. */
const LATE_AFTER = 30 * MINUTE;
/** A size that has not come by then is the owner's to see to. */
const TOLD_FOR = 7 * DAY;

export function drainFindingId(poolId: string): string {
  return findingId(DRAIN, poolId, '');
}

interface Said {
  readonly severity: Severity;
  readonly why: string;
  /** What a person can do. */
  readonly advice: string;
}

/**
 * What is told of the pool's drain; null when there is nothing to tell.
 * @param before what was told of it until now
 * @param unfinished what a rotation has not ended yet, in words
 */
export function drainFinding(
  pool: Pool,
  step: Step,
  drains: readonly Drain[],
  before: Finding | undefined,
  now: Date,
  unfinished?: string,
): Finding | null {
  const said =
    step.kind === 'none'
      ? afterwards(pool, drains, before, now, unfinished)
      : during(pool, step, before, now, unfinished);
  if (said === null) return null;
  const drain = 'drain' in step ? step.drain : null;
  return findingOf(pool.id, said, { observed: pool.settings.scale, desired: drain?.saved ?? null, before, now });
}

/** Of a drain whose pool cannot be read, once its size should be back; null before. */
export function unseenFinding(drain: Drain, before: Finding | undefined, now: Date): Finding | null {
  const { poolId, saved, begunAt, deadline } = drain;
  if (now <= after(deadline, LATE_AFTER)) return null;
  const said: Said = {
    severity: 'critical',
    why: `A drain took the pool to zero at ${begunAt.toISOString()}, and it cannot be read: whether it has its size again is not known. Its size was: ${sizeInWords(saved)}.`,
    advice: 'See that the pool has its size, and what keeps it from being read.',
  };
  return findingOf(poolId, said, { observed: null, desired: saved, before, now });
}

interface Around {
  readonly observed: Scale | null;
  readonly desired: Scale | null;
  /** What was told of it until now. */
  readonly before: Finding | undefined;
  readonly now: Date;
}

function findingOf(poolId: string, said: Said, { observed, desired, before, now }: Around): Finding {
  const { severity, why, advice } = said;
  const wasTold = before?.status === 'open';
  return bounded<Finding>({
    id: drainFindingId(poolId),
    ruleId: DRAIN,
    resourceId: poolId,
    path: '',
    severity,
    status: 'open',
    observed,
    desired,
    why,
    unknownCode: null,
    fix: manual(advice),
    held: null,
    exemption: null,
    closedCode: null,
    changeId: null,
    firstSeen: wasTold ? before.firstSeen : now,
    lastSeen: now,
    attempts: wasTold ? before.attempts : NO_ATTEMPTS,
  });
}

function during(
  pool: Pool,
  step: Exclude<Step, { kind: 'none' }>,
  before: Finding | undefined,
  now: Date,
  unfinished: string | undefined,
): Said | null {
  switch (step.kind) {
    case 'ask':
      return asks(step.trouble, step.drain);
    case 'unmark':
      return step.drain === null ? asks('stray-mark', null) : null;
    case 'end':
      return step.how === 'restored' ? comesBack(pool, step.drain) : null;
    case 'wait':
    case 'empty':
    case 'change':
    case 'restore': {
      if (step.kind === 'wait' && step.doing === 'beginning') return null;
      const { drain } = step;
      const since = drain.begunAt.toISOString();
      const size = sizeInWords(drain.saved);
      if (step.kind === 'restore' && unfinished !== undefined) return ahead(unfinished);
      const refused = before?.status === 'open' ? before.attempts.refused : null;
      const isLate = now > after(drain.deadline, LATE_AFTER);
      if (refused === null && !isLate)
        return {
          severity: 'info',
          why: `The pool is taken to zero since ${since}, so that what is frozen while it has nodes can be changed. It gets its size back then, at the latest at ${drain.deadline.toISOString()}: ${size}.`,
          advice: 'Nothing is to be done. To end the drain, give the pool a size of your own: it holds.',
        };
      // Not its state: news of what is critical must not change with each resize.
      const reason = refused === null ? 'Azure resizes it still, or did not take the write' : refused.message;
      return {
        severity: 'critical',
        why: `The pool is at zero since ${since} and does not get its size back: ${reason}. Its size was: ${size}.`,
        advice: 'Give the pool its size back, or take away what refuses it: it is tried again at each look.',
      };
    }
  }
}

function ahead(unfinished: string): Said {
  return {
    severity: 'critical',
    why: `The pool gets its size back although ${unfinished}.`,
    advice:
      'See why the vault does not take or tell the versions: its words stand in the finding of the user. Disable none of these versions: new nodes have their values.',
  };
}

/** After the size was asked for again, until it is there, and what the nodes have is what tasks read. */
function afterwards(
  pool: Pool,
  drains: readonly Drain[],
  before: Finding | undefined,
  now: Date,
  unfinished: string | undefined,
): Said | null {
  if (unfinished !== undefined && before?.status === 'open' && before.severity === 'critical') return ahead(unfinished);
  const last = drains
    .filter((drain) => isOf(drain, pool) && drain.ended !== null && drain.ended.how !== 'not-begun')
    .toSorted((a, b) => b.begunAt.getTime() - a.begunAt.getTime())[0];
  if (last?.ended?.how !== 'restored') return null;
  const wasThere = before?.status === 'closed' && before.lastSeen >= last.ended.at;
  const isPast = now > after(last.ended.at, before?.status === 'open' ? TOLD_FOR : HOUR);
  return wasThere || isPast ? null : comesBack(pool, last);
}

function comesBack(pool: Pool, { saved, had }: Drain): Said | null {
  const { nodes, settings } = pool;
  if (saved.kind !== 'fixed' || settings.scale === null || !sameScale(saved, settings.scale)) return null;
  const [dedicated, lowPriority] = [nodes.dedicated ?? 0, nodes.lowPriority ?? 0];
  const wanted = {
    dedicated: Math.min(saved.dedicated, had.dedicated),
    lowPriority: Math.min(saved.lowPriority, had.lowPriority),
  };
  if (dedicated >= wanted.dedicated && lowPriority >= wanted.lowPriority) return null;
  const size = sizeInWords({ kind: 'fixed', ...wanted });
  if (!isSteady(pool))
    return {
      severity: 'info',
      why: `The drain is over; the pool gets its size back: ${size}.`,
      advice: 'Nothing is to be done.',
    };
  return {
    severity: 'critical',
    why: `After a drain the pool did not get its size back: it has ${sizeInWords({ kind: 'fixed', dedicated, lowPriority })} of ${size}.`,
    advice: 'See in the resize errors of the pool what it lacks (often quota, or capacity of the size), and resize it.',
  };
}

/** What a person is asked; all of it is critical. @param size what the pool had before the drain, in words */
const QUESTIONS: Readonly<Record<Trouble, (size: string) => Omit<Said, 'severity'>>> = {
  'no-row': () => ({
    why: 'The metadata of the pool say that a drain holds it (warden:drain), and no such drain is known: its row is lost, or somebody else wrote the mark. What size the pool had is not known.',
    advice: 'See that the pool has its size, then remove the metadata item warden:drain.',
  }),
  'stray-mark': () => ({
    why: 'The metadata of the pool have the mark (warden:drain) of a drain that is over, or of another pool: copied, or put back by whoever deploys the pool. The size is not touched; the mark is removed.',
    advice: 'Take the metadata item warden:drain out of the template that the pool is deployed from.',
  }),
  'mark-lost': (size) => ({
    why: `A drain took the pool to zero, and somebody removed its mark from the metadata (warden:drain) and left the size: whether zero is wanted now is not known. The size before the drain: ${size}.`,
    advice: 'Give the pool the size that it is to have.',
  }),
  'formula-off': (size) => ({
    why: `A drain took the pool to zero, and somebody switched automatic scaling off meanwhile: whether zero nodes are wanted is not known. Before the drain: ${size}.`,
    advice: 'Give the pool its formula back, or the size that it is to have.',
  }),
  'not-shown': (size) => ({
    why: `The pool is under a drain, and its body does not show its size, its ETag or when it was made. The size before the drain: ${size}.`,
    advice: 'See that the pool has its size.',
  }),
};

function asks(trouble: Trouble, drain: Drain | null): Said {
  const size = drain === null ? 'not known' : sizeInWords(drain.saved);
  return { severity: 'critical', ...QUESTIONS[trouble](size) };
}
