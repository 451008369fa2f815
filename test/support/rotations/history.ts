import { type Json, text, without } from '../../../local/azure/json.ts';
import { account, accountId, fixed, LINUX, PRODUCTION, pool } from '../../../local/estate/parts.ts';
import { DAY } from '../../../shared/core/model/time.ts';
import { parsePolicy } from '../../../shared/core/policy/parse-policy.ts';
import { secretNameOf } from '../../../shared/core/rotation/secret-name.ts';
import { rules } from '../../../shared/rules/index.ts';
import { Course, type Cut, type Passing } from '../drains/course.ts';
import { inProcessAzure } from '../drains/in-process-azure.ts';
import { leaksIn } from '../leaks.ts';

const START = new Date('2026-11-22T12:00:00Z');
const ACCOUNT = account(accountId(PRODUCTION, 'laws', 'acct1'), 'westeurope', {});
export const VAULT = 'team';
export const USERS = ['svc', 'artist'] as const;
export type User = (typeof USERS)[number];

const ENFORCED = `mode: off
namedUsers: { vault: 'https://${VAULT}.vault.azure.net', mintMissing: true, maxAge: P30D, grace: P2D }
drains: { max: 1, begin: any }
rules: { pool-named-user-secret: enforce }
`;
const CLOSING = ENFORCED.replace('enforce }', 'enforce, pool-remote-access: enforce }');
const POLICIES = {
  enforced: parsePolicy(ENFORCED, rules),
  audited: parsePolicy(ENFORCED.replace('secret: enforce', 'secret: audit'), rules),
  undrained: parsePolicy(ENFORCED.replace('max: 1', 'max: 0'), rules),
  closing: parsePolicy(CLOSING, rules),
  announced: parsePolicy(CLOSING.replace('begin: any', 'begin: any, notice: P1D'), rules),
  frozen: parsePolicy(`freeze: true\n${ENFORCED}`, rules),
  invalid: { invalid: 'line 1' },
} as const;

export type Act =
  | Passing
  /** A person adds a version, as people do: without tags. */
  | { readonly kind: 'person'; readonly user: User }
  | { readonly kind: 'disable' | 'enable'; readonly user: User }
  | { readonly kind: 'ask'; readonly user: User }
  | { readonly kind: 'scale'; readonly nodes: number }
  /** The owner writes the metadata that the pool had once: markers go, or come back. */
  | { readonly kind: 'markers'; readonly which: 'none' | 'old' | 'swapped' }
  /** A person adds a version with the tags of the one before, as scripts do. */
  | { readonly kind: 'copied'; readonly user: User }
  /** Somebody disables what is prepared, or deletes it all. */
  | { readonly kind: 'spoiled' | 'deleted'; readonly user: User }
  /** The pool is made again, with the metadata that it had. */
  | { readonly kind: 'again' }
  | { readonly kind: 'policy'; readonly policy: keyof typeof POLICIES }
  /** Of the n-th call of a kind to the vault from now. */
  | {
      readonly kind: 'fault';
      readonly method: 'GET' | 'PUT' | 'PATCH';
      readonly nth: number;
      readonly when: Cut['when'];
    }
  | { readonly kind: 'closed'; readonly closed: boolean };

const FORBIDDEN = { status: 403, body: { error: { code: 'Forbidden', message: 'not now' } } };

function poolOf(nodes: number, creationTime: string, metadata: unknown, properties: Json = {}): Json {
  return pool(String(ACCOUNT['id']), 'frames', creationTime, {
    properties: {
      ...fixed(nodes),
      deploymentConfiguration: LINUX,
      metadata,
      userAccounts: USERS.map((name, uid) => ({
        name,
        elevationLevel: name === 'svc' ? 'Admin' : 'NonAdmin',
        linuxUserConfiguration: { uid: 1000 + uid, gid: 1000 },
      })),
      ...properties,
    },
  });
}

/** A course of looks at an account with one pool that has two named users. */
export class RotationHistory extends Course {
  readonly poolId: string;
  /** The metadata that the pool had. */
  readonly #before: unknown[] = [];
  /** Users whose secret a person touched since the pool was last given it. */
  readonly touched = new Set<User>();
  /** Users whose pending versions somebody took away while the pool may have had one. */
  readonly #spoiled = new Set<User>();
  /** Ids of versions that a person disabled. */
  readonly #disabled = new Set<string>();
  /** The owner gave the pool nodes in the middle of a rotation: what they have is named by the next look. */
  #isEarly = false;
  /** How often nodes were seen with a value that only a critical finding names. */
  ahead = 0;
  #persons = 0;

