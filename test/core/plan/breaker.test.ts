import { describe, expect, test } from 'vitest';
import { after, HOUR, MINUTE } from '../../../shared/core/model/time.ts';
import {
  afterWrite,
  type Breaker,
  type BreakerState,
  CLOSED,
  failureKey,
  PROBE_LASTS,
  stateOf,
  type Tried,
  withoutProbe,
  withProbe,
} from '../../../shared/core/plan/breaker.ts';
import { beginning } from '../../support/budget/instances.ts';
import { ACCOUNT_ID } from '../../support/snapshots.ts';

const NOW = new Date('2026-11-28T14:20:00Z');
const LIMITS = { changesPerHour: 20, changesPerSubscriptionPerHour: 10, failuresBeforeStop: 3, stopFor: 2 * HOUR };
const ago = (minutes: number) => after(NOW, -minutes * MINUTE);
const failed = (key: string, minutes: number) => ({ key, at: ago(minutes) });
/** Of which a minute is left. */
const ENDING: Breaker = { failures: [], stoppedUntil: after(NOW, MINUTE), probe: null };
const STOPPED: Breaker = { failures: [], stoppedUntil: after(NOW, 2 * HOUR), probe: null };
const OVER: Breaker = { ...STOPPED, stoppedUntil: ago(1) };
const PROBING = withProbe(OVER, 'p', NOW);

test.each<[string, Breaker, BreakerState]>([
  ['without failures', CLOSED, { kind: 'closed' }],
  ['with failures', { ...CLOSED, failures: [failed('a', 1)] }, { kind: 'closed' }],
  ['within a stop', STOPPED, { kind: 'stopped', until: after(NOW, 2 * HOUR) }],
  ['at its end', { ...STOPPED, stoppedUntil: NOW }, { kind: 'half-open' }],
  ['after it', OVER, { kind: 'half-open' }],
  ['while a probe is tried', PROBING, { kind: 'probing', until: after(NOW, PROBE_LASTS) }],
  ['when its instance is dead', { ...OVER, probe: { id: 'p', until: NOW } }, { kind: 'half-open' }],
  [
    'with a probe of before the stop',
    { ...STOPPED, probe: PROBING.probe },
    { kind: 'stopped', until: after(NOW, 2 * HOUR) },
  ],
])('the state %s', (_, breaker, state) => {
  expect(stateOf(breaker, NOW)).toEqual(state);
});

describe('after a write', () => {
  const two: Breaker = { ...CLOSED, failures: [failed('a', 50), failed('b', 10)] };
  const tried = (outcome: Tried['outcome'], key = 'c', probe: string | null = null): Tried => ({ outcome, key, probe });

  test.each<[string, Breaker, Tried, Breaker]>([
    ['a failure counts', CLOSED, tried('failed'), { ...CLOSED, failures: [failed('c', 0)] }],
    ['what is not in effect counts', CLOSED, tried('not-effective'), { ...CLOSED, failures: [failed('c', 0)] }],
    ['a refusal is none', two, tried('refused'), two],
    ['a conflict is none', two, tried('conflict'), two],
    ['what is gone is none', two, tried('gone'), two],
    ['a success forgives none', two, tried('applied'), two],
    ['the third within an hour stops all', two, tried('failed'), STOPPED],
    ['of one rule and resource it counts once', two, tried('failed', 'b'), two],
    [
      'one of an hour ago counts no more',
      { ...CLOSED, failures: [failed('a', 60), failed('b', 59)] },
      tried('failed'),
      { ...CLOSED, failures: [failed('b', 59), failed('c', 0)] },
    ],
    [
      'the same an hour later counts again',
      { ...CLOSED, failures: [failed('c', 60)] },
      tried('failed'),
      { ...CLOSED, failures: [failed('c', 0)] },
    ],
    ['a stop is not longer for what was under way', ENDING, tried('failed'), ENDING],
    ['the probe closes it', PROBING, tried('applied', 'c', 'p'), CLOSED],
    ['the probe stops again when it fails', PROBING, tried('failed', 'c', 'p'), STOPPED],
    ['the probe stops again without effect', PROBING, tried('not-effective', 'c', 'p'), STOPPED],
    ['a refused probe tells nothing', PROBING, tried('refused', 'c', 'p'), OVER],
    ['a probe that was overtaken tells nothing', PROBING, tried('conflict', 'c', 'p'), OVER],
    ['a probe that another replaced closes nothing', PROBING, tried('applied', 'c', 'older'), PROBING],
    ['nor does it stop', PROBING, tried('failed', 'c', 'older'), PROBING],
    ['what is no probe closes nothing', PROBING, tried('applied'), PROBING],
  ])('%s', (_, breaker, one, expected) => {
    const next = afterWrite(breaker, one, LIMITS, NOW);
    expect(next).toEqual(expected);
    // Nothing is written for what changes nothing.
    expect(next === breaker).toBe(breaker === expected);
  });

  test('an account or a pool cannot stop all alone: one write is one failure, whatever its findings are', () => {
    const write = beginning(ACCOUNT_ID);
    const joined = { ...write, findings: [...write.findings, ...beginning(ACCOUNT_ID, 'account-identity').findings] };
    expect(failureKey(joined)).toBe(failureKey(write));
    expect(failureKey({ ...write, change: { ...write.change, id: ACCOUNT_ID.toUpperCase() } })).toBe(failureKey(write));
    const keys = [write, beginning(`${ACCOUNT_ID}2`), beginning(ACCOUNT_ID, 'account-identity')].map(failureKey);
    expect(new Set(keys).size).toBe(3);
    let breaker = CLOSED;
    for (let n = 0; n < 50; n++)
      breaker = afterWrite(breaker, tried('failed', failureKey(write)), LIMITS, after(NOW, n * MINUTE));
    expect(breaker.failures).toHaveLength(1);
  });

  test('a probe that was not tried is free, but for one that is not its own', () => {
    expect(withoutProbe(PROBING, 'p')).toEqual(OVER);
    expect(withoutProbe(PROBING, 'q')).toBe(PROBING);
    expect(withoutProbe(CLOSED, 'p')).toBe(CLOSED);
  });
});
