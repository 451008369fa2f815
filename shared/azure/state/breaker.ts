import { z } from 'zod';
import { isPast } from '../../core/model/believed.ts';
import { after, DAY } from '../../core/model/time.ts';
import {
  afterWrite,
  type Breaker,
  CLOSED,
  PROBE_LASTS,
  stateOf,
  type Tried,
  withoutProbe,
  withProbe,
} from '../../core/plan/breaker.ts';
import type { Limits } from '../../core/policy/limits.ts';
import type { BreakerMoved } from '../../ports.ts';
import { JsonText } from './json-text.ts';
import { nameOf, nullIfMissing, putAt, type Report, type Storage } from './storage.ts';
import { TimeColumn } from './time-column.ts';

/** What is asked of the table `budget`. */
export type BudgetTable = Pick<
  Storage['budget'],
  'getEntity' | 'createEntity' | 'updateEntity' | 'deleteEntity' | 'listEntities'
>;

const KEY = { partitionKey: 'breaker', rowKey: 'breaker' };
/** No policy stops for longer. */
const LONGEST_STOP = DAY;
const MOST_TRIES = 16;

const Failures = JsonText.pipe(z.array(z.object({ key: z.string(), at: TimeColumn })));

/** The one row of the partition `breaker` of the table `budget`. Columns of times that are not given are absent. */
const BreakerRow = z.object({
  failures: Failures,
  stoppedUntil: TimeColumn.optional(),
  probe: z.string().optional(),
  probeUntil: TimeColumn.optional(),
});

interface Row {
  /** Null when there is none. */
  readonly etag: string | null;
  /** Null when it is none, or of a time to come: nothing begins. */
  readonly breaker: Breaker | null;
}

/** Null when the row is not as we write it, which is reported. */
export async function breakerIn(
  budget: BudgetTable,
  now: Date,
  abortSignal: AbortSignal,
  report: Report,
): Promise<Breaker | null> {
  const { breaker } = await rowIn(budget, now, abortSignal);
  if (breaker === null)
    report({ table: 'budget', rows: [nameOf(KEY)], reason: 'not a breaker: nothing is begun; delete it' });
  return breaker;
}

/** Claims the probe of that id where one is to be tried: of all instances one gets it. */
export async function passBreaker(
  budget: BudgetTable,
  probe: string,
  now: () => Date,
  abortSignal: AbortSignal,
): Promise<'closed' | 'probe' | 'stopped'> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const at = now();
    const { breaker, etag } = await rowIn(budget, at, abortSignal);
    const state = breaker && stateOf(breaker, at);
    if (breaker === null || state?.kind === 'stopped' || state?.kind === 'probing') return 'stopped';
    if (state?.kind === 'closed') return 'closed';
    if (await replaced(budget, etag, withProbe(breaker, probe, at), abortSignal)) return 'probe';
  }
  return 'stopped';
}

export async function freeProbe(budget: BudgetTable, probe: string, now: () => Date): Promise<void> {
  await moved(budget, now, (breaker) => withoutProbe(breaker, probe));
}

/** Whatever stopped the run: what failed is noted. */
export function noteTried(budget: BudgetTable, tried: Tried, limits: Limits, now: () => Date): Promise<BreakerMoved> {
  return moved(budget, now, (breaker, at) => afterWrite(breaker, tried, limits, at));
}

async function moved(
  budget: BudgetTable,
  now: () => Date,
  move: (breaker: Breaker, now: Date) => Breaker,
): Promise<BreakerMoved> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const at = now();
    const { breaker: before, etag } = await rowIn(budget, at);
    // It stops everything as it is.
    if (before === null) return { before: CLOSED, after: CLOSED };
    const next = move(before, at);
    if (next === before || (await replaced(budget, etag, next))) return { before, after: next };
  }
  throw new Error('Too many others changed the breaker, a row of the table budget, at the same time.');
}

/** False when another changed it meanwhile. */
async function replaced(budget: BudgetTable, etag: string | null, breaker: Breaker, abortSignal?: AbortSignal) {
  const { failures, stoppedUntil, probe } = breaker;
  const row = {
    ...KEY,
    failures: JSON.stringify(failures),
    ...(stoppedUntil !== null && { stoppedUntil }),
    ...(probe !== null && { probe: probe.id, probeUntil: probe.until }),
  };
  return (await putAt(budget, row, etag, abortSignal)) !== null;
}

async function rowIn(budget: BudgetTable, now: Date, abortSignal?: AbortSignal): Promise<Row> {
  const options = abortSignal === undefined ? {} : { abortSignal };
  const entity = await budget.getEntity(KEY.partitionKey, KEY.rowKey, options).catch(nullIfMissing);
  if (entity === null) return { etag: null, breaker: CLOSED };
  const { data } = BreakerRow.safeParse(entity);
  const breaker = data === undefined ? null : breakerOf(data);
  return { etag: entity.etag, breaker: breaker !== null && isBelieved(breaker, now) ? breaker : null };
}

function breakerOf({ failures, stoppedUntil, probe, probeUntil }: z.infer<typeof BreakerRow>): Breaker | null {
  if ((probe === undefined) !== (probeUntil === undefined)) return null;
  return {
    failures,
    stoppedUntil: stoppedUntil ?? null,
    probe: probe === undefined || probeUntil === undefined ? null : { id: probe, until: probeUntil },
  };
}

/** Whether all of it can have been written by now. */
function isBelieved({ failures, stoppedUntil, probe }: Breaker, now: Date): boolean {
  return (
    failures.every(({ at }) => isPast(at, now)) &&
    (stoppedUntil === null || isPast(after(stoppedUntil, -LONGEST_STOP), now)) &&
    (probe === null || isPast(after(probe.until, -PROBE_LASTS), now))
  );
}