  /** @param properties of the pool, beside what it has anyway */
  constructor(nodes: number, properties: Json = {}) {
    const body = poolOf(nodes, '2026-01-10T09:30:12.4412398Z', [{ name: 'owner', value: 'render' }], properties);
    super(
      inProcessAzure({ accounts: [ACCOUNT], pools: [body], vaults: [VAULT] }, START),
      String(ACCOUNT['id']),
      POLICIES.enforced,
    );
    this.poolId = String(body['id']);
  }

  nameOf(user: User): string {
    return secretNameOf(this.poolId, user);
  }

  /** The value that a reader of the secret gets; null where there is none that is enabled. */
  read(user: User): string | null {
    const current = this.azure.keyVaults.versions(VAULT, this.nameOf(user)).at(-1);
    return current?.enabled ? current.value : null;
  }

  given(user: User): string | null {
    return this.azure.world.givenUsers(this.poolId).get(user)?.password ?? null;
  }

  get nodes(): number {
    return Number(this.properties(this.poolId)['currentDedicatedNodes']);
  }

  /** A person sets a version of main. @param copies the tags of the version before */
  add(user: User, copies = false): string {
    const { keyVaults } = this.azure;
    const name = this.nameOf(user);
    const has = keyVaults.versions(VAULT, name);
    // The first of all says whose it is.
    const copied = copies ? (has.at(-1)?.tags ?? {}) : {};
    const tags = has.length > 0 ? copied : { account: this.accountId, pool: 'frames', user };
    const value = `Person's own ${this.#persons++}: <&"\\> ${'x'.repeat(20)}`;
    // A person is slower than a second.
    this.azure.clock.advance(1000);
    keyVaults.asPerson().set(VAULT, name, value, { tags });
    this.azure.clock.advance(1000);
    this.touched.add(user);
    return value;
  }

