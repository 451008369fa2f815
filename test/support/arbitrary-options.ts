import * as fc from 'fast-check';
import { anyIdentityId } from './arbitraries.ts';
import { identityId, SUBNET_ID } from './snapshots.ts';

const anyConfirmation = fc.option(fc.constant('confirmed'), { nil: undefined });
const anyIdentityIds = fc.uniqueArray(anyIdentityId, { selector: (id) => id.toLowerCase(), maxLength: 2 });
const identities = ['nodes', 'vault', 'registry'].map(identityId);

/** What a policy may give each rule that has options: every option, given or not. */
export const ANY_OPTIONS: Readonly<Record<string, fc.Arbitrary<Readonly<Record<string, unknown>>>>> = {
  'account-aad-only': fc.record({ allowTaskToken: fc.boolean() }),
  'account-diagnostic-logs': fc.record({ categories: fc.subarray(['ServiceLog', 'AuditLog'], { minLength: 1 }) }),
  'account-identity': fc.record({ identityId: fc.option(anyIdentityId, { nil: undefined }) }),
  'account-node-identity': fc.record({ identityId: fc.option(anyIdentityId, { nil: undefined }) }),
  'account-node-management-access': fc.record({ privateAccess: anyConfirmation }),
  'account-pool-allocation-mode': fc.record({ required: fc.constantFrom('BatchService', 'UserSubscription') }),
  'account-private-endpoint': fc.record({
    groups: fc.subarray(['batchAccount', 'nodeManagement'], { minLength: 1 }),
  }),
  'account-public-network': fc.record({ allowIpRules: fc.boolean(), privateAccess: anyConfirmation }),
  'pool-allowed-identities': fc.record({
    required: anyIdentityIds,
    allowed: fc.option(fc.subarray(identities)),
  }),
  'pool-named-user-elevation': fc.record({ admins: fc.subarray(['admin1', 'render']), demote: fc.boolean() }),
  'pool-identity-references': fc.record({ assignable: fc.option(fc.subarray(identities)) }),
  'pool-plain-secrets': fc.record({ allowNames: fc.subarray(['DB_PASSWORD']), keyMounts: fc.boolean() }),
  'pool-public-ip': fc.record({ allowUserManaged: fc.boolean(), egress: anyConfirmation }),
  'pool-remote-access': fc.record({
    allow: fc.subarray(['203.0.113.0/24', '10.0.0.0/8', 'VirtualNetwork', 'AzureCloud', '2001:db8::/32']),
    ports: fc.constantFrom('all', [22], [22, 3389]),
    assumeMapped: fc.boolean(),
  }),
  'pool-subnet': fc.record({ allowed: fc.subarray([SUBNET_ID, `${SUBNET_ID}-other`]) }),
};
