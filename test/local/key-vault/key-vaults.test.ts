import type { TokenCredential } from '@azure/core-auth';
import { SecretClient } from '@azure/keyvault-secrets';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { managedIdentity } from '../../../local/azure/caller.ts';
import { credentialOf } from '../../../local/key-vault/credential.ts';
import { vaultThrottled } from '../../../local/key-vault/errors.ts';
import { EVERYTHING, START, threeVaults } from '../../support/key-vault/vaults.ts';

const DAY = 24 * 60 * 60 * 1000;
const SECOND = new Date('2026-11-28T08:00:00.000Z');

let { vaults, clock, client } = threeVaults();
beforeEach(() => {
  ({ vaults, clock, client } = threeVaults());
});
afterEach(() => {
  expect(vaults.specViolations).toEqual([]);
  expect(vaults.validated.answers).toBeGreaterThan(0);
});

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

async function authorization(): Promise<string> {
  const token = await credentialOf(managedIdentity('app')).getToken('https://vault.azure.net/.default');
  return `Bearer ${token?.token ?? ''}`;
}

/** How Key Vault refuses: status, code and inner code. */
function refusal(statusCode: number, code: string, inner?: string) {
  const innerError = inner === undefined ? undefined : { code: inner, message: undefined, innerError: undefined };
  return expect.objectContaining({
    statusCode,
    code,
    details: { error: { code, message: expect.any(String), innerError } },
  });
}

