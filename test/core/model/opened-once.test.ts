import { expect, test } from 'vitest';
import { openedOnce } from '../../../shared/core/model/opened-once.ts';

test('what could not be opened is tried again at the next use, and what was opened stays', async () => {
  let tries = 0;
  const use = openedOnce(async () => {
    tries += 1;
    if (tries === 1) throw new Error('no such module');
    return tries;
  });
  const both = await Promise.allSettled([use(), use()]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect([await use(), await use()]).toEqual([2, 2]);
});
