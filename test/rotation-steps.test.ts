import { describe, expect, test } from 'vitest';
import type { Json } from '../local/azure/json.ts';
import { natPool, network, rule } from '../local/estate/parts.ts';
import { DAY, HOUR, MINUTE } from '../shared/core/model/time.ts';
import type { Cut } from './support/drains/course.ts';
import { RotationHistory, USERS, VAULT } from './support/rotations/history.ts';

/** More calls of the app than a rotation from due to at rest makes. */
const MOST_CALLS = 130;
/** In the gate a part of the calls, and others for each law. */
const EACH = process.env['THOROUGH'] ? 1 : 16;

/** A pool that was given its first secrets, long enough ago for the next ones to be due. */
async function due(properties: Json = {}): Promise<RotationHistory> {
  const history = new RotationHistory(2, properties);
  await history.rest();
  history.azure.clock.advance(25 * DAY);
  return history;
}

/** What must be so whenever nothing is left to do. */
function expectAtRest(history: RotationHistory): void {
  for (const user of USERS) {
    expect(history.given(user)).toBe(history.read(user));
    const pending = history.azure.keyVaults.versions(VAULT, `${history.nameOf(user)}-pending`);
    expect(pending.filter(({ enabled }) => enabled)).toEqual([]);
  }
  expect(history.kept.memory.findings.filter(({ status }) => status === 'open')).toEqual([]);
  expect(history.nodes).toBe(2);
  expect(history.lockedOut()).toEqual([]);
  expect(history.leaks()).toEqual([]);
}

const OPEN = network({
  endpointConfiguration: { inboundNatPools: [natPool('rdp', 3389, 15_000, [rule(200, 'Allow', 'Internet')])] },
});
const changes = ({ kept }: RotationHistory) =>
  kept.journal.flatMap(({ intent }) => (intent.drain?.step === 'change' ? [Object.keys(intent.after)] : []));
const hoursSince = ({ azure }: RotationHistory, from: Date) => (azure.clock.now().getTime() - from.getTime()) / HOUR;
/** Those that emptied the pool. */
const drains = ({ kept }: RotationHistory) =>
  kept.rows.filter(({ id }) => kept.ends.get(id)?.how !== 'not-begun').length;
const pendings = (history: RotationHistory, user: (typeof USERS)[number]) =>
  history.azure.keyVaults.versions(VAULT, `${history.nameOf(user)}-pending`).length;
const versions = (history: RotationHistory, user: (typeof USERS)[number]) =>
  history.azure.keyVaults.versions(VAULT, history.nameOf(user));

