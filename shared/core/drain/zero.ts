import { DEALLOCATIONS, type Deallocation, POOL_SETTINGS, type Scale } from '../model/pool-settings.ts';
import { sameSetting } from '../model/same-setting.ts';
import { MINUTE } from '../model/time.ts';

/** Batch takes no shorter time-out of a resize, nor evaluates a formula more often. */
export const SHORTEST_RESIZE = 5 * MINUTE;
const LONGEST_RESIZE = 30 * MINUTE;

/**
 * The size that empties a pool of the owner's size `saved`. A pool with a formula keeps one, as switching it off takes no
 * ETag and looks like the owner's doing.
 * @param left milliseconds until the drain must be over
 */
export function zeroOf(saved: Scale, deallocation: Deallocation, left: number): Scale {
  if (saved.kind === 'autoscale') return { kind: 'autoscale', formula: zeroFormula(deallocation), interval: 'PT5M' };
  const minutes = Math.floor(Math.min(Math.max(left, SHORTEST_RESIZE), LONGEST_RESIZE) / MINUTE);
  return { kind: 'fixed', dedicated: 0, lowPriority: 0, resizeTimeout: `PT${minutes}M`, deallocation };
}

/** https://learn.microsoft.com/azure/batch/batch-automatic-scaling#read-write-service-defined-variables */
function zeroFormula(deallocation: Deallocation): string {
  const option = deallocation.toLowerCase();
  return `$TargetDedicatedNodes = 0;\n$TargetLowPriorityNodes = 0;\n$NodeDeallocationOption = ${option};`;
}

/** Whether `scale` is what empties a pool of the owner's size `saved`: told by the size itself, as others may have touched it. */
export function isZeroOf(saved: Scale, scale: Scale): boolean {
  return saved.kind === 'autoscale' ? isZeroFormula(scale) : isFixedZero(scale);
}

/** Whether its formula is one of ours. */
export function isZeroFormula(scale: Scale): boolean {
  return scale.kind === 'autoscale' && DEALLOCATIONS.some((option) => scale.formula === zeroFormula(option));
}

export function isFixedZero(scale: Scale): boolean {
  return scale.kind === 'fixed' && scale.dedicated + scale.lowPriority === 0;
}

export function sameScale(a: Scale, b: Scale): boolean {
  return sameSetting(POOL_SETTINGS.scale, a, b);
}