  async do(act: Act): Promise<void> {
    const { azure, poolId } = this;
    const { owner, keyVaults } = azure;
    const metadata = this.properties(poolId)['metadata'];
    if (JSON.stringify(this.#before.at(-1)) !== JSON.stringify(metadata)) this.#before.push(metadata);
    switch (act.kind) {
      case 'look':
      case 'two':
      case 'wait':
        return this.pass(act);
      case 'person':
        this.add(act.user);
        return;
      case 'disable':
      case 'enable': {
        const current = keyVaults.versions(VAULT, this.nameOf(act.user)).at(-1);
        if (current === undefined) return;
        keyVaults
          .asPerson()
          .update(VAULT, this.nameOf(act.user), current.id, { attributes: { enabled: act.kind === 'enable' } });
        this.#disabled.add(current.id);
        this.touched.add(act.user);
        return;
      }
      case 'ask':
        this.kept.ask({ poolId, user: act.user, at: azure.clock.now() });
        return;
      case 'scale':
        this.act(() => owner.patch(poolId, { properties: { scaleSettings: fixed(act.nodes)['scaleSettings'] } }));
        this.#isEarly = true;
        return;
      case 'markers':
        this.act(() => owner.patch(poolId, { properties: { metadata: this.#forged(act.which) } }));
        for (const user of USERS) this.touched.add(user);
        return;
      case 'copied':
        this.add(act.user, true);
        return;
      case 'spoiled':
        for (const { id } of keyVaults.versions(VAULT, `${this.nameOf(act.user)}-pending`))
          keyVaults.asPerson().disable(VAULT, `${this.nameOf(act.user)}-pending`, id);
        this.touched.add(act.user);
        this.#spoiled.add(act.user);
        return;
      case 'deleted':
        if (keyVaults.versions(VAULT, `${this.nameOf(act.user)}-pending`).length > 0)
          keyVaults.asPerson().delete(VAULT, `${this.nameOf(act.user)}-pending`);
        this.touched.add(act.user);
        this.#spoiled.add(act.user);
        return;
      case 'again': {
        const made = poolOf(2, azure.clock.now().toISOString(), metadata ?? []);
        owner.delete(poolId);
        owner.put({ ...made, id: poolId });
        for (const user of USERS) this.touched.add(user);
        return;
      }
      case 'policy':
        this.policy = POLICIES[act.policy];
        return;
      case 'fault':
        keyVaults.faults.add({
          method: act.method,
          nth: act.nth,
          do: act.method === 'GET' ? FORBIDDEN : { drop: act.when },
        });
        return;
      case 'closed':
        keyVaults.setClosed(VAULT, act.closed);
    }
  }

  #forged(which: 'none' | 'old' | 'swapped'): readonly Json[] {
    const now = (this.properties(this.poolId)['metadata'] ?? []) as Json[]; // as the local Azure keeps it
    switch (which) {
      case 'none':
        return now.filter(({ name }) => !text(name).startsWith('warden:user:'));
      case 'old':
        // The drain's own mark has laws of its own.
        return [
          ...now.filter(({ name }) => !text(name).startsWith('warden:user:')),
          ...((this.#before.at(-2) ?? []) as Json[]).filter(({ name }) => text(name).startsWith('warden:user:')), // so, too
        ];
      case 'swapped': {
        const value = (name: string) => now.find((item) => item['name'] === name)?.['value'];
        const other: Readonly<Record<string, string>> = {
          'warden:user:svc': 'warden:user:artist',
          'warden:user:artist': 'warden:user:svc',
        };
        return now.map((item) => ({ ...item, value: value(other[text(item['name'])] ?? '') ?? item['value'] }));
      }
    }
  }

  /** What nobody may be: without any way to the value that the nodes have. */
  lockedOut(): string[] {
    const { keyVaults } = this.azure;
    this.#isEarly &&= USERS.some((user) => this.given(user) !== this.read(user));
    return USERS.flatMap((user) => {
      const given = this.given(user);
      if (given === null || this.nodes === 0 || this.#spoiled.has(user)) return [];
      const name = this.nameOf(user);
      const main = keyVaults.versions(VAULT, name);
      const pending = keyVaults.versions(VAULT, `${name}-pending`);
      if (main.at(-1)?.value === given) return [];
      // A person's version, or what the owner wrote into the pool, comes to it with the next drain.
      if (
        this.touched.has(user) &&
        main.some(({ id, value, enabled }) => value === given && (enabled || this.#disabled.has(id)))
      )
        return [];
      const ahead = pending.findLast(({ value, enabled }) => value === given && enabled);
      const isNamed = this.kept.memory.findings.some(
        ({ status, severity, why }) =>
          status === 'open' && severity === 'critical' && ahead !== undefined && why.includes(ahead.id),
      );
      this.ahead += isNamed ? 1 : 0;
      return isNamed || (this.#isEarly && ahead !== undefined)
        ? []
        : [`${user}: ${ahead === undefined ? 'nowhere' : 'not named'}`];
    });
  }

  /** Users whose password on the pool is not what a reader gets, and of whom no finding says why that stays so. */
  unsettled(): User[] {
    return USERS.filter((user) => {
      const path = `properties.userAccounts[${user}].password`;
      const open = this.kept.memory.findings.find((one) => one.path === path && one.status === 'open');
      if (open === undefined) return this.given(user) !== this.read(user);
      return open.fix?.kind !== 'manual' && open.held?.code !== 'contested' && open.held?.code !== 'resting';
    });
  }

  /** Faults stop, and everybody but the app. */
  async settle(): Promise<void> {
    const { keyVaults } = this.azure;
    keyVaults.faults.clear();
    keyVaults.setClosed(VAULT, false);
    this.policy = POLICIES.enforced;
    for (const user of USERS) await this.do({ kind: 'enable', user });
    for (const user of USERS) this.act(() => keyVaults.asPerson().recover(VAULT, `${this.nameOf(user)}-pending`));
    await this.rest();
    // The nightly sweeps come, and a drain that rested begins.
    for (let nights = 0; nights < 3; nights++) {
      this.azure.clock.advance(DAY);
      await this.rest();
    }
  }

  /** Where a value stands in what the app told, kept or sent. */
  leaks(): string[] {
    const { lines, kept, azure, poolId } = this;
    const texts = [
      lines,
      kept.memory,
      kept.journal,
      kept.rows,
      azure.keyVaults.log,
      azure.world.pool(poolId),
      // Who may list versions sees all of them but their values.
      USERS.flatMap((user) =>
        [this.nameOf(user), `${this.nameOf(user)}-pending`].flatMap((name) =>
          azure.keyVaults.versions(VAULT, name).map((version) => without({ ...version }, ['value'])),
        ),
      ),
    ];
    const given = [...azure.world.givenUsers(poolId).values()].flatMap(({ password }) => password ?? []);
    return leaksIn(
      texts.map((each) => JSON.stringify(each)),
      [...azure.keyVaults.allValues(), ...given],
    );
  }
}
