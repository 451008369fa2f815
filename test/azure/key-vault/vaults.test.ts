import { expect, it } from 'vitest';
import { managedIdentity } from '../../../local/azure/caller.ts';
import { credentialOf } from '../../../local/key-vault/credential.ts';
import { openVaults } from '../../../shared/azure/key-vault/vaults.ts';
import { threeVaults } from '../../support/key-vault/vaults.ts';

it('The first writes of a client, all at once, arrive whole', async () => {
  const { vaults } = threeVaults();
  const { once } = await openVaults(credentialOf(managedIdentity('app')), vaults.httpClient())(vaults.url('one'));
  const names = ['a', 'b', 'c', 'd'];
  // The first to ask is the last to hear how to sign in.
  vaults.faults.add({ method: 'PUT', nth: 1, do: { delay: 50 } });
  await Promise.all(names.map((name) => once.setSecret(name, `value of ${name}`)));
  expect(names.map((name) => vaults.value('one', name))).toEqual(names.map((name) => `value of ${name}`));
});

it('A first write that fails keeps none of the others', async () => {
  const { vaults } = threeVaults();
  const { once } = await openVaults(credentialOf(managedIdentity('app')), vaults.httpClient())(vaults.url('one'));
  vaults.faults.add({ method: 'PUT', nth: 1, do: { drop: 'before' } });
  const names = ['a', 'b', 'c'];
  const set = await Promise.allSettled(names.map((name) => once.setSecret(name, `value of ${name}`)));
  expect(set.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  expect(names.map((name) => vaults.value('one', name))).toEqual([null, 'value of b', 'value of c']);
});
