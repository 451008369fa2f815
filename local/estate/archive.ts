import type { Body } from './parts.ts';
import { account, accountId, identityId, storageId, TRADING, userAssigned } from './parts.ts';

const group = 'archive';
const id = accountId(TRADING, group, 'contosoarchive');

/** contosoarchive has no pools, and an identity that may write its auto-storage, which it opens with keys: repairable. */
export const archive: { accounts: Body[]; pools: Body[] } = {
  accounts: [
    account(id, 'westeurope', {
      identity: userAssigned(identityId(TRADING, group, 'archive-account')),
      properties: {
        allowedAuthenticationModes: ['AAD'],
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
