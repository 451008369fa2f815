import type { Drain } from '../drain/drain.ts';
import type { Doing } from '../drain/next-step.ts';
import type { Scale } from '../model/pool-settings.ts';
import { type Held, held } from './held.ts';

const NOW: Readonly<Record<Doing, string>> = {
  beginning: 'whether its first write took effect is waited for',
  emptying: 'its nodes go; then this is changed, and its size comes back',
  restoring: 'its size comes back; this is changed in another drain',
};

/** The pool is under a drain: which step, since when, until when, what comes next. */
export function under({ begunAt, deadline, saved }: Drain, doing: Doing): Held {
  const size = sizeInWords(saved);
  const from = begunAt.toISOString();
  const until = deadline.toISOString();
  return held('draining', `the pool is drained since ${from}: ${NOW[doing]} (${size}), at the latest at ${until}`);
}

/** "2 dedicated and 0 low-priority nodes" */
export function sizeInWords(scale: Scale): string {
  if (scale.kind === 'fixed') return `${scale.dedicated} dedicated and ${scale.lowPriority} low-priority nodes`;
  return `automatic scaling, each ${scale.interval ?? 'PT15M'}, by the formula ${scale.formula}`;
}
