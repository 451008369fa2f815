import { expect, test } from 'vitest';
import { oncePer } from '../../../shared/core/model/once-per.ts';

test('it is made once for each object, and for its equal anew', () => {
  let made = 0;
  const lengthOf = oncePer((list: readonly number[]) => {
    made += 1;
    return { length: list.length };
  });
  const one = [1, 2];
  expect(lengthOf(one)).toEqual({ length: 2 });
  expect(lengthOf(one)).toBe(lengthOf(one));
  expect(made).toBe(1);
  expect(lengthOf([1, 2])).not.toBe(lengthOf(one));
  expect(made).toBe(2);
});
