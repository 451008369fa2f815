import type { AccountId, PoolId } from '../../shared/core/model/resource-id.ts';
import { accountOf, idKey, parseAccountId, parsePoolId } from '../../shared/core/model/resource-id.ts';
import { settle } from './autoscale.ts';
import type { Clock } from './clock.ts';
import { Effects } from './effects.ts';
import type { NotFoundCode } from './errors.ts';
import { accountNotFound, poolNotFound } from './errors.ts';
import { text } from './json.ts';
import type { NamedSubscription } from './named-subscription.ts';
import { NodeLog } from './node-log.ts';
import type { Refusals } from './refusals.ts';
import type { Resizes } from './resize.ts';
import { USUAL_RESIZES } from './resize.ts';
import { Resources } from './resources.ts';
import type { StoredAccount, StoredPool } from './stored.ts';
import type { Ticks } from './ticks.ts';
import { millisecondsOf, ticksAt } from './ticks.ts';
import type { Retired } from './versions.ts';

/** All accounts and pools there are. Pools are brought up to the clock whenever they are read. */
export class Store {
  readonly resizes: Resizes;
  readonly nodeLog = new NodeLog(() => this.#settleAll());
  /** Of other providers. */
  readonly resources: Resources;
  readonly retired: Retired;
  readonly refusals: Refusals = {
    publicAddresses: false,
    autoStorageWithoutRole: false,
    zeroFormula: false,
    growth: null,
  };
  readonly effects: Effects;
  readonly #accounts = new Map<string, StoredAccount>();
  readonly #pools = new Map<string, StoredPool>();
  readonly #gone = new Map<string, NotFoundCode>();
  readonly #groups = new Set<string>();
  readonly #subscriptions = new Set<string>();
  readonly #named: readonly NamedSubscription[];
  readonly #clock: Clock;
  #last: Ticks = 0n;

  constructor(
    clock: Clock,
    resizes: Partial<Resizes> = {},
    resources: Resources = new Resources(),
    retired: Partial<Retired> = {},
    named: readonly NamedSubscription[] = [],
  ) {
    this.#named = named;
    for (const { id } of named) this.#subscriptions.add(idKey(id));
    this.#clock = clock;
    this.effects = new Effects(clock);
    this.resizes = { ...USUAL_RESIZES, ...resizes };
    this.resources = resources;
    this.retired = { versions: [], classicMode: false, ...retired };
  }

  /** The time now; no two calls get the same. */
  tick(): Ticks {
    const now = ticksAt(this.#clock.now());
    this.#last = now > this.#last ? now : this.#last + 1n;
    return this.#last;
  }

  /** Those that are named, and those that have accounts, in the order of their ids. */
  subscriptions(): NamedSubscription[] {
    const unnamed = [...this.#subscriptions].filter((id) => !this.#named.some((each) => idKey(each.id) === id));
    return [...this.#named, ...unnamed.map((id) => ({ id, name: id }))].toSorted((one, other) =>
      idKey(one.id) < idKey(other.id) ? -1 : 1,
    );
  }

  knowsSubscription(subscription: string): boolean {
    return this.#subscriptions.has(idKey(subscription));
  }

  /** Throws what ARM answers when it is not there. */
  account(id: AccountId): StoredAccount {
    const account = this.#accounts.get(idKey(id.text));
    if (account !== undefined) return account;
    const known = this.#groups.has(idKey(groupOf(id))) ? 'ResourceNotFound' : 'ResourceGroupNotFound';
    throw accountNotFound(this.#gone.get(idKey(id.text)) ?? known, id.resourceGroup, id.account);
  }

  /** Throws what ARM answers when it, or its account, is not there. */
  pool(id: PoolId): StoredPool {
    const account = accountOf(id.text);
    if (account !== null) this.account(account);
    const pool = this.#pools.get(idKey(id.text));
    if (pool === undefined || !this.#settle(pool)) throw poolNotFound();
    return pool;
  }

  /** In the order of their ids. */
  accountsIn(subscription: string): StoredAccount[] {
    return below(this.#accounts, `/subscriptions/${idKey(subscription)}/`);
  }

  poolsIn(id: AccountId): StoredPool[] {
    this.account(id);
    return below(this.#pools, `${idKey(id.text)}/pools/`).filter((pool) => this.#settle(pool));
  }

  putAccount(id: string, account: StoredAccount): void {
    const parsed = parseAccountId(id);
    if (parsed === null) throw new Error(`Not the id of an account: ${id}`);
    this.#subscriptions.add(idKey(parsed.subscription));
    this.#groups.add(idKey(groupOf(parsed)));
    this.#gone.delete(idKey(id));
    this.#accounts.set(idKey(id), account);
    this.effects.shown(id, account.body);
  }

  putPool(id: string, pool: StoredPool): void {
    const account = accountOf(id);
    if (parsePoolId(id) === null || account === null) throw new Error(`Not the id of a pool: ${id}`);
    this.account(account);
    this.#pools.set(idKey(id), pool);
  }

  /** With its pools. */
  removeAccount(id: AccountId, notFound: NotFoundCode): void {
    for (const { body } of this.poolsIn(id)) this.#pools.delete(idKey(text(body['id'])));
    this.#accounts.delete(idKey(id.text));
    this.effects.shown(id.text, null);
    this.#gone.set(idKey(id.text), notFound);
  }

  removePool(id: PoolId): void {
    this.pool(id);
    this.#pools.delete(idKey(id.text));
  }

  #settleAll(): void {
    for (const pool of this.#pools.values()) this.#settle(pool);
  }

  /** Brings the pool up to now; false when it is gone. */
  #settle(pool: StoredPool): boolean {
    if (pool.goneAt === null) settle(pool, this);
    else if (millisecondsOf(pool.goneAt) <= millisecondsOf(this.tick())) {
      this.#pools.delete(idKey(text(pool.body['id'])));
      return false;
    }
    return true;
  }
}

function groupOf(id: AccountId): string {
  return `/subscriptions/${id.subscription}/resourceGroups/${id.resourceGroup}`;
}

function below<T>(resources: ReadonlyMap<string, T>, prefix: string): T[] {
  const keys = [...resources.keys()].filter((key) => key.startsWith(prefix)).sort();
  return keys.flatMap((key) => resources.get(key) ?? []);
}
