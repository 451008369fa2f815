import { expect, test } from 'vitest';
import { idealMinutes, type SweepOptions, simulateSweep } from '../bench/simulated-sweep.ts';

const PACED = {
  accounts: 200,
  subscriptions: 1,
  retryAfter: 60,
  instances: 8,
  looksPerSecond: 4,
  jitter: true,
  tellsRemaining: true,
  patience: 60,
} satisfies SweepOptions;
const AT_ONCE = { looksPerSecond: Number.POSITIVE_INFINITY, jitter: false, tellsRemaining: false };

const calm = await simulateSweep({ ...PACED, accounts: 45, tellsRemaining: false });

test('45 accounts find enough reads at once', () => {
  expect(calm.refused).toBe(0);
  expect(calm.callsPerAccount).toBeGreaterThan(3);
});

test.each([
  ['spread, where Azure does not tell how many reads are left', { tellsRemaining: false }],
  ['at once, where Azure tells it', { looksPerSecond: Number.POSITIVE_INFINITY, instances: 4 }],
])('a sweep %s is hardly ever refused, and about as fast as can be', async (_name, changes) => {
  const options = { ...PACED, ...changes };
  const { minutes, left, refused, callsPerAccount } = await simulateSweep(options);
  expect(left).toBe(0);
  expect(refused).toBeLessThan(0.01);
  expect(callsPerAccount).toBeLessThan(calm.callsPerAccount * 1.05);
  expect(minutes).toBeLessThan(idealMinutes(options, calm) + 0.25);
});

test('what is refused comes back until all is known', async () => {
  const { minutes, left, refused } = await simulateSweep({ ...PACED, ...AT_ONCE });
  expect(left).toBe(0);
  expect(refused).toBeGreaterThan(0.1);
  expect(minutes).toBeGreaterThan(4);
});

test('subscriptions of 50 accounts are no slower than all at once', async () => {
  const many = { ...PACED, accounts: 250, subscriptions: 5, instances: 2 };
  const [paced, atOnce] = [await simulateSweep(many), await simulateSweep({ ...many, ...AT_ONCE })];
  expect(paced.minutes).toBeLessThanOrEqual(atOnce.minutes * 1.02);
  expect(paced.callsPerAccount).toBeLessThan(calm.callsPerAccount * 1.05);
});