describe('versions', () => {
  it('are made by each set, with what was said, in whole seconds', async () => {
    const first = await client('one').setSecret('render', 'first', {
      contentType: 'password',
      tags: { pool: 'p' },
      expiresOn: new Date('2027-02-26T08:00:00Z'),
    });
    clock.advance(90_000);
    const second = await client('one').setSecret('render', 'second');
    expect(first.properties).toMatchObject({
      id: `https://one.vault.azure.net/secrets/render/${first.properties.version}`,
      version: expect.stringMatching(/^[0-9a-f]{32}$/),
      enabled: true,
      createdOn: SECOND,
      updatedOn: SECOND,
      expiresOn: new Date('2027-02-26T08:00:00Z'),
      contentType: 'password',
      tags: { pool: 'p' },
      recoveryLevel: 'Recoverable+Purgeable',
      recoverableDays: 90,
    });
    // A new version takes nothing from the one before.
    expect(second.properties).toMatchObject({ createdOn: new Date(SECOND.getTime() + 90_000) });
    expect(second.properties.expiresOn ?? second.properties.tags ?? second.properties.contentType).toBeUndefined();
    expect(second.properties.version).not.toBe(first.properties.version);
  });

  it('are given by id, and without an id the latest, by a name in any case', async () => {
    const first = await client('one').setSecret('render', 'first');
    await client('one').setSecret('Render', 'second');
    expect((await client('one').getSecret('RENDER')).value).toBe('second');
    const version = first.properties.version ?? '';
    expect((await client('one').getSecret('render', { version })).value).toBe('first');
    await expect(client('one').getSecret('render', { version: '0'.repeat(32) })).rejects.toEqual(
      refusal(404, 'SecretNotFound'),
    );
    await expect(client('one').getSecret('nothing')).rejects.toEqual(refusal(404, 'SecretNotFound'));
  });

  it('change in what is said alone; tags are replaced', async () => {
    const { properties } = await client('one').setSecret('render', 'value', {
      tags: { a: '1' },
      contentType: 'password',
    });
    const version = properties.version ?? '';
    clock.advance(5000);
    const expiresOn = new Date('2027-01-01T00:00:00Z');
    const changed = await client('one').updateSecretProperties('render', version, { expiresOn });
    expect(changed).toMatchObject({ tags: { a: '1' }, contentType: 'password', enabled: true, expiresOn });
    expect(changed).toMatchObject({ createdOn: SECOND, updatedOn: new Date(SECOND.getTime() + 5000) });
    const { tags, ...others } = await client('one').updateSecretProperties('render', version, { tags: { b: '2' } });
    expect(tags).toEqual({ b: '2' });
    expect(others).toMatchObject({ contentType: 'password', expiresOn });
    await expect(client('one').updateSecretProperties('render', '0'.repeat(32), {})).rejects.toEqual(
      refusal(404, 'SecretNotFound'),
    );
  });

  it('are listed in pages of 25, with tags and without values; none of what is not there', async () => {
    for (let n = 0; n < 60; n += 1) await client('one').setSecret('render', `value-${n}`, { tags: { n: String(n) } });
    const pages = await all(client('one').listPropertiesOfSecretVersions('render').byPage());
    expect(pages.map((page) => page.length)).toEqual([25, 25, 10]);
    const numbers = pages.flat().map(({ tags }) => Number(tags?.['n']));
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, n) => n));
    expect(vaults.log.filter(({ path }) => path === '/secrets/render/versions')).toHaveLength(4);
    expect(await all(client('one').listPropertiesOfSecretVersions('nothing'))).toEqual([]);
  });

  it('have their value in no answer but those to a get and a set', async () => {
    vaults.grant(EVERYTHING);
    const { properties } = await client('one').setSecret('render', 'a-Value-9');
    const version = properties.version ?? '';
    const ask = async (method: string, path: string, body = '') => {
      const url = new URL(`${vaults.url('one')}${path}?api-version=2026-04-01`);
      return vaults.serve({ method, url, authorization: await authorization(), body });
    };
    const answers = [
      await ask('GET', '/secrets'),
      await ask('GET', '/secrets/render/versions'),
      await ask('PATCH', `/secrets/render/${version}`, '{}'),
      await ask('DELETE', '/secrets/render'),
      await ask('GET', '/deletedsecrets'),
      await ask('GET', '/deletedsecrets/render'),
      await ask('POST', '/deletedsecrets/render/recover'),
    ];
    expect(answers.map((answer) => answer?.status)).toEqual(answers.map(() => 200));
    expect(JSON.stringify(answers)).toContain(version);
    expect(JSON.stringify(answers)).not.toContain('a-Value-9');
  });

  it('cannot be read while they are disabled, but are listed', async () => {
    const { properties } = await client('one').setSecret('render', 'value');
    await client('one').updateSecretProperties('render', properties.version ?? '', { enabled: false });
    await expect(client('one').getSecret('render')).rejects.toEqual(refusal(403, 'Forbidden', 'SecretDisabled'));
    const listed = await all(client('one').listPropertiesOfSecretVersions('render'));
    expect(listed.map(({ enabled }) => enabled)).toEqual([false]);
  });

  it('have limits', async () => {
    const one = client('one');
    const bad = refusal(400, 'BadParameter');
    await expect(one.setSecret('a_b', 'x')).rejects.toEqual(bad);
    await expect(one.setSecret('a'.repeat(128), 'x')).rejects.toEqual(bad);
    await expect(one.setSecret('a', 'ä'.repeat(12_801))).rejects.toEqual(bad);
    await expect(one.setSecret('a', 'x', { contentType: 'c'.repeat(256) })).rejects.toEqual(bad);
    await expect(one.setSecret('a', 'x', { tags: { a: 'b'.repeat(257) } })).rejects.toEqual(bad);
    const tags = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`t${n}`, '']));
    await expect(one.setSecret('a', 'x', { tags: tags(16) })).rejects.toEqual(bad);
    expect(vaults.versions('one', 'a')).toEqual([]);
    await one.setSecret('a'.repeat(127), 'ä'.repeat(12_800), { tags: tags(15), contentType: 'c'.repeat(255) });
  });
});

