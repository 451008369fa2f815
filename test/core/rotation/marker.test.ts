import { expect, test } from 'vitest';
import { givenVersion, withMarkers } from '../../../shared/core/rotation/marker.ts';
import { marked, versionId } from '../../support/rotations/examples.ts';
import { aPool } from '../../support/snapshots.ts';

const made = new Date('2026-01-10T00:00:00.123Z');
const one = versionId('1');
const item = (name: string, value: string) => ({ name, value, unmodelled: {} });
const given = (value: string, name = 'warden:user:render') =>
  givenVersion(aPool({ creationTime: made, metadata: [item(name, value)] }), 'render');

test('a marker is the version and when the pool was made', () => {
  const [marker] = withMarkers([], new Map([['render', one]]), made);
  expect(marker).toEqual(item('warden:user:render', `${one}@2026-01-10T00:00:00.123Z`));
  expect(given(marker?.value ?? '')).toBe(one);
});

test.each([
  ['of a pool that was made at another time', `${one}@2026-01-10T00:00:00.124Z`],
  ['of the time in other words', `${one}@2026-01-10T00:00:00.123+00:00`],
  ['without a time', one],
  ['without a version', '@2026-01-10T00:00:00.123Z'],
  ['of a version that is too short', `${one.slice(1)}@2026-01-10T00:00:00.123Z`],
  ['of a version in capitals', `${versionId('A')}@2026-01-10T00:00:00.123Z`],
  ['of something before a version', `x${one}@2026-01-10T00:00:00.123Z`],
  ['of a version and more', `${one}/x@2026-01-10T00:00:00.123Z`],
  ['empty', ''],
])('a marker says nothing: %s', (_, value) => {
  expect(given(value)).toBeNull();
});

test('the marker of another user, and one in another case, say nothing of this one', () => {
  const value = `${one}@${made.toISOString()}`;
  expect([
    given(value, 'warden:user:setup'),
    given(value, 'warden:user:Render'),
    given(value, 'warden:render'),
  ]).toEqual([null, null, null]);
});

test('two markers of one user say nothing, and a pool that does not show when it was made has none', () => {
  const metadata = marked({ creationTime: made }, 'render', one);
  expect(givenVersion(aPool({ creationTime: made, metadata }), 'render')).toBe(one);
  expect(givenVersion(aPool({ creationTime: made, metadata: [...metadata, ...metadata] }), 'render')).toBeNull();
  expect(givenVersion(aPool({ creationTime: null, metadata }), 'render')).toBeNull();
});

test('what others wrote stays as it was read, in its place; our markers are those of the users, and no more', () => {
  const owner = { ...item('owner', 'me'), unmodelled: { future: 1 } };
  const drain = item('warden:drain', 'd1');
  const before = [owner, item('warden:user:gone', 'x'), ...marked({ creationTime: made }, 'render', one), drain];
  const after = withMarkers(
    before,
    new Map([
      ['setup', versionId('2')],
      ['render', versionId('3')],
    ]),
    made,
  );
  expect(after).toEqual([
    owner,
    drain,
    ...marked({ creationTime: made }, 'setup', versionId('2')),
    ...marked({ creationTime: made }, 'render', versionId('3')),
  ]);
});
