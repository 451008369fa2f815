import type { Body } from './parts.ts';
import {
  account,
  accountId,
  identityId,
  perimeter,
  privateEndpoint,
  storageId,
  TRADING,
  userAssigned,
} from './parts.ts';

const group = 'archive';
const id = accountId(TRADING, group, 'contosoarchive');

const connection = privateEndpoint(id, 'batchAccount');
const { groupIds: _, ...hidden } = connection['properties'] as Body; // of a function of parts.ts

/**
 * contosoarchive has no pools, and an identity that may write its auto-storage, which it opens with keys: repairable. It is
 * in an enforced perimeter, and its body does not show where its private endpoint leads.
 */
export const archive: { accounts: Body[]; pools: Body[]; resources: Body[] } = {
  resources: [connection, perimeter(id, 'archive', 'Enforced', ['198.51.100.0/24'])],
  accounts: [
    account(id, 'westeurope', {
      identity: userAssigned(identityId(TRADING, group, 'archive-account')),
      properties: {
        allowedAuthenticationModes: ['AAD'],
        privateEndpointConnections: [{ ...connection, properties: hidden }],
        autoStorage: {
          storageAccountId: storageId(TRADING, group, 'contosoarchivefiles'),
          lastKeySync: '2024-11-14T06:30:55.1182734Z',
          authenticationMode: 'StorageKeys',
        },
      },
    }),
  ],
  pools: [],
};
