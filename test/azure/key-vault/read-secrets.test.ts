import { beforeEach, expect, test } from 'vitest';
import { managedIdentity } from '../../../local/azure/caller.ts';
import { credentialOf } from '../../../local/key-vault/credential.ts';
import { vaultThrottled } from '../../../local/key-vault/errors.ts';
import { CONTENT_TYPES, kindOf, readSecrets } from '../../../shared/azure/key-vault/read-secrets.ts';
import { openVaults, type Vaults } from '../../../shared/azure/key-vault/vaults.ts';
import type { WantedSecret } from '../../../shared/core/model/secret.ts';
import { EVERYTHING, START, threeVaults } from '../../support/key-vault/vaults.ts';
import { CARE } from '../../support/rotations/examples.ts';
import { POOL_ID } from '../../support/snapshots.ts';

const SECOND = new Date(Math.floor(START.getTime() / 1000) * 1000);
const EMPTY = { known: { main: [], pending: [] } };

let { vaults, clock, quick } = threeVaults();
let ours: Vaults;
beforeEach(() => {
  ({ vaults, clock, quick } = threeVaults());
  ours = openVaults(credentialOf(managedIdentity('app')), vaults.httpClient());
});

function wanted(name: string, vault = 'one'): WantedSecret {
  const main = { vault: `https://${vault}.vault.azure.net`, name };
  return { poolId: POOL_ID, user: name, main, isBound: false, care: CARE, askedAt: null };
}

const { signal } = new AbortController();
/** Nothing is repeated. */
const read = (...list: readonly WantedSecret[]) => readSecrets(quick, list, signal, signal);
/** By the clients of the program. */
const readAsOurs = (...list: readonly WantedSecret[]) => readSecrets(ours, list, signal, signal);
const failed = (pattern: RegExp) => ({
  unknown: { code: 'reading-failed', message: expect.stringMatching(pattern) },
});
const listed = () => vaults.log.filter(({ vault, path }) => vault === 'one' && path.endsWith('/versions')).length;

test('vaults that answer slowly keep no look: what is not read by then could not be read, the rest is', async () => {
  const names = Array.from({ length: 20 }, (_, index) => `user-${index}`);
  vaults.faults.add({ method: 'GET', path: /user-1\d/, times: 100, do: { delay: 60_000 } });
  const late = new AbortController();
  const reading = readSecrets(
    quick,
    names.map((name) => wanted(name)),
    signal,
    late.signal,
  );
  await expect.poll(() => vaults.log.some(({ path }) => path.includes('user-17'))).toBe(true);
  late.abort();
  const found = await reading;
  const tooSlow = failed(/took too long/);
  expect(found.map(({ versions }) => versions)).toEqual(names.map((_, index) => (index < 10 ? EMPTY : tooSlow)));
});

test('a vault that does not answer keeps no other from being read', async () => {
  vaults.faults.add({ method: 'GET', path: /one\.vault/, times: 100, do: { delay: 60_000 } });
  const late = new AbortController();
  const users = [...Array.from({ length: 10 }, (_, index) => wanted(`user-${index}`)), wanted('other', 'kept')];
  const reading = readSecrets(quick, users, signal, late.signal);
  await expect.poll(() => vaults.log.filter(({ vault, status }) => vault === 'kept' && status === 200).length).toBe(2);
  late.abort();
  const found = await reading;
  expect(found.map(({ versions }) => 'known' in versions)).toEqual([...Array.from({ length: 10 }, () => false), true]);
});

test('properties of all versions, of main and of what is prepared, and no value', async () => {
  const person = vaults.asPerson();
  const first = person.set('one', 'render', 'value-1', {
    tags: { user: 'render' },
    contentType: CONTENT_TYPES.both,
    attributes: { exp: SECOND.getTime() / 1000 + 60 },
  });
  clock.advance(5000);
  const second = person.set('one', 'render', 'value-2', { attributes: { enabled: false } });
  const prepared = person.set('one', 'render-pending', 'value-3', { contentType: 'TEXT/plain' });
  const [one] = await read(wanted('render'));
  const later = new Date(SECOND.getTime() + 5000);
  expect(one).toEqual({
    ...wanted('render'),
    versions: {
      known: {
        main: expect.arrayContaining([
          {
            id: first,
            enabled: true,
            created: SECOND,
            expires: new Date(SECOND.getTime() + 60_000),
            kind: 'both',
            tags: { user: 'render' },
          },
          { id: second, enabled: false, created: later, expires: null, kind: null, tags: {} },
        ]),
        pending: [{ id: prepared, enabled: true, created: later, expires: null, kind: 'password', tags: {} }],
      },
    },
  });
  expect(JSON.stringify(one)).not.toContain('value-');
  expect(vaults.usedActions).toEqual(new Set(['Microsoft.KeyVault/vaults/secrets/readMetadata/action']));
});

test('every page is read', async () => {
  for (let n = 0; n < 60; n += 1) vaults.asPerson().set('one', 'render', String(n));
  const [one] = await read(wanted('render'));
  expect(one?.versions).toMatchObject({ known: { pending: [] } });
  expect('known' in (one?.versions ?? {}) && one?.versions).toHaveProperty('known.main.length', 60);
});

