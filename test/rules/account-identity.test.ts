import type { Account } from '../../shared/core/model/account.ts';
import type { AccountSettings } from '../../shared/core/model/account-settings.ts';
import { setAccount } from '../../shared/core/model/change.ts';
import type { AccountIdentity } from '../../shared/core/model/identity.ts';
import { accountIdentity } from '../../shared/rules/account-identity.ts';
import { anySnapshot } from '../support/arbitraries.ts';
import { testRule } from '../support/rule-tester.ts';
import { anAccount, anAutoStorage, identityId, snapshotOf, storageId } from '../support/snapshots.ts';

const path = 'identity.type';
const CHOSEN = identityId('batch');
const chosen = { identityId: CHOSEN };
const KEY_VAULT = 'Microsoft.KeyVault';

function identity(type: string | null, ...names: readonly string[]): AccountIdentity {
  const userAssigned = names.map((name) => ({ id: identityId(name), principalId: null, clientId: null }));
  return { type, principalId: null, userAssigned };
}

/** An account with auto-storage by managed identity. */
function storing(overrides: Partial<Omit<Account, 'settings'> & AccountSettings> = {}) {
  return snapshotOf({ account: anAccount({ autoStorage: anAutoStorage(), ...overrides }) });
}

function assigned(
  observed: string | null = 'None',
  why = /^The account has no managed identity, and its auto-storage/,
) {
  const fix = setAccount(anAccount(), { identityIds: [CHOSEN] });
  return [{ path, observed, desired: 'UserAssigned', why, fix }];
}

function byPerson(observed: string | null, manual: RegExp, why: RegExp) {
  return [{ path, observed, desired: 'SystemAssigned or UserAssigned', why, fix: { manual } }];
}

const WRITE = `let it write blobs in ${storageId('store1')} \\(role Storage Blob Data Contributor\\)`;
const FIRST = 'switch on the system-assigned identity of the account, or choose a user-assigned one';
const LAST = 'set a user-assigned one as the identity of the account, or name it as option identityId of this rule\\.$';

testRule(accountIdentity, {
  compliant: [
    { name: 'nothing needs one', snapshot: snapshotOf({}) },
    {
      name: 'auto-storage by keys needs none',
      snapshot: storing({ autoStorage: anAutoStorage({ authenticationMode: 'StorageKeys' }) }),
      options: chosen,
    },
    {
      name: 'auto-storage without a mode, which means keys, needs none',
      snapshot: storing({ autoStorage: anAutoStorage({ authenticationMode: null }) }),
    },
    { name: 'system-assigned', snapshot: storing({ identity: identity('SystemAssigned') }), options: chosen },
    { name: 'system-assigned, in another case', snapshot: storing({ identity: identity('systemassigned') }) },
    {
      name: 'user-assigned, another than the option names',
      snapshot: storing({ identity: identity('UserAssigned', 'other') }),
      options: chosen,
    },
    {
      name: 'user-assigned for the customer-managed key',
      snapshot: snapshotOf({
        account: anAccount({ keySource: KEY_VAULT, identity: identity('UserAssigned', 'vault') }),
      }),
    },
    {
      name: 'user-assigned ones under a type that is not known',
      snapshot: storing({ identity: identity('SystemAssigned, UserAssigned', 'other') }),
    },
    {
      name: 'user-assigned ones, though the type is None: as after a change',
      snapshot: storing({ identityIds: [CHOSEN] }),
    },
    {
      name: 'a type that is not known, and nothing needs one',
      snapshot: snapshotOf({ account: anAccount({ identity: identity('Federated') }) }),
    },
    {
      name: 'system-assigned in a partial body that shows nothing else',
      snapshot: snapshotOf({
        account: anAccount({ shows: 'some', keySource: null, identity: identity('SystemAssigned') }),
      }),
    },
    {
      name: 'nothing needs one in a partial body that shows both',
      snapshot: storing({
        shows: 'some',
        autoStorage: anAutoStorage({ authenticationMode: 'StorageKeys' }),
        identity: identity(null),
      }),
    },
  ],
  violating: [
    { name: 'auto-storage, and none', snapshot: storing(), options: chosen, expect: assigned() },
    {
      name: 'auto-storage, and no identity at all',
      snapshot: storing({ identity: identity(null) }),
      options: chosen,
      expect: assigned(null),
    },
    {
      name: 'auto-storage in another case, and none in another case',
      snapshot: storing({
        identity: identity('NONE'),
        autoStorage: anAutoStorage({ authenticationMode: 'BATCHACCOUNTMANAGEDIDENTITY' }),
      }),
      options: chosen,
      expect: assigned('NONE'),
    },
    {
      name: 'user-assigned, and none is named',
      snapshot: storing({ identity: identity('UserAssigned') }),
      options: chosen,
      expect: assigned('UserAssigned'),
    },
    {
      name: 'a customer-managed key, and none',
      snapshot: snapshotOf({ account: anAccount({ keySource: 'microsoft.keyvault' }) }),
      options: chosen,
      expect: assigned(
        'None',
        /^The account has no managed identity, and the key of its encryption is opened with one\.$/,
      ),
    },
    {
      name: 'both need one',
      snapshot: storing({ keySource: KEY_VAULT }),
      options: chosen,
      expect: assigned('None', /auto-storage is opened with one and the key of its encryption is opened with one\.$/),
    },
    {
      name: 'none in a partial body that says so',
      snapshot: storing({ shows: 'some' }),
      options: chosen,
      expect: assigned(),
    },
    {
      name: 'auto-storage, and no option',
      snapshot: storing(),
      expect: byPerson(
        'None',
        new RegExp(`^In this order: \\(1\\) ${FIRST}; \\(2\\) ${WRITE}; \\(3\\) ${LAST}`),
        /its auto-storage is opened with one\.$/,
      ),
    },
    {
      name: 'both need one, and no option',
      snapshot: storing({ keySource: KEY_VAULT }),
      expect: byPerson(
        'None',
        new RegExp(
          `\\(2\\) ${WRITE}; \\(3\\) let it get the key of its encryption, wrap and unwrap with it; \\(4\\) ${LAST}`,
        ),
        /with one and the key/,
      ),
    },
  ],
  unknown: [
    {
      name: 'a type that is not known',
      snapshot: storing({ identity: identity('Federated') }),
      options: chosen,
      expect: [{ path, unknown: /what the identity type Federated means/, code: 'undecided' }],
    },
    {
      name: 'no identity in a partial body',
      snapshot: storing({ shows: 'some', identity: identity(null) }),
      options: chosen,
      expect: [{ path, unknown: /partial: it may lack the identity/, code: 'not-shown' }],
    },
    {
      name: 'nothing is seen to need one, in a partial body without auto-storage',
      snapshot: snapshotOf({ account: anAccount({ shows: 'some' }) }),
      options: chosen,
      expect: [{ path, unknown: /partial: it may lack what needs/, code: 'not-shown' }],
    },
    {
      name: 'nothing is seen to need one, in a partial body without encryption',
      snapshot: storing({
        shows: 'some',
        keySource: null,
        autoStorage: anAutoStorage({ authenticationMode: 'StorageKeys' }),
      }),
      expect: [{ path, unknown: /partial: it may lack what needs/, code: 'not-shown' }],
    },
  ],
  converges: anySnapshot,
});
