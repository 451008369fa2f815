import { expect, test } from 'vitest';
import { changeInWords } from '../../shared/report/fix-words.ts';
import { grid } from '../../shared/report/terminal/grid.ts';
import { valueInWords } from '../../shared/report/terminal/value-words.ts';
import { wrap } from '../../shared/report/terminal/wrap.ts';
import { ACCOUNT_ID, anAutoStorage, natPool, POOL_ID, securityRule } from '../support/snapshots.ts';

test('changes in words', () => {
  const account = (set: object) => changeInWords({ kind: 'set-account', id: ACCOUNT_ID, set });
  const pool = (set: object) => changeInWords({ kind: 'set-pool', id: POOL_ID, set });
  expect(account({ authenticationModes: ['AAD', 'TaskAuthenticationToken'] })).toEqual([
    'set allowedAuthenticationModes to AAD, TaskAuthenticationToken',
  ]);
  expect(account({ autoStorage: anAutoStorage({ nodeIdentityId: 'ID' }) })).toEqual([
    'set autoStorage to authenticationMode BatchAccountManagedIdentity and nodeIdentityReference ID',
  ]);
  expect(pool({ identityIds: ['A', 'B'], endpoints: null })).toEqual([
    'set the identities of the pool to A, B',
    'remove endpointConfiguration',
  ]);
  expect(
    account({
      identityIds: ['A'],
      publicNetworkAccess: 'Disabled',
      networkProfile: {
        accountAccess: { defaultAction: 'Deny', ipRules: [{ value: '192.0.2.7', unmodelled: {} }], unmodelled: {} },
        nodeManagementAccess: { defaultAction: null, ipRules: [], unmodelled: {} },
        unmodelled: {},
      },
    }),
  ).toEqual([
    'set the user-assigned identities of the account to A',
    'set publicNetworkAccess to Disabled',
    'set accountAccess to Deny by default, and to allow 192.0.2.7',
    'set nodeManagementAccess to Allow by default',
  ]);
  expect(account({ networkProfile: null, autoStorage: null, authenticationModes: null })).toEqual([
    'set allowedAuthenticationModes to none, which allows all',
    'remove autoStorage',
    'remove networkProfile',
  ]);
  const users = [
    { name: 'render', elevationLevel: 'NonAdmin' },
    { name: 'admin', elevationLevel: 'Admin' },
  ];
  expect(pool({ publicIp: 'NoPublicIPAddresses', users })).toEqual([
    'set publicIPAddressConfiguration.provision to NoPublicIPAddresses',
    'set userAccounts to render (NonAdmin), admin (Admin)',
  ]);
  const rules = [securityRule({ priority: 150, access: 'Allow', sourceAddressPrefix: '10.0.0.0/8' }), securityRule()];
  expect(pool({ endpoints: [natPool({ rules }), natPool({ name: 'rdp', backendPort: 3389 })] })).toEqual([
    'set the rules of NAT pool ssh (port 22) to: 150 Allow 10.0.0.0/8; 3500 Deny *',
    'remove all rules of NAT pool rdp (port 3389)',
  ]);
});

test('values in words', () => {
  const values = [null, undefined, 'AAD', ['A', 'B'], [], 7, { a: [1] }, [{ a: 1 }, 'b']];
  expect(values.map(valueInWords)).toEqual([
    'nothing',
    'nothing',
    'AAD',
    'A, B',
    'none',
    '7',
    '{"a":[1]}',
    '{"a":1}, b',
  ]);
});

test('wrapping cuts at spaces, and long words after slashes and commas, else after dots', () => {
  expect(wrap('the quick brown fox', 10)).toEqual(['the quick', 'brown fox']);
  expect(wrap('in /subscriptions/sub/resourceGroups/group', 20)).toEqual([
    'in /subscriptions/',
    'sub/resourceGroups/',
    'group',
  ]);
  expect(wrap('properties.networkConfiguration.subnetId', 34)).toEqual([
    'properties.networkConfiguration.',
    'subnetId',
  ]);
  expect(wrap('providers/Microsoft.Batch', 22)).toEqual(['providers/', 'Microsoft.Batch']);
  expect(wrap('x'.repeat(25), 10)).toEqual(['xxxxxxxxxx', 'xxxxxxxxxx', 'xxxxx']);
  expect(wrap('aa/bbbbbb, cc/dddddddd', 8)).toEqual(['aa/', 'bbbbbb,', 'cc/', 'dddddddd']);
  expect(wrap('', 10)).toEqual(['']);
});

test('a table of boxes pads what is painted by what is seen', () => {
  expect(
    grid(
      [
        [['a'], ['b', '\u001b[1mcc\u001b[22m']],
        [['d'], []],
      ],
      [1, 4],
    ),
  ).toEqual([
    '┌───┬──────┐',
    '│ a │ b    │',
    '│   │ \u001b[1mcc\u001b[22m   │',
    '├───┼──────┤',
    '│ d │      │',
    '└───┴──────┘',
  ]);
});
