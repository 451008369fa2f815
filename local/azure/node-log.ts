import type { By } from './stored.ts';

/** Nodes that a resize or a deletion took from a pool, or tasks that it ended on them. */
interface NodeLoss {
  readonly at: Date;
  /** Its id. */
  readonly pool: string;
  /** Who asked for it. Of an evaluation: who first wrote the formula. */
  readonly by: By;
  readonly nodes: number;
  readonly tasks: number;
}

/** What pools lost, and by whom: no answer of Azure tells. */
export class NodeLog {
  readonly #losses: NodeLoss[] = [];
  readonly #upToDate: () => void;

  /** @param upToDate adds what pools lost by now: they are brought up to the clock only when somebody looks */
  constructor(upToDate: () => void) {
    this.#upToDate = upToDate;
  }

  get losses(): readonly NodeLoss[] {
    this.#upToDate();
    return this.#losses;
  }

  add(loss: NodeLoss): void {
    if (loss.nodes + loss.tasks > 0) this.#losses.push(loss);
  }

  clear(): void {
    this.#upToDate();
    this.#losses.length = 0;
  }

  /** How many nodes he, or anybody, deallocated. */
  deallocated(by?: By): number {
    return this.#of(by).reduce((sum, { nodes }) => sum + nodes, 0);
  }

  /** How many running tasks he, or anybody, ended. */
  killed(by?: By): number {
    return this.#of(by).reduce((sum, { tasks }) => sum + tasks, 0);
  }

  #of(by?: By): readonly NodeLoss[] {
    return by === undefined ? this.losses : this.losses.filter((loss) => loss.by === by);
  }
}
