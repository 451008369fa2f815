import { describe, expect, test } from 'vitest';
import type { Drain } from '../../../shared/core/drain/drain.ts';
import { setPool } from '../../../shared/core/model/change.ts';
import { after, HOUR, MINUTE } from '../../../shared/core/model/time.ts';
import { type Breaker, CLOSED, withProbe } from '../../../shared/core/plan/breaker.ts';
import {
  hourOf,
  type LimitsSeen,
  leftIn,
  leftToBegin,
  stillAnnounced,
  withinLeft,
  withOneMore,
} from '../../../shared/core/plan/budget.ts';
import { type HeldCode, held } from '../../../shared/core/plan/held.ts';
import type { Write } from '../../../shared/core/plan/write.ts';
import type { Severity } from '../../../shared/core/policy/rule.ts';
import { accountIn, beginning, unmarking } from '../../support/budget/instances.ts';
import { finding } from '../../support/cli/findings.ts';
import { aDrain } from '../../support/drains/examples.ts';
import { aPool, POOL_ID } from '../../support/snapshots.ts';

const NOW = new Date('2026-11-28T14:20:00Z');
const LIMITS = { changesPerHour: 20, changesPerSubscriptionPerHour: 10, failuresBeforeStop: 5, stopFor: HOUR };
const ACCOUNT = accountIn('S1');

test.each<[string, Record<string, number>, Partial<typeof LIMITS>, number]>([
  ['nothing begun', {}, {}, 10],
  ['some of it in the subscription', { s1: 4 }, {}, 6],
  ['all of it in the subscription', { s1: 10 }, {}, 0],
  ['all of it in another', { s2: 10 }, {}, 10],
  ['most of it in others', { s2: 9, s3: 9 }, {}, 2],
  ['all of it in others', { s2: 10, s3: 10 }, {}, 0],
  ['more than is allowed now', { s2: 30 }, {}, 0],
  ['a policy that allows nothing', {}, { changesPerHour: 0 }, 0],
  ['a policy that allows nothing in a subscription', {}, { changesPerSubscriptionPerHour: 0 }, 0],
])('left with %s', (_, begun, limits, left) => {
  const known = new Map(Object.entries(begun));
  expect(leftIn(known, { ...LIMITS, ...limits }, 's1')).toBe(left);
  const { most } = leftToBegin({ begun: known, breaker: CLOSED }, { ...LIMITS, ...limits }, ACCOUNT, NOW);
  expect(most).toBe(left);
  expect(leftIn(withOneMore(known, 's1'), { ...LIMITS, ...limits }, 's1')).toBe(Math.max(0, left - 1));
});

describe('what is left', () => {
  const used = new Map([['s1', 10]]);
  const stop: Breaker = { ...CLOSED, stoppedUntil: after(NOW, HOUR) };
  const over: Breaker = { ...CLOSED, stoppedUntil: after(NOW, -1) };
  const nextHour = new Date('2026-11-28T15:00:00Z');
  const none = { ...LIMITS, changesPerHour: 0 };

  test.each<[string, LimitsSeen | null, typeof LIMITS, number, HeldCode, Date | null]>([
    ['of a budget that is used up', { begun: used, breaker: CLOSED }, LIMITS, 0, 'budget', nextHour],
    ['of a budget with some left', { begun: new Map([['s1', 9]]), breaker: CLOSED }, LIMITS, 1, 'budget', nextHour],
    ['of a row that is none', { begun: null, breaker: CLOSED }, LIMITS, 0, 'budget', nextHour],
    ['of a table that could not be read', null, LIMITS, 0, 'budget', after(NOW, 5 * MINUTE)],
    ['where the policy lets nothing begin', { begun: new Map(), breaker: CLOSED }, none, 0, 'budget', null],
    ['within a stop', { begun: new Map(), breaker: stop }, LIMITS, 0, 'breaker', after(NOW, HOUR)],
    [
      'within a stop, with a budget that is used up',
      { begun: used, breaker: stop },
      LIMITS,
      0,
      'breaker',
      after(NOW, HOUR),
    ],
    ['after a stop', { begun: new Map(), breaker: over }, LIMITS, 1, 'breaker', after(NOW, 2 * MINUTE)],
    ['after a stop, with a budget that is used up', { begun: used, breaker: over }, LIMITS, 0, 'budget', nextHour],
    [
      'while a probe is tried',
      { begun: new Map(), breaker: withProbe(over, 'p', NOW) },
      LIMITS,
      0,
      'breaker',
      after(NOW, 2 * MINUTE),
    ],
    ['of a breaker that is none', { begun: new Map(), breaker: null }, LIMITS, 0, 'breaker', nextHour],
  ])('%s', (_, seen, limits, most, code, until) => {
    const left = leftToBegin(seen, limits, ACCOUNT, NOW);
    expect({ most: left.most, code: left.held.code }).toEqual({ most, code });
    // Accounts do not come back together.
    const jitter = (left.held.until?.getTime() ?? 0) - (until?.getTime() ?? 0);
    expect(jitter).toBeGreaterThanOrEqual(0);
    expect(jitter).toBeLessThan(5 * MINUTE);
    const other = leftToBegin(seen, limits, accountIn('s1', 'other'), NOW).held.until;
    expect(other?.getTime() === left.held.until?.getTime()).toBe(until === null);
    expect(left.held.message).toBe(leftToBegin(seen, limits, ACCOUNT, after(NOW, 1)).held.message);
  });

  test('is of the hour, UTC', () => {
    const hours = ['14:00:00.000', '14:59:59.999', '15:00:00.000'].map((time) =>
      hourOf(new Date(`2026-11-28T${time}Z`))
        .toISOString()
        .slice(11, 16),
    );
    expect(hours).toEqual(['14:00', '14:00', '15:00']);
  });
});

