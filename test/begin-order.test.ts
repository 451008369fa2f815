import { describe, expect, test } from 'vitest';
import { after, HOUR, MINUTE } from '../shared/core/model/time.ts';
import { CLOSED } from '../shared/core/plan/breaker.ts';
import type { LogLine } from '../shared/core/plan/log-line.ts';
import { NO_MEMORY } from '../shared/core/plan/memory.ts';
import { type Plan } from '../shared/core/plan/plan.ts';
import type { WriteOutcome } from '../shared/core/plan/write.ts';
import { parsePolicy } from '../shared/core/policy/parse-policy.ts';
import { type LookPorts, reconcile } from '../shared/reconcile.ts';
import { rules } from '../shared/rules/index.ts';
import { aDrain } from './support/drains/examples.ts';
import { NO_LIMITS } from './support/no-limits.ts';
import { ACCOUNT_ID, anAccount, aPool, natPool, POOL_ID, poolId, snapshotOf } from './support/snapshots.ts';
import { UNASKED } from './support/unasked.ts';

const NOW = new Date('2026-11-28T14:20:00Z');
const POLICY = `mode: off
rules: { account-aad-only: enforce, pool-remote-access: enforce }
drains: { max: 5, begin: any }
keyUse: { graceDays: 0 }
limits: { changesPerHour: 3, changesPerSubscriptionPerHour: 3 }
`;
const OPEN = [natPool({ backendPort: 22, rules: [] })];
/** One pool that may be changed in place, one that is to be drained, and the account. */
const idle = aPool({ endpoints: OPEN });
const busy = aPool({
  id: poolId('busy'),
  endpoints: OPEN,
  nodes: { dedicated: 2, lowPriority: 0, allocationState: 'Steady' },
  scale: { kind: 'fixed', dedicated: 2, lowPriority: 0 },
});
const keyed = anAccount({ authenticationModes: ['SharedKey', 'AAD'] });
const all = snapshotOf({ account: keyed, pools: [idle, busy] });
const account = snapshotOf({ account: keyed, pools: [] });
const drained = snapshotOf({ account: anAccount(), pools: [busy] });

interface Answers {
  readonly snapshot?: typeof all;
  readonly policy?: string;
  readonly outcome?: WriteOutcome;
  readonly memory?: Partial<typeof NO_MEMORY>;
}

/** A look whose calls are told in order, where the state of what is begun answers so. */
async function look(
  changes: Partial<LookPorts> = {},
  { snapshot = all, policy = POLICY, outcome = { kind: 'applied', alsoMoved: [] }, memory = {} }: Answers = {},
) {
  const asked: string[] = [];
  const lines: LogLine[] = [];
  const saved: Plan[] = [];
  const results: string[] = [];
  const name = (id: string) => id.split('/').at(-1) ?? '';
  const said = async <T>(call: string, value: T | Promise<T>): Promise<T> => {
    asked.push(call);
    return value;
  };
  const answers = { ...NO_LIMITS, claimSlot: async () => true, intend: async () => 'k', ...changes };
  const ports: LookPorts = {
    ...UNASKED,
    correlationId: 'run',
    version: '1.2.3',
    signal: new AbortController().signal,
    now: () => NOW,
    policy: async () => ({ ...parsePolicy(policy, rules), hash: 'h' }),
    lease: async () => ({ [Symbol.asyncDispose]: async () => {} }),
    lookedFrom: async () => null,
    receivedSince: async () => ({ known: null }),
    load: async () => ({ ...NO_MEMORY, ...memory, indexed: null, etag: null }),
    save: async (_, plan) => {
      saved.push(plan);
      return said('save', new Set<string>());
    },
    told: async () => {},
    record: async (_, those) => void results.push(...those.map((each) => each.outcome.kind)),
    limitsSeen: () => said('see', answers.limitsSeen()),
    passBreaker: (probe) => said('breaker', answers.passBreaker(probe)),
    freeProbe: (probe) => said('free probe', answers.freeProbe(probe)),
    claimChange: (id, limits) => said('budget', answers.claimChange(id, limits)),
    noteTried: (tried, limits) => said(`note ${tried.outcome}`, answers.noteTried(tried, limits)),
    claimSlot: (id, pool, most) => said(`slot ${name(pool)}`, answers.claimSlot(id, pool, most)),
    freeSlot: (pool) => said(`free slot ${name(pool)}`, Promise.resolve()),
    beginDrain: () => said('row', Promise.resolve()),
    endDrain: (_, __, { how }) => said(how, Promise.resolve()),
    intend: (id, intent) => said('intent', answers.intend(id, intent)),
    conclude: (_, __, { kind }) => said(`outcome ${kind}`, Promise.resolve()),
    observe: async () => snapshot,
    readSecrets: async () => [],
    indexSecrets: async (_, __, kept) => kept,
    whyNotGiven: async () => null,
    apply: ({ change, drain }) => said(`${drain?.step ?? 'write'} ${name(change.id)}`, outcome),
    log: (line) => lines.push(line),
    tell: async () => true,
  };
  const failure: unknown = await reconcile(ports, { accountId: ACCOUNT_ID, since: NOW }).then(
    () => null,
    (error: unknown) => error,
  );
  const [plan] = saved;
  const codes = plan?.findings.map(
    ({ ruleId, resourceId, held }) => `${ruleId} of ${name(resourceId)}: ${held?.code ?? 'none'}`,
  );
  const events = lines.map(({ event }) => event).filter((event) => event !== 'look');
  return { asked, lines, events, codes, wakeAt: plan?.wakeAt, results, failure };
}