describe('a rotation', () => {
  test('two in a row, no step by hand: one drain each, and each user has a value of its own each time', async () => {
    const history = new RotationHistory(2);
    const values = new Set<string>();
    for (let rotations = 1; rotations <= 3; rotations++) {
      await history.rest();
      expectAtRest(history);
      expect(drains(history)).toBe(rotations);
      for (const user of USERS) values.add(history.read(user) ?? '');
      expect(values.size).toBe(rotations * USERS.length);
      history.azure.clock.advance(25 * DAY);
    }
    for (const user of USERS) {
      const all = versions(history, user);
      expect(all).toHaveLength(3);
      // The one that is superseded for longer than `grace`.
      expect(all.map(({ enabled }) => enabled)).toEqual([false, true, true]);
      expect(all.every(({ exp }) => exp !== undefined)).toBe(true);
    }
  });

  test('of a pool without nodes takes no drain', async () => {
    const history = new RotationHistory(0);
    await history.rest();
    for (const user of USERS) expect(history.given(user)).toBe(history.read(user));
    expect(drains(history)).toBe(0);
  });

  test('a person asks for one: it comes once', async () => {
    const history = new RotationHistory(2);
    await history.rest();
    history.azure.clock.advance(2 * DAY);
    history.kept.ask({ poolId: history.poolId, user: 'svc', at: history.azure.clock.now() });
    history.azure.clock.advance(MINUTE);
    await history.rest();
    history.azure.clock.advance(DAY);
    await history.rest();
    expectAtRest(history);
    expect(drains(history)).toBe(2);
    expect([versions(history, 'svc').length, versions(history, 'artist').length]).toEqual([2, 1]);
  });

  test.each([
    ['in audit mode', (history: RotationHistory) => history.do({ kind: 'policy', policy: 'audited' })],
    ['where the policy is frozen', (history: RotationHistory) => history.do({ kind: 'policy', policy: 'frozen' })],
    ['where no drain may begin', (history: RotationHistory) => history.do({ kind: 'policy', policy: 'undrained' })],
  ])('begins nothing %s', async (_, prepare) => {
    const history = new RotationHistory(2);
    await prepare(history);
    await history.rest();
    expect(history.azure.keyVaults.allValues()).toEqual([]);
    expect(history.azure.sent).toEqual([]);
    const open = history.kept.memory.findings.filter(({ status }) => status === 'open');
    expect(open.map(({ held }) => held === null)).toEqual([false, false]);
  });

  test('of a pool that loses its markers: it is given the same value once more, and then nobody is until a release', async () => {
    const history = new RotationHistory(2);
    await history.rest();
    const value = history.read('svc');
    for (const [time, count] of [1, 2, 2].entries()) {
      history.azure.clock.advance(2 * DAY);
      await history.rest();
      expect([time, drains(history)]).toEqual([time, count]);
      await history.do({ kind: 'markers', which: 'none' });
    }
    expect(history.given('svc')).toBe(value);
    const held = () =>
      history.kept.memory.findings.flatMap(({ status, held: reason }) => (status === 'open' ? reason?.code : []));
    await history.rest();
    expect(held()).toEqual(['contested', 'contested']);
    history.kept.release({
      ruleId: 'pool-named-user-secret',
      resourceId: history.poolId,
      at: history.azure.clock.now(),
    });
    history.azure.clock.advance(DAY);
    await history.rest();
    expectAtRest(history);
  });

  test('keeps uid, gid, elevation and what others wrote into the metadata', async () => {
    const history = new RotationHistory(2);
    await history.rest();
    const { userAccounts, metadata } = history.properties(history.poolId);
    expect(userAccounts).toEqual([
      { name: 'svc', elevationLevel: 'Admin', linuxUserConfiguration: { uid: 1000, gid: 1000 } },
      { name: 'artist', elevationLevel: 'NonAdmin', linuxUserConfiguration: { uid: 1001, gid: 1000 } },
    ]);
    expect(metadata).toEqual([
      { name: 'owner', value: 'render' },
      ...USERS.map((user) => ({
        name: `warden:user:${user}`,
        value: expect.stringMatching(/^[0-9a-f]{32}@2026-01-10T/),
      })),
    ]);
  });
});