describe('of more than is left', () => {
  const reason = held('budget', 'used up');
  let made = 0;

  function of(severity: Severity, name: string, changes: Partial<Write['findings'][number]> = {}): Write {
    const write = beginning(accountIn('s1', name));
    made += 1;
    return {
      ...write,
      findings: write.findings.map((one) => ({ ...one, id: `${name}-${made}`, severity, ...changes })),
    };
  }

  const named = (writes: readonly Write[]) => writes.map(({ change }) => change.id.split('/').at(-1));
  const go = (most: number, ...writes: readonly Write[]) => withinLeft(writes, { most, held: reason });
  const tried = { accepted: [], refused: { count: 1, code: 'failed', message: '', nextTry: NOW } } as const;

  test('the gravest go, in the order of the plan, and the others are held', () => {
    const [low, high, critical, alike] = [of('low', 'a'), of('high', 'b'), of('critical', 'c'), of('high', 'd')];
    const { writes, held: waiting } = go(2, low, high, critical, alike);
    expect(named(writes)).toEqual(['b', 'c']);
    expect([...waiting]).toEqual([alike, low].map(({ findings }) => [findings[0]?.id, reason]));
  });

  test('what was refused goes last, however grave', () => {
    expect(named(go(1, of('critical', 'a', { attempts: tried }), of('info', 'b')).writes)).toEqual(['b']);
  });

  test('what was begun goes on', () => {
    const { writes } = go(0, of('critical', 'a'), unmarking(accountIn('s1')));
    expect(named(writes)).toEqual(['p']);
  });

  test('nothing is held that goes, or that something else holds', () => {
    const write = of('high', 'a');
    const [one] = write.findings;
    const both = one === undefined ? [] : [one, { ...one, id: 'held', held: held('audit', 'audit mode') }];
    const { held: waiting } = go(0, { ...write, findings: both });
    expect([...waiting.keys()]).toEqual([one?.id]);
    expect(go(1, write)).toEqual({ writes: [write], held: new Map() });
  });

  describe('of a drain and what is made for it', () => {
    const drain: Drain = aDrain({ writes: [] });
    const fix = setPool(aPool(), { endpoints: null });
    const mintFix = {
      kind: 'set-secret',
      id: 'https://v.vault.azure.net/secrets/a-pending',
      poolId: POOL_ID,
      user: 'a',
      set: { minted: { kind: 'password', replaces: 'none', maxAge: HOUR } },
    } as const;
    const needed = finding({ id: 'mint', fix: mintFix, held: null, severity: 'low' });
    const frozen = finding({ id: 'frozen', fix, held: null, severity: 'critical' });
    const mint: Write = { change: mintFix, was: {}, findings: [needed], drain: null };
    const empty: Write = {
      change: fix,
      was: {},
      findings: [frozen, needed],
      drain: { drain, step: 'empty', isNew: true, gives: [] },
    };
    const other = of('high', 'other');

    test.each<[number, readonly Write[], readonly string[]]>([
      [0, [], ['mint', 'frozen', 'other']],
      [1, [mint], ['frozen', 'other']],
      [2, [mint, empty], ['other']],
      [3, [other, mint, empty], []],
    ])('with %i left', (most, writes, waiting) => {
      const one = go(most, other, mint, empty);
      expect(one.writes).toEqual(writes);
      const ids = [...one.held.keys()].map((id) => (id === other.findings[0]?.id ? 'other' : id));
      expect(new Set(ids)).toEqual(new Set(waiting));
    });

    test.each(['change', 'restore'] as const)('a later step, %s, goes whatever is left', (step) => {
      const later: Write = { ...empty, drain: { drain, step, isNew: false } };
      expect(go(0, later).writes).toEqual([later]);
    });
  });

  test('a drain that was announced stays so', () => {
    const announced = { code: 'drain-announced', message: 'a drain is announced', until: NOW } as const;
    expect(stillAnnounced(reason, finding({ held: announced }))).toEqual({
      code: 'drain-announced',
      message: 'a drain was announced for 2026-11-28T14:20:00.000Z; used up',
      until: NOW,
    });
    expect(stillAnnounced(reason, finding())).toBe(reason);
    expect(stillAnnounced(reason, undefined)).toBe(reason);
  });
});
