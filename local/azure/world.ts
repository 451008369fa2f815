import type { AccountId, PoolId } from '../../shared/core/model/resource-id.ts';
import { accountOf, parseAccountId, parsePoolId } from '../../shared/core/model/resource-id.ts';
import { newAccount } from './accounts.ts';
import type { NotFoundCode } from './errors.ts';
import { Refusal } from './exchange.ts';
import { Jobs } from './jobs.ts';
import type { Json } from './json.ts';
import { copied, part, text } from './json.ts';
import { nodesOfPool, type PoolNodes } from './node-fate.ts';
import { touch } from './pool-state.ts';
import { createPool, newPool } from './pools.ts';
import type { Store } from './store.ts';
import type { By } from './stored.ts';
import { keepTasks } from './tasks.ts';
import type { GivenUser } from './user-accounts.ts';

/** The resources as an outsider sees and changes them, past ARM: without a call, a log entry or an event. */
export class World {
  readonly jobs: Jobs;
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
    this.jobs = new Jobs((id) => store.pool(poolId(id)), store);
  }

  /** A copy of the body; null when it is not there. */
  account(id: string): Json | null {
    return present(() => copied(this.#store.account(accountId(id)).body));
  }

  pool(id: string): Json | null {
    return present(() => copied(this.#store.pool(poolId(id)).body));
  }

  /** The users that a pool was last given, with their secrets, by name. */
  givenUsers(id: string): ReadonlyMap<string, GivenUser> {
    return this.#store.pool(poolId(id)).users;
  }

  /** Adds or replaces an account. */
  setAccount(body: Json): void {
    this.#store.putAccount(text(body['id']), newAccount(body, this.#store));
  }

  /** Adds or replaces a pool, as it is: its ETag is made of its own lastModified. */
  setPool(body: Json): void {
    this.#store.putPool(text(body['id']), newPool(body, this.#store));
  }

  /** Adds a pool whose life begins now: it has no node yet, and gets those that it asks for. */
  createPool(body: Json, by: By): void {
    createPool(body, this.#store, by);
  }

  /** What a write through the data plane does: another body, a new ETag. */
  changePool(id: string, change: (body: Json) => Json): void {
    const stored = this.#store.pool(poolId(id));
    const next = newPool(change(copied(stored.body)), this.#store);
    Object.assign(stored, { body: next.body });
    touch(stored, this.#store.tick());
  }

  changeAccount(id: string, change: (body: Json) => Json): void {
    const stored = this.#store.account(accountId(id));
    stored.body = newAccount(change(copied(stored.body)), this.#store).body;
    this.#store.effects.shown(id, stored.body);
    stored.modified = this.#store.tick();
  }

  /** Nodes come and go; that moves no ETag. */
  setNodes(id: string, dedicated: number, lowPriority = 0): void {
    const pool = this.#store.pool(poolId(id));
    const properties = part(pool.body, 'properties');
    properties['currentDedicatedNodes'] = dedicated;
    properties['currentLowPriorityNodes'] = lowPriority;
    pool.tasks = keepTasks(pool.tasks, { dedicated, lowPriority });
  }

  /** How many nodes the pool has, and what becomes of them by what is in effect. */
  nodes(id: string): PoolNodes {
    return nodesOfPool(this.#store, poolId(id));
  }

  deletePool(id: string): void {
    this.#store.removePool(poolId(id));
  }

  /** With its pools; ARM then answers `notFound`. */
  deleteAccount(id: string, notFound: NotFoundCode = 'ResourceNotFound'): void {
    this.#store.removeAccount(accountId(id), notFound);
  }

  /** From now on GET and list show `body` instead, unchecked; undefined ends that. */
  malform(id: string, body: unknown): void {
    const resource = parsePoolId(id) === null ? this.#store.account(accountId(id)) : this.#store.pool(poolId(id));
    resource.malformed = body;
  }

  /** Adds or replaces what another provider has: a role assignment, a subnet. Shown as it is. */
  setResource(body: Json): void {
    this.#store.resources.put(body);
    this.#store.effects.shown(text(body['id']), body);
  }

  deleteResource(id: string): void {
    this.#store.resources.delete(id);
    this.#store.effects.shown(id, null);
  }

  /** Copies of all pools of an account. */
  pools(id: string): Json[] {
    return this.#store.poolsIn(accountId(id)).map(({ body }) => copied(body));
  }
}

function accountId(id: string): AccountId {
  const parsed = parseAccountId(id);
  if (parsed === null) throw new Error(`Not the id of an account: ${id}`);
  return parsed;
}

function poolId(id: string): PoolId {
  const parsed = parsePoolId(id);
  if (parsed === null || accountOf(id) === null) throw new Error(`Not the id of a pool: ${id}`);
  return parsed;
}

function present<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}
