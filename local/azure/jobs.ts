import { sizeOf } from './pool-state.ts';
import type { NodeKind, Size, StoredPool } from './stored.ts';
import { endsOf, NODE_KINDS } from './tasks.ts';
import type { Ticks } from './ticks.ts';
import { ticksAt } from './ticks.ts';

/** What the pools are for: tasks on their nodes, and the nodes that formulas want for them. ARM shows none of it. */
export class Jobs {
  readonly #pool: (id: string) => StoredPool;
  readonly #time: { tick(): Ticks };

  constructor(pool: (id: string) => StoredPool, time: { tick(): Ticks }) {
    this.#pool = pool;
    this.#time = time;
  }

  /**
   * Gives tasks to nodes that have none, each until then. A pool that loses nodes starts none.
   * @returns how many started
   */
  run(id: string, count: number, until: Date, on: NodeKind = 'dedicated'): number {
    const pool = this.#pool(id);
    const { resizing } = pool;
    if (resizing !== null && NODE_KINDS.some((kind) => resizing.target[kind] < resizing.had[kind])) return 0;
    const free = sizeOf(pool)[on] - endsOf(pool, on, this.#time.tick()).length;
    const started = Math.max(0, Math.min(count, free));
    const task = { on, until: ticksAt(until) };
    pool.tasks = [...pool.tasks, ...Array.from({ length: started }, () => task)];
    return started;
  }

  /** How many tasks run on the pool now. */
  running(id: string): number {
    const pool = this.#pool(id);
    const now = this.#time.tick();
    return NODE_KINDS.reduce((sum, kind) => sum + endsOf(pool, kind, now).length, 0);
  }

  /** The size that a formula of more than constants comes to from its next evaluation on; null: it changes nothing. */
  want(id: string, size: Size | null): void {
    this.#pool(id).demand = size;
  }
}
