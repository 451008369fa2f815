import { createPrivateKey } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { managedIdentity } from '../../../local/azure/caller.ts';
import type { FaultAction } from '../../../local/azure/faults.ts';
import { credentialOf } from '../../../local/key-vault/credential.ts';
import { vaultThrottled } from '../../../local/key-vault/errors.ts';
import { openVaults, type Vaults } from '../../../shared/azure/key-vault/vaults.ts';
import { writeSecret } from '../../../shared/azure/key-vault/write-secret.ts';
import { type SecretSettings, setSecret } from '../../../shared/core/model/change.ts';
import { pendingOf } from '../../../shared/core/model/secret.ts';
import { after, DAY, SECOND } from '../../../shared/core/model/time.ts';
import { tagsOf } from '../../../shared/core/rotation/secret-owner.ts';
import { threeVaults } from '../../support/key-vault/vaults.ts';
import { aSecret } from '../../support/rotations/examples.ts';

const now = new Date('2026-11-28T08:00:00Z');
const main = { vault: 'https://one.vault.azure.net', name: 'render' };
const secret = aSecret({ main });
const own = tagsOf(secret);
const APPLIED = { kind: 'applied', alsoMoved: [] };

let { vaults, clock } = threeVaults();
let ours: Vaults;
beforeEach(() => {
  ({ vaults, clock } = threeVaults());
  // The clients of the program, with what they repeat.
  ours = openVaults(credentialOf(managedIdentity('app')), vaults.httpClient());
});

const write = (set: SecretSettings, place = main) =>
  writeSecret(ours, setSecret(secret, place, set), () => now, new AbortController().signal);
const mint = (kind: 'password' | 'ssh-key' | 'both' = 'password', replaces = 'none') =>
  write({ minted: { kind, replaces, maxAge: 90 * DAY } }, pendingOf(main));
const promote = (version: string) => write({ promoted: { ...pendingOf(main), version } });
const calls = (method: string) => vaults.log.filter((call) => call.method === method).length;
const person = () => vaults.asPerson();

/** What a rotation prepared. */
function prepared(replaces = 'none', tags: Record<string, string> = own): string {
  return person().set('one', 'render-pending', 'of-prepared', {
    tags: { ...tags, replaces },
    contentType: 'text/plain',
    attributes: { exp: now.getTime() / 1000 + 5000 },
  });
}

const FAULTS: readonly [string, FaultAction, object][] = [
  ['500', { status: 500, body: {} }, { kind: 'failed', message: 'HTTP 500 - it did not say why' }],
  ['503', { status: 503, body: {} }, { kind: 'failed', message: expect.stringMatching(/^HTTP 503/) }],
  [
    'a connection cut before',
    { drop: 'before' },
    { kind: 'failed', message: expect.stringMatching(/^no answer came/) },
  ],
  ['a connection cut after', { drop: 'after' }, { kind: 'failed', message: expect.stringMatching(/^no answer came/) }],
  [
    '429 with a time',
    vaultThrottled(7),
    { kind: 'refused', message: expect.stringMatching(/^HTTP 429 Throttled/), retryAt: after(now, 7 * SECOND) },
  ],
  [
    '429 without',
    vaultThrottled(null),
    { kind: 'refused', message: expect.any(String), retryAt: after(now, 60 * SECOND) },
  ],
  [
    '403',
    { status: 403, body: { error: { code: 'Forbidden', message: 'not you' } } },
    { kind: 'refused', message: 'HTTP 403 Forbidden - not you' },
  ],
];

describe('mint', () => {
  test('a version with its own value, expiry, content type and tags', async () => {
    expect(await mint('password', 'abc')).toEqual(APPLIED);
    const [version, ...others] = vaults.versions('one', 'render-pending');
    expect(others).toEqual([]);
    expect(version).toMatchObject({
      enabled: true,
      exp: after(now, 90 * DAY).getTime() / 1000,
      contentType: 'text/plain',
      tags: { ...own, replaces: 'abc' },
    });
    expect(version?.value).toMatch(/^[A-Za-z][\w.~-]{31}$/);
    expect(vaults.versions('one', 'render')).toEqual([]);
  });

  test('a password and a private key', { timeout: 60_000 }, async () => {
    await mint('both');
    const [both] = vaults.versions('one', 'render-pending');
    expect(both?.contentType).toBe('application/vnd.batch-warden.user+json');
    const parts = z
      .strictObject({ password: z.string().length(32), sshPrivateKey: z.string() })
      .parse(JSON.parse(both?.value ?? ''));
    expect(parts.sshPrivateKey).toMatch(/^-----BEGIN RSA (?:PRIVATE) KEY-----\n/);
    expect(createPrivateKey(parts.sshPrivateKey).asymmetricKeyDetails?.modulusLength).toBe(4096);
  });

  test.each(FAULTS)('%s: what became of it, after one call', async (_, fault, outcome) => {
    vaults.faults.add({ method: 'PUT', do: fault });
    expect(await mint()).toEqual(outcome);
    // The challenge of the first call is another.
    expect(vaults.log.filter(({ method, status }) => method === 'PUT' && status !== 401)).toHaveLength(1);
  });

  test('a name that was deleted', async () => {
    prepared();
    person().delete('one', 'render-pending');
    expect(await mint()).toEqual({
      kind: 'refused',
      message: expect.stringMatching(
        /^HTTP 409 Conflict - Secret render-pending is currently in a deleted but recoverable/,
      ),
    });
  });
});

