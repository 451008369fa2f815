import { setAccount } from '../../shared/core/model/change.ts';
import type { Shows } from '../../shared/core/model/shows.ts';
import { accountAadOnly } from '../../shared/rules/account-aad-only.ts';
import { anySnapshot } from '../support/arbitraries.ts';
import { testRule } from '../support/rule-tester.ts';
import { anAccount, snapshotOf } from '../support/snapshots.ts';

const path = 'properties.allowedAuthenticationModes';
const TOKEN = 'TaskAuthenticationToken';
const allowTaskToken = { allowTaskToken: true };

function accepting(modes: readonly string[] | null, shows: Shows = 'all') {
  return snapshotOf({ account: anAccount({ authenticationModes: modes, shows }) });
}

/** A violation whose fix writes `desired`. */
function corrected(observed: readonly string[] | null, desired: readonly string[], why: RegExp) {
  return [{ path, observed, desired, why, fix: setAccount(anAccount(), { authenticationModes: desired }) }];
}

testRule(accountAadOnly, {
  compliant: [
    { name: 'exactly AAD', snapshot: accepting(['AAD']) },
    { name: 'AAD in another case', snapshot: accepting(['aad']) },
    { name: 'AAD twice', snapshot: accepting(['AAD', 'Aad']) },
    { name: 'AAD alone where the token may be', snapshot: accepting(['AAD']), options: allowTaskToken },
    { name: 'AAD and the token, allowed', snapshot: accepting(['AAD', TOKEN]), options: allowTaskToken },
    {
      name: 'AAD and the token in another order and case, allowed',
      snapshot: accepting(['TASKauthenticationTOKEN', 'aad']),
      options: allowTaskToken,
    },
    { name: 'exactly AAD in a partial body', snapshot: accepting(['AAD'], 'some') },
  ],
  violating: [
    { name: 'no list', snapshot: accepting(null), expect: corrected(null, ['AAD'], /every mode is accepted/) },
    {
      name: 'no list where the token may be',
      snapshot: accepting(null),
      options: allowTaskToken,
      expect: corrected(null, ['AAD', TOKEN], /every mode is accepted/),
    },
    { name: 'an empty list', snapshot: accepting([]), expect: corrected([], ['AAD'], /not documented/) },
    {
      name: 'an empty list where the token may be',
      snapshot: accepting([]),
      options: allowTaskToken,
      expect: corrected([], ['AAD'], /not documented/),
    },
    {
      name: 'all modes, as a new account has them',
      snapshot: accepting(['SharedKey', 'AAD', TOKEN]),
      expect: corrected(['SharedKey', 'AAD', TOKEN], ['AAD'], /^It accepts SharedKey and TaskAuthenticationToken\.$/),
    },
    {
      name: 'all modes where the token may be',
      snapshot: accepting(['SharedKey', 'AAD', TOKEN]),
      options: allowTaskToken,
      expect: corrected(['SharedKey', 'AAD', TOKEN], ['AAD', TOKEN], /^It accepts SharedKey\.$/),
    },
    {
      name: 'shared keys where the token may be but is not listed',
      snapshot: accepting(['SharedKey', 'AAD']),
      options: allowTaskToken,
      expect: corrected(['SharedKey', 'AAD'], ['AAD'], /^It accepts SharedKey\.$/),
    },
    {
      name: 'AAD and the token, not allowed',
      snapshot: accepting(['AAD', TOKEN]),
      expect: corrected(['AAD', TOKEN], ['AAD'], /^It accepts TaskAuthenticationToken\.$/),
    },
    {
      name: 'a mode that is not known',
      snapshot: accepting(['AAD', 'Passkey']),
      options: allowTaskToken,
      expect: corrected(['AAD', 'Passkey'], ['AAD'], /^It accepts Passkey\.$/),
    },
    {
      name: 'a list without AAD',
      snapshot: accepting([TOKEN]),
      options: allowTaskToken,
      expect: corrected([TOKEN], ['AAD', TOKEN], /^It does not accept AAD\.$/),
    },
    {
      name: 'shared keys alone, in another case',
      snapshot: accepting(['sharedkey']),
      expect: corrected(['sharedkey'], ['AAD'], /^It accepts sharedkey\. It does not accept AAD\.$/),
    },
    {
      name: 'shared keys in a partial body',
      snapshot: accepting(['SharedKey'], 'some'),
      expect: corrected(['SharedKey'], ['AAD'], /It accepts SharedKey\./),
    },
  ],
  unknown: [
    {
      name: 'no list in a partial body',
      snapshot: accepting(null, 'some'),
      expect: [{ path, unknown: /partial/, code: 'not-shown' }],
    },
  ],
  converges: anySnapshot,
});
