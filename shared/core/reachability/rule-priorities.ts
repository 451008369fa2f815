import type { NatRule } from '../model/nat-pool.ts';

/** A security rule without a final priority: it keeps one, comes next after the rule before it, or after all others. */
export interface DraftRule {
  readonly at: number | 'next' | 'last';
  readonly rule: Omit<NatRule, 'priority'>;
}

/** https://learn.microsoft.com/dotnet/api/azure.resourcemanager.batch.models.batchnetworksecuritygrouprule */
const LOWEST = 150;
/**
 * Documented is 4096, but the service has refused what is above 3500.
 * https://github.com/MicrosoftDocs/azure-docs/issues/42798
 */
const HIGHEST = 3500;
/** Between two rules that are numbered anew. */
const STEP = 10;

/**
 * Priorities for the rules of all of a Batch pool's NAT pools, of which no two may be equal: those that have one keep
 * it; without room all are numbered anew, in their order. Null when two rules of a NAT pool leave their order open.
 */
export function assignPriorities(natPools: readonly (readonly DraftRule[])[]): readonly NatRule[][] | null {
  return fillIn(natPools) ?? renumber(natPools);
}

function fillIn(natPools: readonly (readonly DraftRule[])[]): NatRule[][] | null {
  const taken = new Set<number>();
  for (const { at } of natPools.flat()) {
    if (typeof at !== 'number') continue;
    if (taken.has(at)) return null;
    taken.add(at);
  }
  const filled: NatRule[][] = [];
  for (const drafts of natPools) {
    const rules: NatRule[] = [];
    for (const [i, { at, rule }] of drafts.entries()) {
      const above = rules.at(-1)?.priority ?? 0;
      const priority = typeof at === 'number' ? at : free(taken, above, lowestAfter(drafts, i), at);
      if (priority === null) return null;
      taken.add(priority);
      rules.push({ ...rule, priority });
    }
    filled.push(rules);
  }
  return filled;
}

function lowestAfter(drafts: readonly DraftRule[], i: number): number {
  return Math.min(
    HIGHEST + 1,
    ...drafts.slice(i + 1).flatMap((next) => (typeof next.at === 'number' ? [next.at] : [])),
  );
}

/** A free priority between two others: the lowest, or for a rule that comes last the highest. */
function free(taken: ReadonlySet<number>, above: number, below: number, at: 'next' | 'last'): number | null {
  const lowest = Math.max(LOWEST, above + 1);
  const step = at === 'next' ? 1 : -1;
  let priority = at === 'next' ? lowest : below - 1;
  while (taken.has(priority)) priority += step;
  return priority >= lowest && priority < below ? priority : null;
}

function renumber(natPools: readonly (readonly DraftRule[])[]): NatRule[][] | null {
  if (natPools.some((drafts) => drafts.some(({ at }, i) => typeof at === 'number' && at === drafts[i + 1]?.at)))
    return null;
  let priority = LOWEST - STEP;
  return natPools.map((drafts) =>
    drafts.map(({ rule }) => {
      priority += STEP;
      return { ...rule, priority };
    }),
  );
}
