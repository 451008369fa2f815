import { Refusal } from '../../../local/azure/exchange.ts';
import type { Json } from '../../../local/azure/json.ts';
import { part } from '../../../local/azure/json.ts';
import { apply } from '../../../shared/azure/apply.ts';
import { whyNotGiven } from '../../../shared/azure/key-vault/give-secrets.ts';
import { readSecrets } from '../../../shared/azure/key-vault/read-secrets.ts';
import { observe } from '../../../shared/azure/observe.ts';
import { after, HOUR, MINUTE } from '../../../shared/core/model/time.ts';
import type { LogLine } from '../../../shared/core/plan/log-line.ts';
import type { InvalidPolicy, Policy } from '../../../shared/core/policy/policy.ts';
import { type LookPorts, reconcile } from '../../../shared/reconcile.ts';
import { NO_LIMITS } from '../no-limits.ts';
import { UNASKED } from '../unasked.ts';
import type { inProcessAzure } from './in-process-azure.ts';
import { Kept } from './kept.ts';

/** A call of the app at which it ends, before or after the call had its effect; or at which something else happens first. */
export interface Cut {
  readonly at: number;
  readonly when: 'before' | 'after';
}

/** What comes to pass by itself, whoever owns the pool. */
export type Passing =
  | { readonly kind: 'look'; readonly cut: Cut | null }
  /** Another instance looks at the call of the first. */
  | { readonly kind: 'two'; readonly cut: Cut; readonly other: Cut | null }
  | { readonly kind: 'wait'; readonly minutes: number };

class Crash extends Error {}

/** The app at one account of the local Azure, on one clock: real looks, writes and answers; what it keeps is on plain objects. */
export class Course {
  readonly azure;
  readonly kept: Kept;
  readonly lines: LogLine[] = [];
  readonly accountId: string;
  policy: Policy | InvalidPolicy;
  /** That looks have made. */
  calls = 0;
  #looks = 0;

  constructor(azure: ReturnType<typeof inProcessAzure>, accountId: string, policy: Policy) {
    this.azure = azure;
    this.kept = new Kept(() => this.azure.clock.now());
    this.accountId = accountId;
    this.policy = policy;
  }

  /** One look. @param meanwhile what happens at the call `cut.at`, in place of the end of the app */
  async look(cut: Cut | null = null, meanwhile: (() => Promise<void>) | null = null): Promise<void> {
    let calls = 0;
    const strike = async () => {
      if (meanwhile === null) throw new Crash('the app ended');
      await meanwhile();
    };
    const through = async <T>(call: () => Promise<T>): Promise<T> => {
      const isStruck = cut !== null && calls === cut.at;
      calls += 1;
      this.calls += 1;
      if (isStruck && cut.when === 'before') await strike();
      const answer = await call();
      if (isStruck && cut.when === 'after') await strike();
      return answer;
    };
    const ports = this.#ports(through);
    try {
      await reconcile(ports, { accountId: this.accountId, since: after(this.azure.clock.now(), MINUTE) });
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    }
  }

  async pass(passing: Passing): Promise<void> {
    switch (passing.kind) {
      case 'look':
        return this.look(passing.cut);
      case 'two':
        return this.look(passing.cut, () => this.look(passing.other));
      case 'wait':
        this.azure.clock.advance(passing.minutes * MINUTE);
    }
  }

  #ports(through: <T>(call: () => Promise<T>) => Promise<T>): LookPorts {
    const { azure, kept } = this;
    const now = () => azure.clock.now();
    const { signal } = new AbortController();
    return {
      ...UNASKED,
      ...NO_LIMITS,
      correlationId: `look ${this.#looks++}`,
      version: '1.2.3',
      signal,
      now,
      policy: () => through(async () => ({ ...this.policy, hash: 'h' })),
      lease: async () => ({ [Symbol.asyncDispose]: async () => {} }),
      lookedFrom: () => kept.lookedFrom(),
      receivedSince: () => through(() => kept.receivedSince()),
      load: () => through(() => kept.load()),
      save: (...args) => through(() => kept.save(...args)),
      told: async () => {},
      record: (...args) => through(() => kept.record(...args)),
      claimSlot: (...args) => through(() => kept.claimSlot(...args)),
      beginDrain: (...args) => through(() => kept.beginDrain(...args)),
      endDrain: (...args) => through(() => kept.endDrain(...args)),
      freeSlot: (...args) => through(() => kept.freeSlot(...args)),
      intend: (...args) => through(() => kept.intend(...args)),
      conclude: (...args) => through(() => kept.conclude(...args)),
      observe: (id, needed) => through(() => observe(azure.arm, id, now, needed)),
      readSecrets: (wanted) => through(() => readSecrets(azure.vaults, wanted, signal, signal)),
      indexSecrets: async (_, __, memory) => memory,
      whyNotGiven: (...args) => through(() => whyNotGiven(azure.vaults, ...args, now, signal)),
      apply: (write, snapshot) => through(() => apply(azure, write, snapshot, now, signal)),
      enqueueAgain: async () => {},
      log: (line) => this.lines.push(line),
      tell: async () => true,
    };
  }

  /** Looks go on as the app asks for them, and nothing disturbs them. @returns looks until nothing is to come `within` so many milliseconds */
  async rest(within = 30 * HOUR): Promise<number> {
    const { azure } = this;
    for (let looks = 1; looks <= 300; looks++) {
      await this.look();
      const { wakeAt } = this.kept.memory;
      const now = azure.clock.now().getTime();
      if (wakeAt === null || wakeAt.getTime() > now + within) return looks;
      azure.clock.advance(Math.max(wakeAt.getTime() - now, 1000));
    }
    throw new Error('no rest after 300 looks');
  }

  /** Somebody else writes; what Azure refuses is not done. @returns whether it was */
  act(write: () => void): boolean {
    try {
      write();
      return true;
    } catch (error) {
      if (error instanceof Refusal) return false;
      throw error;
    }
  }

  properties(poolId: string): Json {
    return part(this.azure.world.pool(poolId) ?? {}, 'properties');
  }
}
