import type { Shows } from '../../shared/core/model/shows.ts';
import { accountCustomerManagedKey } from '../../shared/rules/account-customer-managed-key.ts';
import { anySnapshot } from '../support/arbitraries.ts';
import { testRule } from '../support/rule-tester.ts';
import { anAccount, snapshotOf } from '../support/snapshots.ts';

const path = 'properties.encryption.keySource';

function encrypted(keySource: string | null, shows: Shows = 'all') {
  return snapshotOf({ account: anAccount({ keySource, shows }) });
}

function byPerson(observed: string | null, why = /comes from Microsoft\.Batch, not from a Key Vault of yours\.$/) {
  const manual =
    /^In this order: \(1\) decide .*cannot be taken back.*; \(2\) make an RSA key .*; \(3\) give the account .*; \(4\) set encryption: .*; \(5\) where Batch refuses/;
  return [{ path, observed, desired: 'Microsoft.KeyVault', why, fix: { manual } }];
}

testRule(accountCustomerManagedKey, {
  compliant: [
    { name: 'a key in a Key Vault', snapshot: encrypted('Microsoft.KeyVault') },
    { name: 'a key in a Key Vault, in another case', snapshot: encrypted('microsoft.keyvault') },
    { name: 'a key in a Key Vault, in a partial body', snapshot: encrypted('Microsoft.KeyVault', 'some') },
  ],
  violating: [
    { name: "Batch's own key", snapshot: encrypted('Microsoft.Batch'), expect: byPerson('Microsoft.Batch') },
    { name: 'no encryption, which means the same', snapshot: encrypted(null), expect: byPerson(null) },
    {
      name: "Batch's own key, in a partial body",
      snapshot: encrypted('Microsoft.Batch', 'some'),
      expect: byPerson('Microsoft.Batch'),
    },
    {
      name: 'another source that is no Key Vault',
      snapshot: encrypted('Microsoft.Elsewhere'),
      expect: byPerson('Microsoft.Elsewhere', /comes from Microsoft\.Elsewhere, not/),
    },
  ],
  unknown: [
    {
      name: 'no encryption in a partial body',
      snapshot: encrypted(null, 'some'),
      expect: [{ path, unknown: /partial/, code: 'not-shown' }],
    },
  ],
  converges: anySnapshot,
});