describe('a pool keeps its nodes where it is known that it cannot be given what it is emptied for', () => {
  const rights = (...actions: string[]) =>
    actions.map((action) => `Microsoft.KeyVault/vaults/secrets/${action}/action`);
  const withoutGet = rights('readMetadata', 'setSecret', 'update');
  const withoutSet = rights('readMetadata', 'getSecret', 'update');
  const prepared = (history: RotationHistory) => `${history.nameOf('svc')}-pending`;

  function setEmpty(history: RotationHistory, user: (typeof USERS)[number]): void {
    history.azure.clock.advance(1000);
    history.azure.keyVaults.asPerson().set(VAULT, history.nameOf(user), '');
  }

  interface Obstacle {
    readonly what: string;
    readonly plant: (history: RotationHistory) => void;
    readonly mend: (history: RotationHistory) => unknown;
    readonly told: string;
    /** Drains for what the other user needs. */
    readonly others?: number;
  }
  const obstacles: Obstacle[] = [
    {
      what: 'no right to read values',
      plant: ({ azure }) => azure.keyVaults.grant(withoutGet),
      mend: ({ azure }) => azure.keyVaults.grant(rights('*')),
      told: 'secrets/getSecret/action',
    },
    {
      what: 'no right to set values',
      plant: ({ azure }) => azure.keyVaults.grant(withoutSet),
      mend: ({ azure }) => azure.keyVaults.grant(rights('*')),
      told: 'secrets/setSecret/action',
    },
    {
      what: 'no right to change properties',
      plant: ({ azure }) => azure.keyVaults.grant(rights('readMetadata', 'getSecret', 'setSecret')),
      mend: ({ azure }) => azure.keyVaults.grant(rights('*')),
      told: 'secrets/update/action',
    },
    {
      what: 'what is prepared was deleted, and what is current has no value',
      plant: (history) => {
        setEmpty(history, 'svc');
        history.azure.keyVaults.asPerson().delete(VAULT, prepared(history));
        history.kept.ask({
          poolId: history.poolId,
          user: 'svc',
          at: new Date(history.azure.clock.now().getTime() + 1),
        });
      },
      mend: (history) => history.azure.keyVaults.asPerson().recover(VAULT, prepared(history)),
      told: 'is empty',
    },
    {
      what: 'what is prepared was deleted, and may be recovered',
      plant: (history) => history.azure.keyVaults.asPerson().delete(VAULT, prepared(history)),
      mend: (history) => history.azure.keyVaults.asPerson().recover(VAULT, prepared(history)),
      told: 'deleted but recoverable',
      others: 1,
    },
    {
      what: 'a person set a version without a value',
      plant: (history) => setEmpty(history, 'artist'),
      mend: (history) => history.add('artist'),
      told: 'is empty',
    },
  ];

  test.each(obstacles)('$what', async ({ plant, mend, told, others = 0 }) => {
    const history = await due();
    plant(history);
    for (let hours = 0; hours < 30; hours++) {
      await history.rest(10 * MINUTE);
      history.azure.clock.advance(HOUR);
    }
    expect(drains(history)).toBe(1 + others);
    expect(history.nodes).toBe(2);
    const held = history.kept.memory.findings.flatMap(({ status, held: why }) => (status === 'open' ? why : []));
    expect(held).toContainEqual(expect.objectContaining({ code: 'refused', message: expect.stringContaining(told) }));
    expect(history.kept.slots.size).toBe(0);
    expect(history.lines).toContainEqual(
      expect.objectContaining({ event: 'drain-not-begun', resource: history.poolId, message: expect.any(String) }),
    );
    mend(history);
    await history.settle();
    expectAtRest(history);
    expect(drains(history)).toBe(2 + others);
    // One of the first rotation, one of this: no try mints another.
    for (const user of USERS) expect(pendings(history, user)).toBeLessThanOrEqual(2);
  });

  test('what was announced is not announced again for what it could not be given: all else is changed at that time', async () => {
    const history = await due(OPEN);
    await history.do({ kind: 'policy', policy: 'announced' });
    history.azure.keyVaults.grant(withoutGet);
    const from = history.azure.clock.now();
    await lookUntil(history, () => changes(history).length > 1);
    expect(changes(history).at(-1)).toEqual(['endpoints']);
    expect(hoursSince(history, from)).toBeLessThan(25);
  });

  test('a vault that fails once costs no second announcement', async () => {
    const history = await due();
    await history.do({ kind: 'policy', policy: 'announced' });
    history.azure.keyVaults.faults.add({ method: 'PUT', nth: 1, do: { status: 503, body: {} } });
    const from = history.azure.clock.now();
    await lookUntil(history, () => changes(history).length > 2);
    expect(history.azure.keyVaults.faults.struck).toBe(1);
    // The user whose secret was not minted has a drain of his own, a day after the other's.
    expect(hoursSince(history, from)).toBeLessThan(24 + 24 + 2);
  });

  test('nor where it cannot be put on record that a version is minted', async () => {
    const history = await due();
    history.kept.intend = () => Promise.reject(new Error('the journal is full'));
    await expect(history.look()).rejects.toThrow('the journal is full');
    expect(history.azure.keyVaults.allValues()).toHaveLength(4);
    expect(history.nodes).toBe(2);
    expect(history.kept.slots.size).toBe(0);
  });

  test('and is emptied for what else needs it', async () => {
    const history = await due(OPEN);
    await history.do({ kind: 'policy', policy: 'closing' });
    history.azure.keyVaults.grant(withoutGet);
    await history.rest(10 * MINUTE);
    expect(changes(history)).toEqual([['users', 'metadata'], ['endpoints']]);
    const held = history.kept.memory.findings.flatMap(({ status, held: why }) => (status === 'open' ? why?.code : []));
    expect(held).toEqual(['not-effective', 'not-effective']);
    expect(history.nodes).toBe(2);
  });
});

