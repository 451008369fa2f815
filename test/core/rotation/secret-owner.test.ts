import { expect, test } from 'vitest';
import { isOffered, isTaggedFor, offeredTo, ownerOf, tagsOf } from '../../../shared/core/rotation/secret-owner.ts';
import { ACCOUNT_ID, POOL_ID, poolId } from '../../support/snapshots.ts';

const render = { poolId: POOL_ID, user: 'render' };
const own = { account: ACCOUNT_ID.toLowerCase(), pool: 'pool1', user: 'render' };
const version = (tags: Readonly<Record<string, string>>) => ({
  id: '1',
  enabled: true,
  created: new Date(0),
  expires: null,
  kind: null,
  tags,
});

test('tags name the account by its whole id, the pool and the user', () => {
  expect(tagsOf(render)).toEqual(own);
  expect(tagsOf({ ...render, poolId: POOL_ID.toUpperCase() })).toEqual(own);
  expect(tagsOf({ ...render, user: 'Jo Doe' })).toEqual({ ...own, user: 'Jo Doe' });
  expect(tagsOf({ ...render, poolId: 'odd' })).toEqual({ account: '', pool: '', user: 'render' });
});

test.each<[string, Record<string, string>, boolean | null]>([
  ['its own', own, true],
  ['its own and more', { ...own, replaces: 'none', team: 'x' }, true],
  ['its own in another case', { ...own, account: ACCOUNT_ID.toUpperCase(), pool: 'POOL1' }, true],
  ['none', {}, null],
  ['those of somebody else, which name nobody', { team: 'x' }, null],
  ['another user', { ...own, user: 'setup' }, false],
  ['the user in another case', { ...own, user: 'Render' }, false],
  ['another pool', { ...own, pool: 'pool2' }, false],
  ['another account of that name', { ...own, account: ACCOUNT_ID.replace('/rg/', '/other/') }, false],
  ['the user alone', { user: 'render' }, false],
  ['the account alone', { account: own.account }, false],
  ['the pool alone', { pool: own.pool }, false],
  ['no user', { account: own.account, pool: own.pool }, false],
  ['an empty tag', { ...own, pool: '' }, false],
])('whether tags name the user: %s', (_, tags, expected) => {
  expect(isTaggedFor(version(tags), render)).toBe(expected);
});

test.each<[string, Record<string, string>[], 'ours' | 'nobody' | 'another', 'ours' | 'nobody' | 'another']>([
  ['there are none', [], 'ours', 'ours'],
  ['one is the user’s', [{}, own], 'ours', 'ours'],
  ['one is of another user of the pool', [own, { ...own, user: 'setup' }, {}], 'another', 'another'],
  ['one is of another pool', [{ ...own, pool: 'pool2' }], 'another', 'another'],
  ['none names anybody', [{}, { team: 'x' }], 'nobody', 'ours'],
])('whose a secret is: %s', (_, tags, unbound, bound) => {
  const versions = tags.map(version);
  expect(ownerOf(versions, render, false)).toBe(unbound);
  expect(ownerOf(versions, render, true)).toBe(bound);
  expect(ownerOf(versions.toReversed(), render, false)).toBe(unbound);
});

test('what is offered to a pool says so by when that was made; a pool that does not show it is offered nothing', () => {
  const pool = { creationTime: new Date('2026-01-10T00:00:00Z') };
  expect(offeredTo(pool)).toEqual({ offered: '2026-01-10T00:00:00.000Z' });
  expect(isOffered(version(offeredTo(pool)), pool)).toBe(true);
  expect(isOffered(version(offeredTo(pool)), { creationTime: new Date('2026-01-11T00:00:00Z') })).toBe(false);
  expect([offeredTo({ creationTime: null }), isOffered(version(own), { creationTime: null })]).toEqual([{}, false]);
});

test('a pool that another pool can be taken for by its name alone is another', () => {
  expect(isTaggedFor(version(tagsOf({ poolId: poolId('a'), user: 'b' })), { poolId: poolId('a-b'), user: 'b' })).toBe(
    false,
  );
});