const SENT = ['breaker', 'intent', 'budget'];

describe('order', () => {
  test('a look that begins nothing asks nothing', async () => {
    expect((await look({}, { snapshot: snapshotOf({ account: anAccount(), pools: [] }) })).asked).toEqual(['save']);
    expect((await look({}, { policy: `freeze: true\n${POLICY}` })).asked).toEqual(['save']);
  });

  test('breaker and budget are seen before a slot; each write asks the breaker, then takes of the budget, and then goes', async () => {
    const { asked, codes } = await look();
    expect(asked).toEqual([
      'see',
      'slot busy',
      'save',
      ...SENT,
      `write ${POOL_ID.split('/').at(-1)}`,
      'outcome applied',
      ...SENT,
      'write acct1',
      'outcome applied',
      'breaker',
      'row',
      'intent',
      'budget',
      'empty busy',
      'outcome applied',
    ]);
    expect(codes).toHaveLength(3);
  });

  test('where the breaker refuses, nothing later is asked, and nothing failed', async () => {
    const { asked, events, results, failure, wakeAt } = await look(
      { passBreaker: async () => 'stopped' },
      { snapshot: account },
    );
    expect(asked).toEqual(['see', 'save', 'breaker']);
    expect({ events, results, failure }).toEqual({ events: ['begin-refused'], results: [], failure: null });
    expect(wakeAt).toEqual(after(NOW, 2 * MINUTE));
  });

  test('where the breaker refuses a drain, its slot is free again, and it is not announced again', async () => {
    const { asked } = await look({ passBreaker: async () => 'stopped' }, { snapshot: drained });
    expect(asked).toEqual(['see', 'slot busy', 'save', 'breaker', 'row', 'not-begun']);
  });

  test('where the budget refuses, slot and probe are free again, and nothing failed', async () => {
    const one = await look({ claimChange: async () => false, passBreaker: async () => 'probe' }, { snapshot: drained });
    expect(one.asked).toEqual([
      'see',
      'slot busy',
      'save',
      'breaker',
      'row',
      'intent',
      'budget',
      'outcome refused',
      'free probe',
      'not-begun',
    ]);
    expect(one).toMatchObject({ events: ['begin-refused'], results: [], failure: null });
    expect(one.lines).toContainEqual(expect.objectContaining({ event: 'begin-refused', code: 'budget' }));
  });

  test('where the journal does not take it, the probe is free again, and nothing is taken of the budget', async () => {
    const broken = new Error('journal');
    const { asked, failure } = await look(
      { intend: () => Promise.reject(broken), passBreaker: async () => 'probe' },
      { snapshot: account },
    );
    expect(asked).toEqual(['see', 'save', 'breaker', 'intent', 'free probe']);
    expect(failure).toBe(broken);
  });
});