test('a person adds a version at every step of a rotation, in turn: his value is on the pool and in main', {
  timeout: 600_000,
}, async () => {
  const added = await atEachCall({ before: 0, after: 1 }, async (history, at, when) => {
    const value = await interrupted(history, at, when, async () => history.add('svc'));
    if (value === null) return false;
    await history.settle();
    expect(history.read('svc')).toBe(value);
    expectAtRest(history);
    return true;
  });
  console.log(`a person added a version at ${added} calls`);
  expect(added).toBeGreaterThan(100 / EACH);
});

test('the app ends at every call, before and after its effect: the rotation comes to its end', {
  timeout: 600_000,
}, async () => {
  const cut = await atEachCall({ before: 2, after: 3 }, async (history, at, when) => {
    const ended = await interrupted(history, at, when, null);
    if (ended === null) return false;
    expect(history.lockedOut()).toEqual([]);
    await history.settle();
    expectAtRest(history);
    // No rotation is made twice for it.
    for (const user of USERS) expect(versions(history, user)).toHaveLength(2);
    return true;
  });
  console.log(`the app ended at ${cut} calls`);
  expect(cut).toBeGreaterThan(100 / EACH);
});

test('the vault fails at every call, before and after its effect', { timeout: 600_000 }, async () => {
  let struck = 0;
  const failures = {
    GET: [{ status: 403, body: { error: { code: 'Forbidden', message: 'not now' } } }],
    PUT: [{ drop: 'before' }, { drop: 'after' }, { status: 500, body: {} }, { duplicate: true }],
    PATCH: [{ drop: 'before' }, { drop: 'after' }, { status: 500, body: {} }],
  } as const;
  const all = (['GET', 'PUT', 'PATCH'] as const).flatMap((method) =>
    failures[method].map((failure) => ({ method, failure })),
  );
  // All at once: clients wait before they repeat.
  await Promise.all(
    all.map(async ({ method, failure }) => {
      for (let nth = 1; nth < MOST_CALLS; nth += method === 'GET' ? EACH : 1) {
        const history = await due();
        const { faults } = history.azure.keyVaults;
        faults.add({ method, nth, do: failure });
        await history.rest();
        expect(history.lockedOut()).toEqual([]);
        if (faults.struck === 0) break;
        struck += 1;
        await history.settle();
        expectAtRest(history);
      }
    }),
  );
  console.log(`the vault failed at ${struck} calls`);
  expect(struck).toBeGreaterThan(15);
});

test('the vault is shut while the pool has a new value, until after the deadline: the size comes back, and it is told what nodes have', async () => {
  const history = await due();
  const { keyVaults, clock } = history.azure;
  await lookUntilGiven(history);
  keyVaults.setClosed(VAULT, true);
  clock.advance(HOUR);
  await history.look();
  expect(history.nodes).toBe(0);
  clock.advance(6 * HOUR);
  await history.look();
  clock.advance(5 * MINUTE);
  expect(history.nodes).toBe(2);
  expect(history.lockedOut()).toEqual([]);
  expect(history.ahead).toBe(2);
  keyVaults.setClosed(VAULT, false);
  await history.rest();
  expectAtRest(history);
});

test('the markers are taken away while the pool is at zero, until after the deadline: what nodes may have is told', async () => {
  const history = new RotationHistory(2);
  await lookUntilGiven(history);
  await history.do({ kind: 'markers', which: 'none' });
  history.azure.clock.advance(7 * HOUR);
  await history.look();
  history.azure.clock.advance(5 * MINUTE);
  expect(history.nodes).toBe(2);
  expect(history.lockedOut()).toEqual([]);
  expect(history.ahead).toBe(2);
  await history.settle();
  expectAtRest(history);
});

test('a refusal of what came before keeps no value from being promoted', async () => {
  const history = new RotationHistory(0);
  const { faults } = history.azure.keyVaults;
  const forbidden = { status: 403, body: { error: { code: 'Forbidden', message: 'not now' } } };
  faults.add({ method: 'GET', path: /svc-[0-9a-f]{8}-pending\/[0-9a-f]{32}/, do: forbidden });
  const from = history.azure.clock.now();
  await lookUntil(history, () => USERS.every((user) => history.read(user) !== null));
  expect(faults.struck).toBe(1);
  expect(hoursSince(history, from)).toBeLessThan(1 / 2);
  await history.rest();
  for (const user of USERS) expect(history.given(user)).toBe(history.read(user));
});

