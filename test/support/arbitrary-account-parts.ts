import * as fc from 'fast-check';
import type { PrivateEndpointConnection } from '../../shared/core/model/account.ts';
import type { DiagnosticSetting, Perimeter } from '../../shared/core/model/facet.ts';
import type { EndpointAccess, NetworkProfile } from '../../shared/core/model/network-profile.ts';
import { notShown, type Reading, readingFailed } from '../../shared/core/model/reading.ts';
import { words, wordsOrNull } from './arbitrary-words.ts';

const ALL_IPV4 = ['0.0.0.0/1', '128.0.0.0/1'];

/** Addresses and CIDRs of IPv4; now and then all of them. */
const anyIpRules: fc.Arbitrary<EndpointAccess['ipRules']> = fc
  .oneof(
    fc.subarray(['203.0.113.7', '198.51.100.0/24', '10.0.0.0/8', '0.0.0.0/1', '128.0.0.0/1', '0.0.0.0/0']),
    fc.constant(ALL_IPV4),
  )
  .map((values) => values.map((value) => ({ value, unmodelled: { action: 'Allow' } })));

const anyEndpointAccess: fc.Arbitrary<EndpointAccess> = fc.record({
  defaultAction: wordsOrNull('Allow', 'Deny', 'Deny'),
  ipRules: anyIpRules,
  unmodelled: fc.constantFrom({}, { futureField: true }),
});

export const anyNetworkProfile: fc.Arbitrary<NetworkProfile> = fc.record({
  accountAccess: fc.option(anyEndpointAccess),
  nodeManagementAccess: fc.option(anyEndpointAccess),
  unmodelled: fc.constantFrom({}, { futureEndpoint: { on: true } }),
});

export const anyPublicNetworkAccess: fc.Arbitrary<string | null> = fc.oneof(
  { weight: 6, arbitrary: wordsOrNull('Enabled', 'Enabled', 'Disabled', 'SecuredByPerimeter') },
  fc.constant('Sometimes'),
);

const anyConnection: fc.Arbitrary<PrivateEndpointConnection> = fc.record({
  name: fc.constantFrom('endpoint1', 'endpoint2'),
  status: fc.oneof({ weight: 3, arbitrary: words('Approved') }, wordsOrNull('Pending', 'Rejected', 'Disconnected')),
  provisioningState: fc.oneof({ weight: 3, arbitrary: words('Succeeded') }, wordsOrNull('Creating', 'Failed')),
  groupIds: fc.oneof(
    fc.subarray(['batchAccount', 'nodeManagement']),
    words('batchAccount', 'nodeManagement').map((group) => [group]),
  ),
});

export const anyConnections: fc.Arbitrary<PrivateEndpointConnection[]> = fc.array(anyConnection, { maxLength: 3 });

const anyDiagnosticSetting: fc.Arbitrary<DiagnosticSetting> = fc.record({
  name: fc.constantFrom('to-workspace', 'to-archive'),
  hasDestination: fc.boolean(),
  logs: fc.array(
    fc
      .record({
        what: fc.constantFrom('ServiceLog', 'AuditLog', 'ServiceLogs', 'allLogs', 'audit'),
        enabled: fc.boolean(),
      })
      .map(({ what, enabled }) => {
        const isGroup = what === 'allLogs' || what === 'audit';
        return { category: isGroup ? null : what, categoryGroup: isGroup ? what : null, enabled };
      }),
    { maxLength: 3 },
  ),
});

export const anyDiagnosticSettings: fc.Arbitrary<Reading<DiagnosticSetting[]>> = fc.oneof(
  { weight: 4, arbitrary: fc.array(anyDiagnosticSetting, { maxLength: 2 }).map((known) => ({ known })) },
  fc.constant({ unknown: readingFailed('diagnostic settings could not be read: AuthorizationFailed') }),
);

/** Mostly nobody asked for them, as where the account shows every group. */
export const anyConnectionsRead: fc.Arbitrary<Reading<PrivateEndpointConnection[]>> = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ unknown: notShown('no connection hides its group') }) },
  anyConnections.map((known) => ({ known })),
  fc.constant({ unknown: readingFailed('the list of private endpoint connections could not be read') }),
);

const anyPerimeter: fc.Arbitrary<Perimeter> = fc.record({
  name: fc.constantFrom('perimeter1', 'perimeter2'),
  accessMode: wordsOrNull('Enforced', 'Enforced', 'Learning', 'Audit'),
  provisioningState: wordsOrNull('Succeeded', 'Creating'),
  inbound: fc.subarray(['203.0.113.0/24', ...ALL_IPV4]),
});

export const anyPerimeters: fc.Arbitrary<Reading<Perimeter[]>> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Reading<Perimeter[]>>({ known: [] }) },
  anyPerimeter.map((one) => ({ known: [one] })),
  fc.constant({ unknown: readingFailed('network security perimeters could not be read: AuthorizationFailed') }),
  fc.constant({ unknown: notShown('no rule that is on needs them') }),
);