describe('promote', () => {
  test('copies value, expiry and content type, and says from which version', async () => {
    const version = prepared();
    expect(await promote(version)).toEqual(APPLIED);
    const [pending] = vaults.versions('one', 'render-pending');
    expect(vaults.versions('one', 'render')).toEqual([
      expect.objectContaining({
        value: 'of-prepared',
        enabled: true,
        exp: pending?.exp,
        contentType: 'text/plain',
        tags: { ...own, from: version, replaces: 'none' },
      }),
    ]);
  });

  test('after the version that it replaces', async () => {
    const current = person().set('one', 'render', 'old', { tags: own });
    expect(await promote(prepared(current))).toEqual(APPLIED);
    expect(vaults.value('one', 'render')).toBe('of-prepared');
  });

  test.each([
    ['a person added the first version', () => prepared(), () => person().set('one', 'render', 'his')],
    [
      'a person added another version',
      () => prepared(person().set('one', 'render', 'old', { tags: own })),
      () => person().set('one', 'render', 'his'),
    ],
    ['it is of another version', () => prepared('f'.repeat(32)), () => ''],
  ])('%s: a conflict, and nothing is written', async (_, prepare, then) => {
    const version = prepare();
    // In whole seconds: the person's is not of the same one.
    clock.advance(2000);
    then();
    const before = vaults.versions('one', 'render').length;
    expect(await promote(version)).toEqual({ kind: 'conflict' });
    expect(vaults.versions('one', 'render')).toHaveLength(before);
    expect(calls('PUT')).toBe(0);
  });

  test.each([
    ['another user', { ...own, user: 'setup' }, /name another user/],
    ['another pool', { ...own, pool: 'pool2' }, /name another user/],
    ['nobody', {}, /do not name this user/],
  ])('one that is tagged for %s is refused', async (_, tags, message) => {
    const version = prepared('none', tags);
    expect(await promote(version)).toEqual({ kind: expect.any(String), message: expect.stringMatching(message) });
    expect(calls('PUT')).toBe(0);
    expect(vaults.versions('one', 'render')).toEqual([]);
  });

  test('one that is disabled: in words of Key Vault', async () => {
    const version = prepared();
    person().disable('one', 'render-pending', version);
    expect(await promote(version)).toEqual({
      kind: 'refused',
      message: 'HTTP 403 Forbidden - Operation get is not allowed on a disabled secret.',
    });
  });

  test('one that is gone', async () => {
    expect(await promote('1'.repeat(32))).toEqual({
      kind: 'refused',
      message: expect.stringMatching(/^HTTP 404 SecretNotFound/),
    });
  });

  test.each(FAULTS)('%s: what became of it, after one call', async (_, fault, outcome) => {
    const version = prepared();
    vaults.faults.add({ method: 'PUT', do: fault });
    expect(await promote(version)).toEqual(outcome);
    expect(vaults.log.filter(({ method, status }) => method === 'PUT' && status !== 401)).toHaveLength(1);
  });
});

describe('properties', () => {
  test('an expiry is set, and nothing else', async () => {
    const version = person().set('one', 'render', 'old', { tags: own, contentType: 'text/plain' });
    const [before] = vaults.versions('one', 'render').map((one) => ({ ...one }));
    const at = after(now, 10 * DAY);
    expect(await write({ expiry: { version, at: at.toISOString() } })).toEqual(APPLIED);
    expect(vaults.versions('one', 'render')).toEqual([{ ...before, exp: at.getTime() / 1000 }]);
  });

  test('versions are disabled, those alone', async () => {
    const [first = '', second = '', third = ''] = ['1', '2', '3'].map((value) => person().set('one', 'render', value));
    expect(await write({ disabled: [first, second] })).toEqual(APPLIED);
    const enabled = vaults.versions('one', 'render').filter((one) => one.enabled);
    expect(enabled.map(({ id }) => id)).toEqual([third]);
  });

  test.each<[string, FaultAction]>([
    ['500', { status: 500, body: {} }],
    ['a connection cut before', { drop: 'before' }],
    ['a connection cut after', { drop: 'after' }],
  ])('%s: it is sent again, as it may be done twice', async (_, fault) => {
    const version = person().set('one', 'render', '1');
    vaults.faults.add({ method: 'PATCH', nth: 2, do: fault });
    expect(await write({ disabled: [version] })).toEqual(APPLIED);
    expect(vaults.versions('one', 'render').map(({ enabled }) => enabled)).toEqual([false]);
    expect(vaults.log.filter(({ method, status }) => method === 'PATCH' && status !== 401)).toHaveLength(2);
  });
});

test('no outcome has a value, whatever fails', async () => {
  const outcomes: unknown[] = [];
  for (const [, fault] of FAULTS)
    for (const method of ['GET', 'PUT']) {
      const version = prepared();
      vaults.faults.clear();
      vaults.faults.add({ method, path: /secrets\/render/, nth: 1, do: fault });
      outcomes.push(await mint(), await promote(version));
    }
  const values = vaults.allValues();
  console.log(`values: ${outcomes.length} outcomes, ${values.length} values`);
  expect(values.filter((value) => JSON.stringify(outcomes).includes(value))).toEqual([]);
});