describe('what cannot be read or written begins nothing', () => {
  const broken = new Error('no table');

  test('what was begun this hour: it is told, and findings are held', async () => {
    const { asked, codes, events, failure } = await look({ limitsSeen: () => Promise.reject(broken) });
    expect(asked).toEqual(['see', 'save']);
    expect(new Set(codes?.map((code) => code.split(': ')[1]))).toEqual(new Set(['budget']));
    expect({ events, failure }).toEqual({ events: ['limits-unread'], failure: null });
  });

  test.each<[string, Partial<LookPorts>]>([
    ['the breaker', { passBreaker: () => Promise.reject(broken) }],
    ['a claim', { claimChange: () => Promise.reject(broken) }],
  ])('%s: the run fails, so that it is tried again', async (_, ports) => {
    const { asked, failure, results } = await look(ports);
    expect(asked.filter((call) => /^(?:write|empty)/.test(call))).toEqual([]);
    expect({ failure, results }).toEqual({ failure: broken, results: [] });
  });

  test('what was begun goes on all the same', async () => {
    const drain = aDrain({ poolId: busy.id, begunAt: after(NOW, -HOUR), deadline: after(NOW, HOUR) });
    const mark = [{ name: 'warden:drain', value: drain.id, unmodelled: {} }];
    const emptied = { dedicated: 0, lowPriority: 0, allocationState: 'Steady' } as const;
    const held = aPool({
      id: busy.id,
      metadata: mark,
      nodes: emptied,
      scale: { kind: 'fixed', dedicated: 0, lowPriority: 0 },
    });
    const nothing: Partial<LookPorts> = {
      limitsSeen: () => Promise.reject(broken),
      passBreaker: () => Promise.reject(broken),
      claimChange: () => Promise.reject(broken),
    };
    const memory = { drains: [drain] };
    const restored = await look(nothing, { snapshot: snapshotOf({ account: anAccount(), pools: [held] }), memory });
    expect(restored.asked).toEqual(['slot busy', 'intent', 'restore busy', 'outcome applied', 'restored', 'save']);
    const unkept = { claimSlot: () => Promise.reject(new Error('the table is being deleted')) };
    const without = await look(
      { ...nothing, ...unkept },
      { snapshot: snapshotOf({ account: anAccount(), pools: [held] }), memory },
    );
    expect(without.asked).toContain('restore busy');
    const open = { ...held, settings: { ...held.settings, endpoints: OPEN } };
    const changed = await look(nothing, { snapshot: snapshotOf({ account: anAccount(), pools: [open] }), memory });
    expect(changed.asked).toEqual(['slot busy', 'save', 'intent', 'change busy', 'outcome applied']);
    expect([restored.failure, changed.failure]).toEqual([null, null]);
  });
});

describe('what is left', () => {
  const begun = (n: number): Partial<LookPorts> => ({
    limitsSeen: async () => ({ begun: new Map([['00000000-0000-0000-0000-000000000001', n]]), breaker: CLOSED }),
  });

  test.each([1, 2, 3])('of three, with %i begun, and the slot refused', async (n) => {
    const { asked } = await look({ ...begun(n), claimSlot: async () => false });
    // Who gets no slot leaves what is left to others.
    expect(asked.filter((call) => /^(?:write|empty)/.test(call))).toHaveLength(Math.min(2, 3 - n));
  });

  test.each([0, 1, 2, 3])('of three, with %i begun', async (n) => {
    const { asked, codes, wakeAt } = await look(begun(n));
    expect(asked.filter((call) => /^(?:write|empty)/.test(call))).toHaveLength(3 - n);
    expect(codes?.filter((code) => code.endsWith('budget'))).toHaveLength(n);
    // Another look comes soon for what was written, or in the next hour.
    const soon = n === 3 ? new Date('2026-11-28T15:00:00Z') : after(NOW, 2 * MINUTE);
    expect(wakeAt?.getTime()).toBeGreaterThanOrEqual(soon.getTime());
    expect(wakeAt?.getTime()).toBeLessThan(after(soon, 5 * MINUTE).getTime());
  });

  test('a drain that is not begun for it asks for no slot', async () => {
    expect((await look(begun(3), { snapshot: drained })).asked).toEqual(['see', 'save']);
  });
});

describe('the breaker is told', () => {
  const stop = { ...CLOSED, stoppedUntil: after(NOW, HOUR) };
  const failed: WriteOutcome = { kind: 'failed', message: 'HTTP 500' };

  test.each<[string, 'closed' | 'probe', WriteOutcome, Partial<LookPorts>, string[], string[]]>([
    ['of no success', 'closed', { kind: 'applied', alsoMoved: [] }, {}, [], []],
    ['of no refusal', 'closed', { kind: 'refused', message: 'a lock' }, {}, [], []],
    ['of a failure', 'closed', failed, {}, ['note failed'], []],
    [
      'of the last failure',
      'closed',
      failed,
      { noteTried: async () => ({ before: CLOSED, after: stop }) },
      ['note failed'],
      ['breaker-opened'],
    ],
    [
      'of a probe',
      'probe',
      { kind: 'applied', alsoMoved: [] },
      { noteTried: async () => ({ before: stop, after: CLOSED }) },
      ['note applied'],
      ['breaker-closed'],
    ],
    [
      'of a probe that fails',
      'probe',
      failed,
      { noteTried: async () => ({ before: { ...stop, stoppedUntil: NOW }, after: stop }) },
      ['note failed'],
      ['breaker-opened'],
    ],
    [
      'of a probe that is refused',
      'probe',
      { kind: 'conflict' },
      { noteTried: async () => ({ before: stop, after: stop }) },
      ['note conflict'],
      [],
    ],
  ])('%s', async (_, passage, outcome, ports, notes, told) => {
    const { asked, events } = await look(
      { passBreaker: async () => passage, ...ports },
      { snapshot: account, outcome },
    );
    expect(asked.filter((call) => call.startsWith('note'))).toEqual(notes);
    expect(events.filter((event) => event.startsWith('breaker'))).toEqual(told);
  });
});
