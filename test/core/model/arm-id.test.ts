import { globSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { below, parseArmId, parseResourceId, parseSubscription } from '../../../shared/core/model/arm-id.ts';
import { accountOf, isIdentityId, isSubnetId } from '../../../shared/core/model/resource-id.ts';
import { isStorageAccountId } from '../../../shared/core/model/storage-account-id.ts';
import { armId } from '../../support/arm-id.ts';

const SUBSCRIPTION = '/subscriptions/00000000-0000-0000-0000-000000000001';
const GROUP = `${SUBSCRIPTION}/resourceGroups/rg`;
const STORE = `${GROUP}/providers/Microsoft.Storage/storageAccounts/store1`;
const POOL = `${GROUP}/providers/Microsoft.Batch/batchAccounts/acct1/pools/pool1`;
const ROLE = 'providers/Microsoft.Authorization/roleDefinitions/2a2b9908-6ea1-4ae2-8e65-a410df84e7d1';

const DOTS = ['', '.', '..', 'a/../b', 'a/./b', 'a//b'];
const SIGNS = ['a?b', 'a#b', '%2e%2e', 'a%2fb', 'a%b', '..\\b', '\\'];
const BLANKS = ['a b', 'a\tb', 'a\nb', 'a\u0000b', 'a\u007fb', 'a\u0085b', 'a\u00a0b', 'a\u2028b', '\ufeffa'];
const HALVES_OF_PAIRS = ['a\ud800b', 'a\udc00'];
const HOSTILE = [...DOTS, ...SIGNS, ...BLANKS, ...HALVES_OF_PAIRS];

describe('an ARM id', () => {
  test.each([
    ['a subscription', SUBSCRIPTION],
    ['one that is no GUID', '/subscriptions/subid'],
    ['a group', GROUP],
    ['a group of all the signs that one may have', `${SUBSCRIPTION}/resourceGroups/Äquator_(1).a-b`],
    ['a name of dots', `${SUBSCRIPTION}/resourceGroups/...`],
    ['a resource', STORE],
    ['a nested resource', POOL],
    ['a name with a dot', `${GROUP}/providers/Microsoft.Network/virtualNetworks/hub.eu/subnets/.batch`],
    ['an extension of a resource', `${STORE}/providers/Microsoft.Authorization/roleAssignments/1`],
    ['a role of a subscription', `${SUBSCRIPTION}/${ROLE}`],
    ['a built-in role', `/${ROLE}`],
    ['a management group', '/providers/Microsoft.Management/managementGroups/platform'],
    ['a role of a management group', `/providers/Microsoft.Management/managementGroups/platform/${ROLE}`],
    ['a list', `${SUBSCRIPTION}/providers/Microsoft.Batch/batchAccounts`],
  ])('is that of %s, in any case', (_name, text) => {
    for (const one of [text, text.toLowerCase(), text.toUpperCase()]) expect(parseArmId(one)).toBe(one);
  });

  test('is every one in the recorded answers, the official examples and events', () => {
    const files = globSync('test/contract/{recorded,examples,event-grid}/**/*.json');
    const ids = new Set(files.flatMap((file) => idsIn(JSON.parse(readFileSync(file, 'utf8')))));
    console.log(`ARM ids: ${ids.size} distinct ones in ${files.length} files`);
    expect([...ids].filter((id) => parseArmId(id) === null)).toEqual([]);
    expect(ids.size).toBeGreaterThanOrEqual(50);
  });

  test.each([
    '',
    '/',
    'batch',
    '/roles/a',
    '/subscriptions/',
    `${GROUP}/`,
    `/${GROUP}`,
    GROUP.slice(1),
    ` ${GROUP}`,
    `${GROUP}\n`,
    `//elsewhere.example${GROUP}`,
    `https://elsewhere.example${GROUP}`,
    `@elsewhere.example${GROUP}`,
    `\\${GROUP}`,
  ])('is not %j', (text) => {
    expect(parseArmId(text)).toBeNull();
  });

  describe.each(['/subscriptions/NAME/resourceGroups/rg', `${SUBSCRIPTION}/resourceGroups/NAME/x`, `${GROUP}/x/NAME`])(
    'has in the place of %s',
    (place) => {
      test.each(HOSTILE)('not %j', (name) => {
        expect(parseArmId(place.replace('NAME', name))).toBeNull();
      });
    },
  );

  test('leads a URL there and nowhere else', () => {
    let accepted = 0;
    let refused = 0;
    fc.assert(
      fc.property(anyText, (text) => {
        const id = parseArmId(text);
        if (id === null) return void refused++;
        accepted++;
        const { origin, pathname, search, hash } = new URL(`https://management.azure.com${id}`);
        expect({ origin, search, hash }).toEqual({ origin: 'https://management.azure.com', search: '', hash: '' });
        expect(decodeURIComponent(pathname)).toBe(text);
      }),
      { numRuns: 5000 },
    );
    console.log(`ARM ids: ${accepted} of ${accepted + refused} generated texts are one`);
    expect(Math.min(accepted, refused)).toBeGreaterThan(500);
  });
});

/** A name, or what would like to be one. */
const anyName = fc.oneof(
  { weight: 8, arbitrary: fc.stringMatching(/^[\w.()-]{1,9}$/) },
  { weight: 4, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom('..', '.', '', '%2e%2e', '..;', '\ud800', '\\', '@', ':', '{a}', '<"`^|>') },
);
const anyText = fc
  .tuple(
    fc.constantFrom('/subscriptions/', '/Providers/', '/SUBSCRIPTIONS/s/resourceGroups/', '//', ''),
    fc.array(anyName, { minLength: 1, maxLength: 4 }),
  )
  .map(([root, names]) => `${root}${names.join('/')}`);

/** All texts in the value, keys among them, that begin as ARM ids do. */
function idsIn(value: unknown): string[] {
  if (typeof value === 'string') return /^\/(?:subscriptions|providers)\//i.test(value) ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap((entry) => entry.flatMap(idsIn));
}

test('what is below an id is named by a path', () => {
  const account = armId(POOL.replace('/pools/pool1', ''));
  expect(below(account, 'pools')).toBe(`${account}/pools`);
  for (const path of ['', '/pools', 'pools/', '../x', 'pools?x', 'a b'])
    expect(() => below(account, path)).toThrow(TypeError);
});

test('a subscription is named by one word', () => {
  expect(parseSubscription('subid')).toBe('/subscriptions/subid');
  for (const name of ['', '.', '..', 'x/../y', 'x/resourceGroups/y', 'a b', 'a?b', 'a%2fb', 'ä', 'x\n'])
    expect(parseSubscription(name)).toBeNull();
});

describe('the id of a resource in a group', () => {
  test('has a name for each part of its type', () => {
    expect(parseResourceId(POOL, 'microsoft.batch/batchAccounts/POOLS')).toEqual({
      text: POOL,
      subscription: '00000000-0000-0000-0000-000000000001',
      resourceGroup: 'rg',
      names: ['acct1', 'pool1'],
    });
  });

  test.each([
    ['of another type', STORE, 'Microsoft.Storage/fileShares'],
    ['of another provider', STORE, 'Microsoft.Batch/storageAccounts'],
    ['of what is in it', STORE, 'Microsoft.Storage/storageAccounts/blobServices'],
    ['of what it is in', POOL, 'Microsoft.Batch/batchAccounts'],
    ['of an extension', `${POOL}/providers/Microsoft.Storage/storageAccounts/a`, 'Microsoft.Storage/storageAccounts'],
    ['of a list', `${POOL}/x`, 'Microsoft.Batch/batchAccounts/pools'],
    ['without a group', `${SUBSCRIPTION}/providers/A.B/c/d`, 'A.B/c'],
    ['with a hostile name', STORE.replace('rg', '..'), 'Microsoft.Storage/storageAccounts'],
  ])('is none %s', (_name, text, type) => {
    expect(parseResourceId(text, type)).toBeNull();
  });

  test('of every kind goes by this one grammar', () => {
    const resource = (type: string, name: string) => `${SUBSCRIPTION}/resourceGroups/${name}/providers/${type}/a`;
    for (const [is, type] of [
      [accountOf, 'Microsoft.Batch/batchAccounts'],
      [isIdentityId, 'Microsoft.ManagedIdentity/userAssignedIdentities'],
      [isSubnetId, 'Microsoft.Network/virtualNetworks/v/subnets'],
      [isStorageAccountId, 'Microsoft.Storage/storageAccounts'],
    ] as const) {
      expect(is(resource(type, 'rg'))).toBeTruthy();
      for (const name of ['..', '.', '', 'a?', '\ud800']) expect(is(resource(type, name))).toBeFalsy();
    }
  });
});
