import { z } from 'zod';
import type { Drain, DrainWrite } from '../../../shared/core/drain/drain.ts';
import type { Pool } from '../../../shared/core/model/pool.ts';
import type { Scale } from '../../../shared/core/model/pool-settings.ts';
import { after, HOUR, MINUTE } from '../../../shared/core/model/time.ts';
import type { DrainPolicy } from '../../../shared/core/policy/drain-policy.ts';
import { defineRule, type Outcome, type Rule } from '../../../shared/core/policy/rule.ts';
import { aPool, POOL_ID } from '../snapshots.ts';

export const BEGUN_AT = new Date('2026-11-22T11:00:00Z');
const { creationTime } = aPool();

/** A drain of `aPool()` that took four nodes away an hour ago. */
export function aDrain(overrides: Partial<Drain> = {}): Drain {
  if (creationTime === null) throw new Error('a pool without its time');
  return {
    id: 'd1',
    poolId: POOL_ID,
    creationTime,
    saved: { kind: 'fixed', dedicated: 4, lowPriority: 0, resizeTimeout: 'PT15M' },
    had: { dedicated: 4, lowPriority: 0 },
    secrets: [],
    begunAt: BEGUN_AT,
    deadline: after(BEGUN_AT, 6 * HOUR),
    deallocation: 'TaskCompletion',
    ended: null,
    writes: [wrote('empty')],
    ...overrides,
  };
}

export function wrote(step: DrainWrite['step'], outcome: DrainWrite['outcome'] = 'applied', at = BEGUN_AT): DrainWrite {
  return { step, outcome, at };
}

/** The pool as such a drain leaves it, unless said otherwise. */
export function drainedPool(overrides: Parameters<typeof aPool>[0] & { readonly mark?: string | null } = {}): Pool {
  const { mark = 'd1', ...rest } = overrides;
  const metadata = [
    { name: 'owner', value: 'render', unmodelled: {} },
    ...(mark === null ? [] : [{ name: 'warden:drain', value: mark, unmodelled: {} }]),
  ];
  return aPool({ scale: fixed(0), metadata, ...rest });
}

export function fixed(dedicated: number, lowPriority = 0): Scale {
  return { kind: 'fixed', dedicated, lowPriority };
}

export function nodes(dedicated: number, allocationState = 'Steady', lowPriority = 0): Pool['nodes'] {
  return { dedicated, lowPriority, allocationState };
}

/** Drains of any pool, one at a time, at once. */
export const ANY_DRAINS: DrainPolicy = {
  max: 1,
  begin: 'any',
  watch: 15 * MINUTE,
  notice: 0,
  deadline: 6 * HOUR,
  deallocation: 'TaskCompletion',
  windows: [],
};

/** A rule of pools that needs nothing but what it checks. */
export function poolRule(id: string, check: (pool: Pool) => readonly Outcome[]): Rule {
  const facts = {
    title: 'A rule',
    advice: 'mend it',
    severity: 'high',
    sources: [],
    permissions: [],
    reads: [],
    sets: [],
    breaks: null,
  } as const;
  return defineRule({ ...facts, id, scope: 'pool', options: z.strictObject({}), check });
}
