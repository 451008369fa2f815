import { expect, test } from 'vitest';
import { takeAlarm } from '../shared/take-alarm.ts';

const now = new Date('2026-11-22T12:00:00Z');
const answers = (ids: readonly string[]) => () => Promise.resolve(ids);
const fails = (why: string) => () => Promise.reject(new Error(why));

function alarm(draining: () => Promise<readonly string[]>, due: () => Promise<readonly string[]>) {
  const enqueued: (readonly string[])[] = [];
  const logged: object[] = [];
  const taken = takeAlarm({
    correlationId: 'run',
    version: '1.2.3',
    signal: new AbortController().signal,
    now: () => now,
    accountsDraining: draining,
    accountsDue: due,
    policy: async () => ({ invalid: 'x', hash: 'h' }),
    depths: async () => [{ queue: 'reconcile', messages: 2, oldest: new Date('2026-11-22T11:59:00Z') }],
    enqueueLooks: async (ids) => void enqueued.push(ids),
    log: (line) => void logged.push(line),
  });
  return { taken, enqueued, logged };
}

test('accounts with a drain are looked at first, each account once, and the heartbeat counts them', async () => {
  const { taken, enqueued, logged } = alarm(answers(['/A', '/b']), answers(['/c', '/a']));
  await taken;
  expect(enqueued).toEqual([['/a', '/b', '/c']]);
  expect(logged).toEqual([
    {
      event: 'heartbeat',
      version: '1.2.3',
      policy: 'h',
      due: 2,
      draining: 2,
      queues: [{ queue: 'reconcile', messages: 2, oldestSeconds: 60 }],
    },
  ]);
});

test.each([
  ['whose alarms cannot be read', answers(['/a']), fails('accounts'), ['/a'], 'accounts'],
  ['whose slots cannot be read', fails('budget'), answers(['/c']), ['/c'], 'budget'],
] as const)('accounts of a run %s are looked at as far as they are known, and the run fails', async (...given) => {
  const [, draining, due, ids, why] = given;
  const { taken, enqueued, logged } = alarm(draining, due);
  await expect(taken).rejects.toThrow(why);
  expect(enqueued).toEqual([ids]);
  expect(logged).toEqual([]);
});
