import { expect, test } from 'vitest';
import {
  ACCOUNT_SETTINGS,
  type AccountSettings,
  type AutoStorage,
} from '../../../shared/core/model/account-settings.ts';
import { POOL_SETTINGS, type PoolSettings } from '../../../shared/core/model/pool-settings.ts';
import { missingSettings } from '../../../shared/core/model/same-setting.ts';
import { anAutoStorage, natPool, securityRule, storageId } from '../../support/snapshots.ts';

const formula = '$TargetDedicatedNodes = 2;';
const every = (interval: string | null) => ({ scale: { kind: 'autoscale', formula, interval } }) as const;
const [ssh, rdp] = [natPool(), natPool({ name: 'rdp', backendPort: 3389 })];
const [allow, deny] = [securityRule({ priority: 150, access: 'Allow' }), securityRule()];
const ruled = (...rules: readonly (typeof deny)[]) => ({ endpoints: [natPool({ rules })] });
const [user, admin] = [
  { name: 'user', elevationLevel: null },
  { name: 'root', elevationLevel: 'Admin' },
];
const item = (name: string, value: string) => ({ name, value, unmodelled: {} });

test.each<[what: string, a: Partial<PoolSettings>, b: Partial<PoolSettings>, same: boolean]>([
  ['an interval in another way', every('PT06M00S'), every('PT6M'), true],
  ['the default interval', every(null), every('PT900S'), true],
  ['another interval', every('PT5M'), every('PT6M'), false],
  ['an interval that is none', every('soon'), every('later'), false],
  ['another formula', every(null), { scale: { kind: 'autoscale', formula: '', interval: null } }, false],
  ['another kind of scale', every(null), { scale: { kind: 'fixed', dedicated: 2, lowPriority: 0 } }, false],
  ['a scale that is not known', every(null), { scale: null }, false],
  [
    'metadata in another order',
    { metadata: [item('a', '1'), item('b', '2')] },
    { metadata: [item('b', '2'), item('a', '1')] },
    true,
  ],
  ['NAT pools in another order', { endpoints: [ssh, rdp] }, { endpoints: [rdp, ssh] }, true],
  ['a NAT pool less', { endpoints: [ssh, rdp] }, { endpoints: [ssh] }, false],
  ['no endpoint configuration, or one without NAT pools', { endpoints: null }, { endpoints: [] }, true],
  ['a protocol in other case', { endpoints: [natPool({ protocol: 'tcp' })] }, { endpoints: [ssh] }, true],
  ['rules in another order', ruled(allow, deny), ruled(deny, allow), true],
  ['other priorities', ruled(allow, deny), ruled({ ...allow, priority: 151 }, deny), false],
  [
    'words of a rule in other case',
    ruled({ ...deny, access: 'deny', sourceAddressPrefix: 'INTERNET' }),
    ruled({ ...deny, sourceAddressPrefix: 'Internet' }),
    true,
  ],
  ['another source', ruled({ ...deny, sourceAddressPrefix: 'Internet' }), ruled(deny), false],
  ['no source ports, which means all', ruled(deny), ruled({ ...deny, sourcePortRanges: ['*'] }), true],
  ['other source ports', ruled(deny), ruled({ ...deny, sourcePortRanges: ['22'] }), false],
  ['identities in another order and case', { identityIds: ['a', 'b'] }, { identityIds: ['B', 'a', 'b'] }, true],
  ['an identity less', { identityIds: ['a', 'b'] }, { identityIds: ['a'] }, false],
  ['public addresses by default', { publicIp: null }, { publicIp: 'batchmanaged' }, true],
  ['other public addresses', { publicIp: null }, { publicIp: 'NoPublicIPAddresses' }, false],
  ['users in another order', { users: [user, admin] }, { users: [admin, user] }, true],
  ['the default elevation', { users: [user] }, { users: [{ ...user, elevationLevel: 'nonadmin' }] }, true],
  ['another elevation', { users: [user] }, { users: [{ ...user, elevationLevel: 'Admin' }] }, false],
  ['another value', { metadata: [item('a', '1')] }, { metadata: [item('a', '2')] }, false],
])('%s', (_what, a, b, same) => {
  expect(missingSettings(POOL_SETTINGS, a, b)).toEqual(same ? [] : Object.keys(a));
  expect(missingSettings(POOL_SETTINGS, b, a)).toEqual(same ? [] : Object.keys(a));
});

test('13: of an account: no case, no order, and the defaults spelled out', () => {
  const same = (a: Partial<AccountSettings>, b: Partial<AccountSettings>) =>
    missingSettings(ACCOUNT_SETTINGS, a, b).length === 0;
  const access = (defaultAction: string | null, ...ranges: readonly string[]) => ({
    defaultAction,
    ipRules: ranges.map((value) => ({ value, unmodelled: {} })),
    unmodelled: {},
  });
  const profile = (accountAccess: ReturnType<typeof access> | null, nodes: typeof accountAccess = null) => ({
    networkProfile: { accountAccess, nodeManagementAccess: nodes, unmodelled: {} },
  });
  const storage = (changes: Partial<AutoStorage> = {}) => ({ autoStorage: anAutoStorage(changes) });
  const id = storageId('store1');
  const cases: readonly [Partial<AccountSettings>, Partial<AccountSettings>, boolean][] = [
    [
      { authenticationModes: ['AAD', 'TaskAuthenticationToken'] },
      { authenticationModes: ['taskauthenticationtoken', 'aad'] },
      true,
    ],
    [{ authenticationModes: ['AAD'] }, { authenticationModes: null }, false],
    [{ publicNetworkAccess: null }, { publicNetworkAccess: 'enabled' }, true],
    [{ publicNetworkAccess: null }, { publicNetworkAccess: 'Disabled' }, false],
    [{ networkProfile: null }, profile(access('allow')), true],
    [profile(access('Deny', '10.0.0.1', '10.0.0.2')), profile(access('deny', '10.0.0.2', '10.0.0.1')), true],
    [profile(access('Deny', '10.0.0.1')), profile(access('Deny')), false],
    [profile(access('Deny')), profile(null, access('Deny')), false],
    [profile(null, access(null)), profile(access('Allow')), true],
    [storage({ authenticationMode: null }), storage({ authenticationMode: 'storagekeys' }), true],
    [storage({ storageAccountId: id }), storage({ storageAccountId: id.toUpperCase() }), true],
    [storage(), storage({ storageAccountId: storageId('store2') }), false],
    [storage({ nodeIdentityId: id }), storage({ nodeIdentityId: id.toUpperCase() }), true],
    [storage({ nodeIdentityId: id }), storage(), false],
    [storage(), { autoStorage: null }, false],
    [{ identityIds: ['a'] }, {}, false],
  ];
  for (const [a, b, expected] of cases) expect([same(a, b), a, b]).toEqual([expected, a, b]);
});