describe('deletion', () => {
  beforeEach(() => vaults.grant(EVERYTHING));

  it('keeps the name and every version until it is recovered', async () => {
    await client('one').setSecret('render', 'first');
    await client('one').setSecret('render', 'second');
    await client('one').setSecret('other', 'value');
    await client('one').beginDeleteSecret('render', { intervalInMs: 1 });
    await expect(client('one').getSecret('render')).rejects.toEqual(refusal(404, 'SecretNotFound'));
    await expect(client('one').setSecret('Render', 'third')).rejects.toEqual(
      refusal(409, 'Conflict', 'ObjectIsDeletedButRecoverable'),
    );
    expect(await all(client('one').listPropertiesOfSecretVersions('render'))).toEqual([]);
    expect((await all(client('one').listPropertiesOfSecrets())).map(({ name }) => name)).toEqual(['other']);
    expect(await all(client('one').listDeletedSecrets())).toMatchObject([{ name: 'render', deletedOn: SECOND }]);
    expect(await client('one').getDeletedSecret('render')).toMatchObject({
      deletedOn: SECOND,
      scheduledPurgeDate: new Date(SECOND.getTime() + 90 * DAY),
      recoveryId: 'https://one.vault.azure.net/deletedsecrets/render',
    });
    const poller = await client('one').beginRecoverDeletedSecret('render', { intervalInMs: 1 });
    await poller.pollUntilDone();
    expect((await client('one').getSecret('render')).value).toBe('second');
    expect(await all(client('one').listPropertiesOfSecretVersions('render'))).toHaveLength(2);
    await expect(client('one').getDeletedSecret('render')).rejects.toEqual(refusal(404, 'SecretNotFound'));
  });

  it.each(['one', 'kept'])('is for good when it is purged, by a person or by time: %s', async (vault) => {
    const first = await client(vault).setSecret('render', 'value');
    await client(vault).beginDeleteSecret('render', { intervalInMs: 1 });
    const purge =
      vault === 'one' ? () => client(vault).purgeDeletedSecret('render') : async () => clock.advance(90 * DAY);
    await purge();
    const again = await client(vault).setSecret('render', 'again');
    expect(again.properties.version).not.toBe(first.properties.version);
    expect(await all(client(vault).listPropertiesOfSecretVersions('render'))).toHaveLength(1);
  });

  it('cannot be made final where the vault protects from that', async () => {
    await client('kept').setSecret('render', 'value');
    await client('kept').beginDeleteSecret('render', { intervalInMs: 1 });
    await expect(client('kept').purgeDeletedSecret('render')).rejects.toEqual(refusal(403, 'Forbidden'));
    clock.advance(90 * DAY - 1000);
    expect(await client('kept').getDeletedSecret('render')).toMatchObject({
      properties: { recoveryLevel: 'Recoverable' },
    });
  });
});

