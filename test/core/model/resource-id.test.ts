import { describe, expect, test } from 'vitest';
import { distinctIds } from '../../../shared/core/model/ids.ts';
import { accountOf, idKey, parseAccountId, parsePoolId, sameId } from '../../../shared/core/model/resource-id.ts';

const ACCOUNT =
  '/subscriptions/subid/resourceGroups/default-azurebatch-japaneast/providers/Microsoft.Batch/batchAccounts/sampleacct';

describe('ids of accounts and pools', () => {
  test('are parsed into their parts; a subscription need not be a GUID', () => {
    expect(parseAccountId(ACCOUNT)).toEqual({
      text: ACCOUNT,
      subscription: 'subid',
      resourceGroup: 'default-azurebatch-japaneast',
      account: 'sampleacct',
    });
    expect(parsePoolId(`${ACCOUNT}/pools/testpool`)).toMatchObject({ account: 'sampleacct', pool: 'testpool' });
  });

  test('have no case that matters', () => {
    expect(parseAccountId(ACCOUNT.toLowerCase())).not.toBeNull();
    expect(parsePoolId(`${ACCOUNT.toUpperCase()}/POOLS/p`)).not.toBeNull();
    expect(sameId(ACCOUNT, ACCOUNT.toLowerCase())).toBe(true);
  });

  test('4: are folded as Azure does it: a Kelvin sign is no k, and a dotted capital I no i', () => {
    for (const [one, other] of [
      ['\u212a', 'k'],
      ['\u0130', 'i\u0307'],
      ['\u00c4', '\u00e4'],
    ] as const) {
      expect(sameId(`${ACCOUNT}${one}`, `${ACCOUNT}${other}`)).toBe(false);
      expect(idKey(`${ACCOUNT}${one}`)).toBe(`${ACCOUNT.toLowerCase()}${one}`);
      expect(distinctIds([`${ACCOUNT}${one}`, `${ACCOUNT}${other}`])).toHaveLength(2);
    }
  });

  test('9: are no longer than a table key', () => {
    expect(parseAccountId(`${ACCOUNT}${'a'.repeat(400 - ACCOUNT.length)}`)).not.toBeNull();
    expect(parseAccountId(`${ACCOUNT}${'a'.repeat(401 - ACCOUNT.length)}`)).toBeNull();
    expect(parsePoolId(`${ACCOUNT}/pools/${'a'.repeat(493 - ACCOUNT.length)}`)).not.toBeNull();
    expect(parsePoolId(`${ACCOUNT}/pools/${'a'.repeat(494 - ACCOUNT.length)}`)).toBeNull();
  });

  test('of one kind are not of the other', () => {
    expect(parseAccountId(`${ACCOUNT}/pools/p`)).toBeNull();
    expect(parsePoolId(ACCOUNT)).toBeNull();
    expect(parsePoolId(`${ACCOUNT}/pools/p/x`)).toBeNull();
  });

  test.each([
    ACCOUNT,
    `${ACCOUNT}/`,
    `${ACCOUNT}/pools/p`,
    `${ACCOUNT}/privateEndpointConnections/x/y`,
    `${ACCOUNT}/providers/Microsoft.Insights/diagnosticSettings/Send to Log Analytics`,
    `${ACCOUNT}/providers/Microsoft.Insights/diagnosticSettings/Send%20to%20Log%20Analytics`,
    `${ACCOUNT}/../other`,
  ])('%s belongs to the account', (id) => {
    expect(accountOf(id)?.text).toBe(ACCOUNT);
  });

  test.each([
    '',
    '/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a',
    '/subscriptions/s/providers/Microsoft.Batch/batchAccounts/a',
    `${ACCOUNT}?api-version=2015-01-01`,
    ACCOUNT.replace('subid', 'a?b'),
    ACCOUNT.replace('subid', 'a#b'),
    ACCOUNT.replace('subid', 'a%2fb'),
    ACCOUNT.replace('subid', 'a b'),
    ACCOUNT.replace('subid', 'a\\b'),
    `https://elsewhere${ACCOUNT}`,
  ])('%s is none', (text) => {
    expect(accountOf(text)).toBeNull();
  });
});
