import { part, text } from './json.ts';
import { sizeOf, touch } from './pool-state.ts';
import type { Time } from './resize.ts';
import { startResize } from './resize.ts';
import { advanceResize } from './resize-progress.ts';
import { conditionOfScale } from './scale.ts';
import type { By, StoredPool } from './stored.ts';
import type { Ticks } from './ticks.ts';
import { MILLISECOND, millisecondsOf } from './ticks.ts';

/** Brings the pool up to now: resizes go on and end, the formula is evaluated whenever it is due. */
export function settle(pool: StoredPool, time: Time): void {
  const now = time.tick();
  let free = pool.evaluated;
  for (;;) {
    if (pool.resizing !== null) {
      const ended = advanceResize(pool, pool.resizing, now, time);
      if (ended === null) return;
      free = ended;
    }
    const scale = conditionOfScale(pool.body);
    if (scale.kind !== 'autoscale') return;
    const due = pool.evaluated + BigInt(scale.interval) * MILLISECOND;
    const at = due > free ? due : free;
    if (millisecondsOf(at) > millisecondsOf(now)) return;
    if (evaluate(pool, at, time)) continue;
    // Nothing else changes until now: the evaluations between would find the same.
    const missed = Math.floor((millisecondsOf(now) - millisecondsOf(at)) / scale.interval);
    pool.evaluated = at + BigInt(missed * scale.interval) * MILLISECOND;
    return;
  }
}

/** Evaluates the autoscale formula; true when a real resize started. Moves the ETag only then. */
export function evaluate(pool: StoredPool, at: Ticks, time: Time): boolean {
  const scale = conditionOfScale(pool.body);
  pool.evaluated = at;
  if (scale.kind !== 'autoscale') return false;
  const target = scale.target ?? pool.demand;
  if (target === null) return false;
  const { dedicated, lowPriority } = sizeOf(pool);
  if (target.dedicated === dedicated && target.lowPriority === lowPriority) return false;
  if (!time.resizes.evaluationKeepsEtag) touch(pool, at > pool.modified ? at : pool.modified + 1n);
  const by = pool.authors.get(formulaOf(pool)) ?? null;
  const way = { nodeDeallocationOption: scale.deallocation, resizeTimeout: 'PT15M', by, at };
  return startResize(pool, target, way, time);
}

/** He who gives an old formula back only restores it: it stays with who wrote it first. */
export function signFormula(pool: StoredPool, by: By): void {
  const formula = formulaOf(pool);
  if (!pool.authors.has(formula)) pool.authors.set(formula, by);
}

function formulaOf(pool: StoredPool): string {
  return text(part(pool.body, 'properties', 'scaleSettings', 'autoScale')['formula']);
}