test('more than a thousand versions are not read: who sets them without end keeps no look', async () => {
  for (let n = 0; n <= 1000; n += 1) vaults.asPerson().set('one', 'render', String(n));
  const [one, other] = await read(wanted('render'), wanted('other'));
  expect(one?.versions).toEqual({
    unknown: { code: 'unreadable', message: 'https://one.vault.azure.net/secrets/render has more than 1000 versions' },
  });
  expect(other?.versions).toEqual(EMPTY);
});

test('there is no such secret, or it was deleted: no versions', async () => {
  vaults.asPerson().set('one', 'gone', 'x');
  vaults.asPerson().delete('one', 'gone');
  const [never, gone] = await read(wanted('never'), wanted('gone'));
  expect([never?.versions, gone?.versions]).toEqual([EMPTY, EMPTY]);
  vaults.faults.add({
    method: 'GET',
    path: /\/secrets\/never\/versions/,
    do: { status: 404, body: { error: { code: 'SecretNotFound', message: 'none' } } },
  });
  expect((await read(wanted('never')))[0]?.versions).toEqual(EMPTY);
  vaults.faults.add({ method: 'GET', path: /\/secrets\/never\/versions/, do: { status: 404, body: {} } });
  expect((await read(wanted('never')))[0]?.versions).toEqual(failed(/HTTP 404/));
});

test('what is not allowed is said in words of Key Vault, by a role and by a firewall', async () => {
  vaults.grant([]);
  expect((await readAsOurs(wanted('a')))[0]?.versions).toEqual(
    failed(
      /^the versions of https:\/\/one\.vault\.azure\.net\/secrets\/a could not be read: HTTP 403 Forbidden - Caller is not/,
    ),
  );
  vaults.grant(EVERYTHING);
  vaults.setClosed('one', true);
  expect((await readAsOurs(wanted('a')))[0]?.versions).toEqual(
    failed(/HTTP 403 Forbidden - Client address is not authorized/),
  );
});

test('a vault in another tenant', async () => {
  const [one] = await readAsOurs(wanted('a', 'foreign'));
  expect(one?.versions).toEqual(failed(/HTTP 401 Unauthorized - AKV10032: Invalid issuer/));
});

test('one that cannot be read leaves the others, of its vault and of others', async () => {
  vaults.asPerson().set('one', 'b', 'x');
  vaults.asPerson().set('kept', 'c', 'x');
  vaults.faults.add({ method: 'GET', path: /\/secrets\/a\/versions/, do: { status: 403, body: {} } });
  const list = await read(wanted('a'), wanted('b'), wanted('c', 'kept'));
  expect(list.map(({ user, versions }) => [user, 'known' in versions])).toEqual([
    ['a', false],
    ['b', true],
    ['c', true],
  ]);
});

test.each([
  ['cuts every connection', { drop: 'before' as const }],
  ['throttles', vaultThrottled(null)],
])('a vault that %s is not asked for each secret; others are read', async (_, fault) => {
  const many = Array.from({ length: 100 }, (__, n) => wanted(`s${n}`));
  vaults.asPerson().set('kept', 'c', 'x');
  vaults.faults.add({ method: 'GET', path: /one\.vault/, times: 1000, do: fault });
  const list = await read(...many, wanted('c', 'kept'));
  expect(list.slice(0, 100).filter(({ versions }) => 'known' in versions)).toEqual([]);
  expect(list[99]?.versions).toEqual(failed(/^the versions of \S+\/s99 could not be read: (?:no answer|HTTP 429)/));
  expect(list[100]?.versions).toHaveProperty('known.main.length', 1);
  // Those that were under way at once, both of each.
  expect(listed()).toBeLessThanOrEqual(2 * 8);
});

test('an error of the vault itself is of one secret: the next is asked for', async () => {
  vaults.faults.add({ method: 'GET', path: /\/secrets\/a\/versions/, do: { status: 500, body: {} } });
  const [a, b] = await read(wanted('a'), wanted('b'));
  expect([a?.versions, b?.versions]).toEqual([failed(/HTTP 500/), EMPTY]);
});

test('a version without its time is unreadable, and never taken for none', async () => {
  const body = { value: [{ id: `https://one.vault.azure.net/secrets/a/${'1'.repeat(32)}`, attributes: {} }] };
  vaults.faults.add({ method: 'GET', path: /\/secrets\/a\/versions/, do: { status: 200, body } });
  expect((await read(wanted('a')))[0]?.versions).toEqual({
    unknown: { code: 'unreadable', message: expect.stringContaining('has no id, or no time') },
  });
});

test('a look that is over throws', async () => {
  await expect(readSecrets(quick, [wanted('a')], AbortSignal.abort(), signal)).rejects.toThrow(/abort/i);
});

test('content types are ours in any case, and else none', () => {
  const all = Object.entries(CONTENT_TYPES);
  expect(all.map(([, type]) => kindOf(type.toUpperCase()))).toEqual(all.map(([kind]) => kind));
  expect([undefined, '', 'text/plain; charset=utf-8', 'password'].map(kindOf)).toEqual([null, null, null, null]);
});
