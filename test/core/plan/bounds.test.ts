import { expect, test } from 'vitest';
import { type Fix, manual } from '../../../shared/core/model/change.ts';
import { bounded, keptFix, shortened } from '../../../shared/core/plan/bounds.ts';
import { POOL_ID } from '../../support/snapshots.ts';

const SECRET = 'password=hunter2hunter2';
const NOTHING = { path: '', observed: null, desired: null, why: '', fix: null };
const deep = (levels: number): unknown => Array.from({ length: levels }).reduce((inner) => ({ a: inner }), 1);
const change = (value: unknown): Fix => ({ kind: 'set-pool', id: POOL_ID, set: { metadata: value as never } }); // any JSON

test('what a row can hold stays as it is', () => {
  const texts = {
    path: 'x'.repeat(1000),
    observed: 'x'.repeat(7998),
    desired: deep(64),
    why: 'x'.repeat(8000),
    fix: manual('x'.repeat(8000)),
  };
  expect(bounded(texts)).toEqual(texts);
});

test('what is longer is cut, and bounded twice is bounded once', () => {
  const once = bounded({
    path: 'x'.repeat(1001),
    observed: 'x'.repeat(7999),
    desired: deep(65),
    why: 'x'.repeat(8001),
    fix: manual('x'.repeat(8001)),
  });
  expect(once).toEqual({
    path: `${'x'.repeat(1000)} …`,
    observed: `"${'x'.repeat(1999)} … (8001 characters)`,
    desired: 'a value of more than 64 levels',
    why: `${'x'.repeat(8000)} …`,
    fix: manual(`${'x'.repeat(8000)} …`),
  });
  expect(bounded({ ...once, path: 'p', why: 'w', fix: null })).toEqual({ ...once, path: 'p', why: 'w', fix: null });
});

test('nothing is cut before it is redacted, and what is short is not redacted here', () => {
  expect(shortened(SECRET, SECRET.length)).toBe(SECRET);
  expect(shortened(SECRET, 12)).not.toContain('hun');
  const { observed } = bounded({ ...NOTHING, observed: { text: SECRET, more: 'x'.repeat(8000) } });
  expect(observed).toEqual(expect.stringMatching(/^\{"text":"password=.*characters\)$/));
  expect(observed).not.toEqual(expect.stringContaining('hunter2'));
});

test('what is not said is no value', () => {
  expect(bounded({ ...NOTHING, observed: undefined })).toEqual({ ...NOTHING, observed: undefined });
});

test('a change that is too deep is for a person; one that is too large is whole, but not kept', () => {
  // Its own `set` and the setting are two levels more.
  const deepest = change(deep(62));
  expect(bounded({ ...NOTHING, fix: deepest }).fix).toBe(deepest);
  expect(bounded({ ...NOTHING, fix: change(deep(63)) }).fix).toMatchObject({
    kind: 'manual',
    why: expect.stringMatching(/^The change has more than 64 levels, which is not written\. Remove /),
  });
  const rest = JSON.stringify(change('')).length;
  const largest = change('x'.repeat(30_000 - rest));
  expect(keptFix(largest)).toBe(largest);
  const larger = change('x'.repeat(30_001 - rest));
  expect(bounded({ ...NOTHING, fix: larger }).fix).toBe(larger);
  expect(keptFix(larger)).toMatchObject({ kind: 'manual', why: expect.stringMatching(/^The change is too large/) });
});