test('somebody disables what the pool has just been given, and there is nothing to give back: told, and no look after look', async () => {
  const history = new RotationHistory(2);
  await lookUntilGiven(history);
  await history.do({ kind: 'spoiled', user: 'svc' });
  await history.rest();
  const open = history.kept.memory.findings.filter(
    ({ status, severity }) => status === 'open' && severity === 'critical',
  );
  expect(open.some(({ why }) => why.includes('has no version any more'))).toBe(true);
  expect(history.nodes).toBe(2);
});

test('the vault will not take the value that the pool has: the size comes back long before the deadline, and it is told', async () => {
  const history = new RotationHistory(2);
  await lookUntilGiven(history);
  const { keyVaults, clock } = history.azure;
  for (const user of USERS) {
    keyVaults.asPerson().set(VAULT, history.nameOf(user), 'of a person');
    keyVaults.asPerson().delete(VAULT, history.nameOf(user));
  }
  const begun = clock.now();
  await lookUntil(history, () => history.nodes > 0);
  expect(hoursSince(history, begun)).toBeLessThan(1 / 4);
  expect(history.lockedOut()).toEqual([]);
  expect(history.ahead).toBe(2);
  const refused = history.kept.journal.filter(
    ({ intent, outcome }) => 'promoted' in intent.after && outcome === 'refused',
  );
  // The last time in the look that gives the size back.
  expect(refused).toHaveLength(3 * USERS.length);
  // The names are free again.
  for (const user of USERS) keyVaults.asPerson().purge(VAULT, history.nameOf(user));
  clock.advance(DAY);
  await history.rest();
  expectAtRest(history);
});

test('after the deadline the value is promoted before the size comes back, in one look', async () => {
  const history = await due();
  const { keyVaults, clock } = history.azure;
  await lookUntilGiven(history);
  clock.advance(6 * HOUR);
  await history.look();
  const steps = history.kept.journal.slice(-3).map(({ intent }) => Object.keys(intent.after));
  expect(steps).toEqual([['promoted'], ['promoted'], ['scale', 'metadata']]);
  expect(history.given('svc')).toBe(history.read('svc'));
  expect(keyVaults.specViolations).toEqual([]);
  await history.rest();
  expectAtRest(history);
});

async function lookUntilGiven(history: RotationHistory): Promise<void> {
  const before = history.given('svc');
  await lookUntil(history, () => history.given('svc') !== before);
}

async function lookUntil(history: RotationHistory, isDone: () => boolean): Promise<void> {
  const { azure, kept } = history;
  for (let looks = 0; !isDone(); looks++) {
    if (looks === 500) throw new Error('never');
    await history.look();
    const wait = (kept.memory.wakeAt?.getTime() ?? 0) - azure.clock.now().getTime();
    azure.clock.advance(Math.max(wait, 2 * MINUTE));
  }
}

/**
 * Strikes rotations at their calls, one each, before and after a call has its effect, until one is at rest before the call.
 * @param first the calls to begin at
 * @param strike false when the rotation was at rest before
 * @returns how many were struck
 */
async function atEachCall(
  first: Readonly<Record<Cut['when'], number>>,
  strike: (history: RotationHistory, at: number, when: Cut['when']) => Promise<boolean>,
): Promise<number> {
  let struck = 0;
  for (const when of ['before', 'after'] as const)
    for (let at = first[when]; at < MOST_CALLS; at += EACH) {
      if (!(await strike(await due(), at, when))) break;
      struck += 1;
    }
  return struck;
}

/** Looks until one makes its n-th call, where something happens; null when the rotation came to rest before. */
async function interrupted<T>(
  history: RotationHistory,
  at: number,
  when: Cut['when'],
  act: (() => Promise<T>) | null,
): Promise<T | true | null> {
  let left = at;
  for (let looks = 0; looks < 30; looks++) {
    let happened: T | null = null;
    const calls = history.calls;
    await history.look(
      { at: left, when },
      act === null
        ? null
        : async () => {
            happened = await act();
          },
    );
    if (happened !== null) return happened;
    const made = history.calls - calls;
    if (made <= left) left -= made;
    else if (act === null) return true;
    const { wakeAt } = history.kept.memory;
    const now = history.azure.clock.now().getTime();
    if (wakeAt === null || wakeAt.getTime() > now + DAY) return null;
    history.azure.clock.advance(Math.max(wakeAt.getTime() - now, 1000));
  }
  return null;
}
