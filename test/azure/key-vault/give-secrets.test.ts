import { beforeEach, describe, expect, test } from 'vitest';
import { giveSecrets, NotGiven } from '../../../shared/azure/key-vault/give-secrets.ts';
import { CONTENT_TYPES } from '../../../shared/azure/key-vault/read-secrets.ts';
import { Secret } from '../../../shared/azure/key-vault/secret.ts';
import { setPool } from '../../../shared/core/model/change.ts';
import type { GivenSecret } from '../../../shared/core/model/pool-parts.ts';
import type { SecretKind } from '../../../shared/core/model/secret.ts';
import { tagsOf } from '../../../shared/core/rotation/secret-owner.ts';
import { threeVaults } from '../../support/key-vault/vaults.ts';
import { aPool, POOL_ID } from '../../support/snapshots.ts';

/** In parts, so that nobody takes it for a key. */
const PEM = ['-----BEGIN RSA', 'PRIVATE KEY-----\nMIIJ\n-----END RSA', 'PRIVATE KEY-----\n'].join(' ');
const BOTH = JSON.stringify({ password: 'of-both', sshPrivateKey: PEM, more: 7 });

let { vaults, quick } = threeVaults();
beforeEach(() => {
  ({ vaults, quick } = threeVaults());
});

/** Sets the secret of a user, and tells where it is. */
function secretOf(
  user: string,
  value: string,
  kind: SecretKind = 'password',
  {
    contentType = '',
    tags = tagsOf({ poolId: POOL_ID, user }),
  }: Partial<{ contentType: string; tags: Record<string, string> }> = {},
): GivenSecret {
  const version = vaults.asPerson().set('one', `${user}-secret`, value, { tags, contentType });
  return { vault: 'https://one.vault.azure.net', name: `${user}-secret`, version, kind };
}

/** The body that Batch would get, with its values. */
async function sent(users: readonly (readonly [string, GivenSecret | null])[], body: object = bodyOf(users)) {
  const list = users.map(([name, secret]) => ({ name, elevationLevel: null, ...(secret && { secret }) }));
  const change = setPool(aPool(), { users: list });
  const filled = await giveSecrets(quick, aPool(), change.set, { ...body }, new AbortController().signal);
  expect(JSON.stringify(filled)).not.toContain('of-');
  const text: unknown = JSON.parse(Secret.jsonOf(filled));
  return text;
}

function bodyOf(users: readonly (readonly [string, ...unknown[]])[]) {
  return { properties: { userAccounts: users.map(([name]) => ({ name })) } };
}

const accountOf = async (secret: GivenSecret) => {
  const body = await sent([['render', secret]]);
  return Object(body).properties.userAccounts[0];
};

test('each user gets its own value, and all else is sent as it was', async () => {
  const body = {
    future: { a: 1 },
    properties: {
      metadata: [{ name: 'owner', value: 'me' }],
      userAccounts: [
        {
          name: 'render',
          elevationLevel: 'Admin',
          linuxUserConfiguration: { uid: 1001, gid: 1002, futureField: true },
          futureField: ['kept'],
        },
        { name: 'setup', windowsUserConfiguration: { loginMode: 'Batch' } },
      ],
      futureField: 'kept',
    },
  };
  const [render, setup] = [secretOf('render', BOTH, 'both'), secretOf('setup', 'of-setup')];
  expect(
    await sent(
      [
        ['setup', setup],
        ['render', render],
      ],
      body,
    ),
  ).toEqual({
    ...body,
    properties: {
      ...body.properties,
      userAccounts: [
        {
          ...body.properties.userAccounts[0],
          password: 'of-both',
          linuxUserConfiguration: { uid: 1001, gid: 1002, futureField: true, sshPrivateKey: PEM },
        },
        { ...body.properties.userAccounts[1], password: 'of-setup' },
      ],
    },
  });
});

test('a change without users asks no vault', async () => {
  const body = { properties: { metadata: [] } };
  const change = setPool(aPool(), { metadata: [] });
  expect(await giveSecrets(quick, aPool(), change.set, body, new AbortController().signal)).toBe(body);
  expect(vaults.log).toEqual([]);
});

test('a pending version is marked as offered to this pool before, and keeps its tags', async () => {
  const tags = { ...tagsOf({ poolId: POOL_ID, user: 'render' }), replaces: 'none' };
  const version = vaults.asPerson().set('one', 'render-secret-pending', 'of-prepared', { tags });
  const place = { vault: 'https://one.vault.azure.net', name: 'render-secret-pending' };
  await sent([['render', { ...place, version, kind: 'password' }]]);
  const marked = { ...tags, offered: aPool().creationTime?.toISOString() };
  expect(vaults.versions('one', place.name)).toEqual([expect.objectContaining({ id: version, tags: marked })]);
  const calls = vaults.log.length;
  await sent([['render', { ...place, version, kind: 'password' }]]);
  expect(vaults.log.slice(calls).map(({ method }) => method)).not.toContain('PATCH');
});

