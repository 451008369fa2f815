import { expect, test } from 'vitest';
import { decodeAccount } from '../../../shared/azure/codec/account-codec.ts';
import type { Account } from '../../../shared/core/model/account.ts';
import { ACCOUNT_ID, identityId, storageId } from '../../support/snapshots.ts';

function accountOf(properties: object, identity: object | null = null): Account {
  return decodeAccount({ id: ACCOUNT_ID, identity, properties }, 'all');
}

test.each([
  [{ resourceId: '' }, null],
  [{ resourceId: null }, null],
  [{}, null],
  [{ resourceId: 'nodes' }, 'nodes'],
])('the node identity of the reference %j is %s', (nodeIdentityReference, nodeIdentityId) => {
  const autoStorage = { storageAccountId: storageId('store1'), nodeIdentityReference };
  expect(accountOf({ autoStorage }).settings.autoStorage).toMatchObject({ nodeIdentityId });
});

test.each([
  [{ keyVaultProperties: { keyIdentifier: 'https://v.vault.azure.net/keys/k' } }, 'Microsoft.KeyVault'],
  [{ keyVaultProperties: { keyIdentifier: '' } }, null],
  [{ keyVaultProperties: null }, null],
  [{ keySource: 'Microsoft.Batch', keyVaultProperties: null }, 'Microsoft.Batch'],
])('the key of the encryption %j is of %s', (encryption, keySource) => {
  expect(accountOf({ encryption }).keySource).toBe(keySource);
});

test.each([
  [{ principalId: 'p' }, 'SystemAssigned'],
  [{ userAssignedIdentities: { [identityId('nodes')]: {} } }, 'UserAssigned'],
  [{ type: '', userAssignedIdentities: { [identityId('nodes')]: null } }, 'UserAssigned'],
  [{ principalId: 'p', userAssignedIdentities: { [identityId('nodes')]: {} } }, 'SystemAssigned, UserAssigned'],
  [{ userAssignedIdentities: {} }, null],
  [{ type: '', principalId: null }, null],
  [{ type: 'None', principalId: null }, 'None'],
])('the identity %j is of the type %s', (identity, type) => {
  expect(accountOf({}, identity).identity.type).toBe(type);
});
