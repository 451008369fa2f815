import { expect, test } from 'vitest';
import { enqueueLooks } from '../../../shared/azure/state/work-queues.ts';
import { ReconcileMessage } from '../../../shared/messages.ts';

const since = new Date('2026-11-22T12:00:00Z');

function idsIn(subscription: string, count: number): string[] {
  const group = `/subscriptions/${subscription}/resourcegroups/rg/providers/microsoft.batch/batchaccounts`;
  return Array.from({ length: count }, (_, n) => `${group}/acct${n}`);
}

/** What was put on the queue, and the most that were on their way at once. */
async function put(ids: readonly string[], pace: { looksPerSecond?: number; random?: () => number } = {}) {
  const sent: { account: string; delay: number }[] = [];
  let [underWay, most] = [0, 0];
  const reconcile = {
    createIfNotExists: () => Promise.reject(new Error('it is there')),
    async sendMessage(text: string, { visibilityTimeout }: { visibilityTimeout: number }) {
      most = Math.max(most, ++underWay);
      await Promise.resolve();
      underWay -= 1;
      const wish = ReconcileMessage.parse(JSON.parse(Buffer.from(text, 'base64').toString()));
      expect(wish.since).toEqual(since);
      sent.push({ account: wish.accountId, delay: visibilityTimeout });
    },
  };
  await enqueueLooks({ reconcile }, ids, since, { settling: 10_000, looksPerSecond: 6, random: () => 0, ...pace });
  return { sent, most, delays: sent.map(({ delay }) => delay) };
}

test('each account is asked for once, some at a time', async () => {
  const ids = [...idsIn('one', 70), ...idsIn('two', 70)];
  const { sent, most } = await put(ids);
  expect(sent.map(({ account }) => account)).toEqual(ids);
  expect(most).toBe(32);
});

test('few do not wait for each other', async () => {
  expect(new Set((await put(idsIn('one', 30), { random: () => 0.99 })).delays)).toEqual(new Set([10]));
});

test('of many, no more become visible in a second than the pace allows', async () => {
  const { delays } = await put(idsIn('one', 630));
  const counts = [...Map.groupBy(delays, (delay) => delay).values()].map(({ length }) => length);
  expect(counts).toEqual([31, ...Array.from({ length: 99 }, () => 6), 5]);
  expect(delays.at(-1)).toBe(110);
});

test('subscriptions do not wait for each other, whatever order they come in', async () => {
  const alone = (await put(idsIn('one', 100))).delays;
  const mixed = idsIn('one', 100).flatMap((id, n) => [id, idsIn('TWO', 100)[n] ?? '']);
  const { sent } = await put(mixed);
  expect(sent).toHaveLength(200);
  for (const name of ['/one/', '/two/']) {
    expect(sent.filter(({ account }) => account.includes(name)).map(({ delay }) => delay)).toEqual(alone);
  }
});

test('chance adds a second at most', async () => {
  const [least, most] = [await put(idsIn('one', 100)), await put(idsIn('one', 100), { random: () => 0.999 })];
  const added = most.delays.map((delay, n) => delay - (least.delays[n] ?? Number.NaN));
  expect(new Set(added)).toEqual(new Set([0, 1]));
});

test('nothing waits longer than storage allows', async () => {
  const { delays } = await put(idsIn('one', 40), { looksPerSecond: 1e-6 });
  expect(delays.slice(-2)).toEqual([7 * 24 * 3600, 7 * 24 * 3600]);
});