describe('who calls', () => {
  it('signs in by the challenge', async () => {
    const url = new URL(`${vaults.url('one')}/secrets/a?api-version=2026-04-01`);
    const answer = await vaults.serve({ method: 'GET', url, authorization: undefined, body: '' });
    expect(answer).toMatchObject({
      status: 401,
      headers: {
        'WWW-Authenticate': expect.stringMatching(
          /^Bearer authorization="https:\/\/login\.microsoftonline\.com\/[0-9a-f-]{36}", resource="https:\/\/vault\.azure\.net"$/,
        ),
      },
    });
    await client('one').setSecret('a', 'x');
    expect(vaults.log.map(({ status }) => status)).toEqual([401, 401, 200]);
  });

  it('is turned away with a token for something else, or of another tenant', async () => {
    const arm: TokenCredential = {
      getToken: () => credentialOf(managedIdentity('app')).getToken('https://management.azure.com/.default'),
    };
    await expect(client('one', {}, arm).setSecret('a', 'x')).rejects.toEqual(refusal(401, 'Unauthorized'));
    await expect(client('foreign').setSecret('a', 'x')).rejects.toEqual(refusal(401, 'Unauthorized'));
    const theirs = credentialOf(managedIdentity('app'), '11111111-0000-4000-8000-000000000001');
    await expect(client('one', {}, theirs).setSecret('a', 'x')).rejects.toEqual(refusal(401, 'Unauthorized'));
    await client('foreign', {}, theirs).setSecret('a', 'x');
    expect(vaults.allValues()).toEqual(['x']);
  });

  it('may do what the program needs and no more, unless told', async () => {
    const one = client('one');
    const { properties } = await one.setSecret('a', 'x');
    await one.getSecret('a');
    await one.updateSecretProperties('a', properties.version ?? '', { enabled: true });
    await all(one.listPropertiesOfSecretVersions('a'));
    const needed = ['getSecret/action', 'readMetadata/action', 'setSecret/action', 'update/action'];
    expect([...vaults.usedActions].toSorted()).toEqual(
      needed.map((action) => `Microsoft.KeyVault/vaults/secrets/${action}`),
    );
    const denied = refusal(403, 'Forbidden', 'ForbiddenByRbac');
    await expect(one.beginDeleteSecret('a', { intervalInMs: 1 })).rejects.toEqual(denied);
    await expect(one.purgeDeletedSecret('a')).rejects.toEqual(denied);
    vaults.grant(['Microsoft.KeyVault/vaults/secrets/readMetadata/action']);
    await expect(one.getSecret('a')).rejects.toEqual(denied);
    await expect(one.setSecret('a', 'y')).rejects.toEqual(denied);
    expect(await all(one.listPropertiesOfSecretVersions('a'))).toHaveLength(1);
  });

  it('is turned away by the network, and finds no vault that is not there', async () => {
    vaults.setClosed('one', true);
    await expect(client('one').setSecret('a', 'x')).rejects.toEqual(refusal(403, 'Forbidden', 'ForbiddenByFirewall'));
    vaults.setClosed('one', false);
    await client('one').setSecret('a', 'x');
    const options = { httpClient: vaults.httpClient(), retryOptions: { maxRetries: 0 } };
    const lost = new SecretClient('https://lost.vault.azure.net', credentialOf(managedIdentity('app')), options);
    await expect(lost.getSecret('a')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });
});

describe('faults', () => {
  const set = { method: 'PUT', path: /one\.vault\.azure\.net\/secrets\/a/, nth: 2 };

  it('throttle the call that they are set for, with a word about when to come again', async () => {
    vaults.faults.add({ ...set, do: vaultThrottled(7) });
    await expect(client('one').setSecret('a', 'x')).rejects.toMatchObject({
      statusCode: 429,
      code: 'Throttled',
      response: { headers: expect.anything() },
    });
    vaults.faults.clear();
    vaults.faults.add({ ...set, do: vaultThrottled(0) });
    await client('one', { retryOptions: { maxRetries: 1 } }).setSecret('a', 'x');
    expect(vaults.value('one', 'a')).toBe('x');
    expect(vaults.faults.struck).toBe(2);
  });

  it('cut the connection before the effect, or after', async () => {
    for (const [drop, left] of [
      ['before', 0],
      ['after', 1],
    ] as const) {
      vaults.faults.add({ ...set, do: { drop } });
      await expect(client('one').setSecret('a', 'x')).rejects.toMatchObject({ code: 'ECONNRESET' });
      expect(vaults.versions('one', 'a')).toHaveLength(left);
      vaults.faults.clear();
    }
    expect(vaults.log.at(-1)).toEqual({ at: START, vault: 'one', method: 'PUT', path: '/secrets/a', status: null });
  });

  it('repeat a call, and delay it beyond what the caller waits for', async () => {
    vaults.faults.add({ ...set, do: { duplicate: true } });
    await client('one').setSecret('a', 'x');
    expect(vaults.versions('one', 'a')).toHaveLength(2);
    vaults.faults.add({ method: 'GET', do: { delay: 60_000 }, times: 9 });
    const asked = client('one').getSecret('a', { requestOptions: { timeout: 10 } });
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
    const abortSignal = AbortSignal.timeout(10);
    await expect(client('one').getSecret('a', { abortSignal })).rejects.toMatchObject({ name: 'AbortError' });
  });
});

it('A person does the same past all of that, and tests see every value', async () => {
  vaults.setClosed('one', true);
  const person = vaults.asPerson();
  const first = person.set('one', 'a', 'first', { tags: { by: 'hand' } });
  const second = person.set('one', 'a', 'second');
  person.disable('one', 'a', first);
  person.update('one', 'a', second, { tags: { by: 'nobody' } });
  expect(vaults.versions('one', 'A')).toMatchObject([
    { id: first, enabled: false, tags: { by: 'hand' } },
    { id: second, enabled: true, tags: { by: 'nobody' } },
  ]);
  expect([vaults.value('one', 'a'), vaults.value('one', 'a', first)]).toEqual(['second', 'first']);
  person.delete('one', 'a');
  expect(() => person.set('one', 'a', 'third')).toThrow('ObjectIsDeletedButRecoverable');
  person.recover('one', 'a');
  person.delete('one', 'a');
  person.purge('one', 'a');
  expect(vaults.value('one', 'a')).toBe(null);
  expect(vaults.allValues()).toEqual(['first', 'second']);
  expect(vaults.log).toEqual([]);
  vaults.setClosed('one', false);
  await client('one').setSecret('a', 'third');
});

it('No value is in the log or in an answer that refuses, however the body was broken', async () => {
  const secret = 'sEcret-value-9';
  await client('one').setSecret('a', secret);
  await client('one').getSecret('a');
  expect(JSON.stringify(vaults.log)).not.toContain(secret);
  const broken = threeVaults().vaults;
  const url = new URL(`${broken.url('one')}/secrets/a?api-version=2026-04-01`);
  for (const body of [`{"value":"${secret}"`, `{"value":["${secret}"]}`, `{"value":"${secret}","tags":{"a":7}}`]) {
    const answer = await broken.serve({ method: 'PUT', url, authorization: await authorization(), body });
    expect(answer?.status).toBe(400);
    expect(JSON.stringify(answer)).not.toContain(secret);
  }
  expect(broken.specViolations).toHaveLength(3);
  expect(JSON.stringify([broken.log, broken.specViolations])).not.toContain(secret);
});