describe('what is given', () => {
  const key = { linuxUserConfiguration: { sshPrivateKey: PEM } };
  const aMoment = { password: expect.stringMatching(/^[A-Za-z][\w.~-]{31}$/), ...key };
  test.each<[string, SecretKind, string, string, object]>([
    ['a password', 'password', 'of-it', CONTENT_TYPES.password, { password: 'of-it' }],
    ['a password of no content type', 'password', 'of-it', '', { password: 'of-it' }],
    ['a password that looks like a number', 'password', '12345678', '', { password: '12345678' }],
    [
      'a password that looks like JSON, and says that it is none',
      'password',
      BOTH,
      CONTENT_TYPES.password,
      { password: BOTH },
    ],
    ['the password of both', 'password', BOTH, CONTENT_TYPES.both, { password: 'of-both' }],
    ['both', 'both', BOTH, CONTENT_TYPES.both, { password: 'of-both', ...key }],
    ['both of no content type', 'both', BOTH, '', { password: 'of-both', ...key }],
    ['a key, with a password of the moment', 'ssh-key', PEM, CONTENT_TYPES['ssh-key'], aMoment],
    ['a key of no content type', 'ssh-key', PEM, '', aMoment],
    ['the key of both, with its password', 'ssh-key', BOTH, CONTENT_TYPES.both, { password: 'of-both', ...key }],
  ])('%s', async (_, kind, value, contentType, expected) => {
    expect(await accountOf(secretOf('render', value, kind, { contentType }))).toEqual({ name: 'render', ...expected });
  });

  test('a password of the moment is another each time', async () => {
    const secret = secretOf('render', PEM, 'ssh-key');
    expect((await accountOf(secret)).password).not.toBe((await accountOf(secret)).password);
  });
});

describe('nothing is given', () => {
  const refusal = async (secret: GivenSecret) => {
    const error: unknown = await accountOf(secret).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NotGiven);
    return error instanceof NotGiven ? error : null;
  };

  test.each<[string, SecretKind, string, RegExp]>([
    [
      'a password where a key is needed',
      'ssh-key',
      'of-it',
      /^version \w{32} of \S+render-secret holds no private key, and the pool takes one$/,
    ],
    ['a password where both are', 'both', 'of-it', /holds no private key/],
    ['a key where a password is needed', 'password', PEM, /holds no password/],
    ['a key where both are', 'both', PEM, /holds no password/],
    ['an object without a key', 'both', '{"password":"of-it"}', /holds no private key/],
    [
      'an object whose password is none',
      'both',
      '{"password":{"x":"of-it"},"sshPrivateKey":"of-key"}',
      /holds no password/,
    ],
    ['an empty value', 'password', '', /is empty$/],
  ])('%s', async (_, kind, value, message) => {
    const error = await refusal(secretOf('render', value, kind));
    expect(error?.message).toMatch(message);
    expect(JSON.stringify([error?.message, error?.stack, error?.cause ?? null])).not.toContain('of-');
  });

  test.each([
    ['another user', { ...tagsOf({ poolId: POOL_ID, user: 'setup' }) }],
    ['another pool', { ...tagsOf({ poolId: `${POOL_ID}2`, user: 'render' }) }],
    ['somebody in part', { user: 'render' }],
  ])('what is tagged for %s', async (_, tags) => {
    const error = await refusal(secretOf('render', 'of-it', 'password', { tags }));
    expect(error?.message).toMatch(/^the tags of \S+render-secret name another user$/);
  });

  test('what names nobody is: the rule asks whose a secret is', async () => {
    expect(await accountOf(secretOf('render', 'of-it', 'password', { tags: {} }))).toEqual({
      name: 'render',
      password: 'of-it',
    });
  });

  test('a version that is disabled, and one that is gone', async () => {
    const secret = secretOf('render', 'of-it');
    vaults.asPerson().disable('one', 'render-secret', secret.version);
    expect((await refusal(secret))?.message).toMatch(
      /^HTTP 403 Forbidden - Operation get is not allowed on a disabled/,
    );
    expect((await refusal({ ...secret, version: '0'.repeat(32) }))?.message).toMatch(/^HTTP 404 SecretNotFound/);
  });

  test('another version than was asked for', async () => {
    const secret = secretOf('render', 'of-it');
    const other = {
      value: 'of-other',
      id: `https://one.vault.azure.net/secrets/render-secret/${'2'.repeat(32)}`,
      attributes: {},
    };
    vaults.faults.add({ method: 'GET', do: { status: 200, body: other } });
    const error = await refusal(secret);
    expect(error?.message).toMatch(/^Key Vault answered another version/);
  });

  test('a user of the body of whom no secret is known', async () => {
    const error: unknown = await sent([['render', secretOf('render', 'of-it')]], bodyOf([['render'], ['setup']])).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ name: 'NotGiven', message: 'no secret is known of the user setup' });
  });

  test('a look that is over says so, and not that a value cannot be had', async () => {
    const secret = secretOf('render', 'of-it');
    const change = setPool(aPool(), { users: [{ name: 'render', elevationLevel: null, secret }] });
    const error: unknown = await giveSecrets(
      quick,
      aPool(),
      change.set,
      bodyOf([['render']]),
      AbortSignal.abort(),
    ).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'AbortError' });
  });
});
