import type { Scheduler } from 'fast-check';
import { budgetOf } from '../../../shared/azure/state/budget.ts';
import { setAccount } from '../../../shared/core/model/change.ts';
import { accountOf } from '../../../shared/core/model/resource-id.ts';
import { after } from '../../../shared/core/model/time.ts';
import type { LogLine } from '../../../shared/core/plan/log-line.ts';
import { type Write, type WriteOutcome, writeOf } from '../../../shared/core/plan/write.ts';
import type { Budget } from '../../../shared/ports.ts';
import type { WritePorts } from '../../../shared/write-all.ts';
import { finding } from '../cli/findings.ts';
import { NO_DRAINS } from '../no-drains.ts';
import { anAccount, snapshotOf } from '../snapshots.ts';
import type { TableInMemory } from './table-in-memory.ts';

export interface Life {
  /** The number of the call at which it ends, and whether the call had its effect; null: it lives on. */
  readonly ends: { readonly at: number; readonly after: boolean } | null;
  /** Milliseconds that its calls take, in turn. */
  readonly paces: readonly number[];
}

/** What was sent to Azure. */
interface Sent {
  readonly instance: string;
  readonly accountId: string;
  readonly at: Date;
  readonly isBegin: boolean;
}

/** Of one instance, or of several. */
export interface Clock {
  now: Date;
}

/** An instance of the app; others come before each of its calls as it happens. */
export class Instance {
  readonly name: string;
  readonly sent: Sent[] = [];
  readonly lines: LogLine[] = [];
  readonly budget: Budget;
  /** Begins that were sent without a claim. */
  unclaimed = 0;
  #claims = 0;
  hasEnded = false;
  readonly #clock: Clock;
  #calls = 0;
  readonly #life: Life;
  readonly #scheduler: Scheduler;

  constructor(name: string, table: TableInMemory, scheduler: Scheduler, life: Life, clock: Clock) {
    this.name = name;
    this.#life = life;
    this.#clock = clock;
    this.#scheduler = scheduler;
    const client = table.client(
      (call) => this.through(call),
      () => this.#clock.now,
    );
    this.budget = budgetOf(
      client,
      () => this.#clock.now,
      new AbortController().signal,
      () => {},
    );
  }

  /** Takes time, lets others come first, and perhaps ends the instance. */
  readonly through = async <T>(call: () => T): Promise<T> => {
    await this.#scheduler.schedule(Promise.resolve(), this.name);
    const { ends, paces } = this.#life;
    this.#clock.now = after(this.#clock.now, paces[this.#calls % paces.length] ?? 0);
    const isLast = ends?.at === this.#calls;
    this.#calls += 1;
    if (this.hasEnded || (isLast && !ends.after)) this.#end();
    try {
      return call();
    } finally {
      if (isLast) this.#end();
    }
  };

  #end(): never {
    this.hasEnded = true;
    throw new Error(`${this.name} ended`);
  }

  ports(outcomeOf: (write: Write) => WriteOutcome): WritePorts {
    return {
      ...NO_DRAINS,
      ...this.budget,
      claimChange: async (accountId, limits) => {
        const isGranted = await this.budget.claimChange(accountId, limits);
        if (isGranted) this.#claims += 1;
        return isGranted;
      },
      intend: () => this.through(() => 'an intent'),
      conclude: () => this.through(() => {}),
      correlationId: this.name,
      version: '1.2.3',
      signal: new AbortController().signal,
      now: () => this.#clock.now,
      listAccounts: unasked,
      whyListMayLack: unasked,
      observe: unasked,
      readSecrets: unasked,
      whyNotGiven: unasked,
      apply: async (write) => {
        if (this.hasEnded) return { kind: 'failed', message: 'the app ended' };
        const isBegin = !isUnmarking(write);
        if (isBegin && this.#claims === 0) this.unclaimed += 1;
        if (isBegin) this.#claims -= 1;
        this.sent.push({ instance: this.name, accountId: write.change.id, at: this.#clock.now, isBegin });
        return this.through(() => outcomeOf(write)).catch(() => ({ kind: 'failed', message: 'the app ended' }));
      },
      log: (line) => this.lines.push(line),
    };
  }
}

const unasked = () => Promise.reject(new Error('no write asks this'));

export function accountIn(subscription: string, name = 'acct'): string {
  return `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.Batch/batchAccounts/${name}`;
}

/** A change that begins. */
export function beginning(accountId: string, ruleId = 'account-aad-only'): Write {
  const account = anAccount({ id: accountId });
  const change = setAccount(account, { authenticationModes: ['AAD'] });
  const { text = accountId } = accountOf(accountId) ?? {};
  return writeOf(
    snapshotOf({ account }),
    change,
    [finding({ ruleId, resourceId: text, fix: change, held: null })],
    null,
  );
}

/** The mark of no drain is taken away: that ends what was begun. */
export function unmarking(accountId: string): Write {
  const set = { metadata: [] };
  return { change: { kind: 'set-pool', id: `${accountId}/pools/p`, set }, was: {}, findings: [], drain: null };
}

function isUnmarking({ change }: Write): boolean {
  return change.kind === 'set-pool';
}
