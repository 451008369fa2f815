import { ManagedIdentityCredential } from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type LocalAzure, startLocalAzure } from '../../../local/azure/local-azure.ts';
import { makeCertificate } from '../../../local/certificate.ts';
import { vaultId } from '../../support/key-vault/vaults.ts';

const certificate = await makeCertificate();
let azure: LocalAzure;

beforeAll(async () => {
  const vaults = [
    { name: 'one', id: vaultId('one') },
    { name: 'two', id: vaultId('two') },
  ];
  azure = await startLocalAzure({ ...certificate, accounts: [], vaults });
  Object.assign(process.env, { IDENTITY_ENDPOINT: azure.identity.endpoint, IDENTITY_HEADER: azure.identity.header });
});
beforeEach(() => azure.vaults.faults.clear());
afterAll(async () => {
  expect(azure.vaults.specViolations).toEqual([]);
  await azure.stop();
});

function client(vault: string, maxRetries = 1): SecretClient {
  return new SecretClient(azure.vaults.url(vault), new ManagedIdentityCredential(), {
    tlsOptions: { ca: certificate.cert },
    disableChallengeResourceVerification: true,
    retryOptions: { maxRetries },
  });
}

it('The real client signs in by managed identity, sets, changes, lists and reads over HTTPS', async () => {
  const [one, two] = [client('one'), client('two')];
  const { properties } = await one.setSecret('render', 'päss"wörd', { tags: { pool: 'p' }, contentType: 'password' });
  const version = properties.version ?? '';
  expect(properties.id).toBe(`${azure.vaults.url('one')}/secrets/render/${version}`);
  await one.updateSecretProperties('render', version, { tags: { pool: 'q' } });
  expect(await one.getSecret('render')).toMatchObject({ value: 'päss"wörd', properties: { tags: { pool: 'q' } } });
  await expect(two.getSecret('render')).rejects.toMatchObject({ statusCode: 404, code: 'SecretNotFound' });
  for (let n = 0; n < 26; n += 1) azure.vaults.asPerson().set('two', 'many', String(n));
  const pages: number[] = [];
  for await (const page of two.listPropertiesOfSecretVersions('many').byPage()) pages.push(page.length);
  expect(pages).toEqual([25, 1]);
  expect(new Set(azure.vaults.log.map(({ vault }) => vault))).toEqual(new Set(['one', 'two']));
});

it('A cut connection is an error of the network to the client, which asks again', async () => {
  const one = client('one');
  await one.setSecret('cut', 'before');
  azure.vaults.faults.add({ method: 'PUT', do: { drop: 'after' } });
  await one.setSecret('cut', 'twice');
  azure.vaults.faults.add({ method: 'GET', nth: 2, do: { drop: 'before' } });
  await expect(client('one', 0).getSecret('cut')).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(azure.vaults.versions('one', 'cut').map(({ value }) => value)).toEqual(['before', 'twice', 'twice']);
});

it('Without the switch for loopback, the client trusts no challenge from there', async () => {
  const strict = new SecretClient(azure.vaults.url('one'), new ManagedIdentityCredential(), {
    tlsOptions: { ca: certificate.cert },
  });
  await expect(strict.getSecret('render')).rejects.toThrow('does not match the requested domain');
});
