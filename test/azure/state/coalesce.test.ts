import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { coalesce } from '../../../shared/azure/state/coalesce.ts';

function keeper(write: (value: number) => Promise<void> = async () => {}, pause = 0) {
  const written: number[] = [];
  const keep = coalesce<number>(
    async (value) => {
      await sleep(1);
      await write(value);
      written.push(value);
    },
    Math.max,
    pause,
  );
  return { keep, written };
}

test('6: what comes while a write is under way becomes one write, of the newest', async () => {
  const { keep, written } = keeper();
  const first = keep('a', 1);
  await sleep(0); // it is under way
  await Promise.all([first, ...[5, 9, 7].map((value) => keep('a', value))]);
  expect(written).toEqual([1, 9]);
});

test('6: what comes soon after a write becomes one write too', async () => {
  const { keep, written } = keeper(undefined, 50);
  await keep('a', 1);
  const second = keep('a', 2);
  await sleep(1); // it waits
  await Promise.all([second, keep('a', 3)]);
  expect(written).toEqual([1, 3]);
});

test('6: keys do not wait for each other, and each is written again later', async () => {
  const { keep, written } = keeper();
  await Promise.all([keep('a', 1), keep('b', 2)]);
  await keep('a', 3);
  expect(written).toEqual([1, 2, 3]);
});

test('6: a write that fails is told to those whose value it was, and to no other', async () => {
  const { keep, written } = keeper(async (value) => {
    if (value === 1) throw new Error('broken on purpose');
  });
  const first = keep('a', 1);
  first.catch(() => {});
  await sleep(0);
  await expect(Promise.allSettled([first, keep('a', 2), keep('a', 3)])).resolves.toMatchObject([
    { status: 'rejected', reason: { message: 'broken on purpose' } },
    { status: 'fulfilled' },
    { status: 'fulfilled' },
  ]);
  expect(written).toEqual([3]);
});
