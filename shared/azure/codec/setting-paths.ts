import type { AccountSettings } from '../../core/model/account.ts';
import type { PoolSettings } from '../../core/model/pool.ts';

/** Where each setting stands in the body that ARM answers. */
export const ACCOUNT_PATHS = {
  authenticationModes: 'properties.allowedAuthenticationModes',
  autoStorage: 'properties.autoStorage',
  identityIds: 'identity',
  publicNetworkAccess: 'properties.publicNetworkAccess',
  networkProfile: 'properties.networkProfile',
} as const satisfies Record<keyof AccountSettings, string>;

export const POOL_PATHS = {
  identityIds: 'identity',
  endpoints: 'properties.networkConfiguration.endpointConfiguration',
  publicIp: 'properties.networkConfiguration.publicIPAddressConfiguration',
  targetCommunicationMode: 'properties.targetNodeCommunicationMode',
  users: 'properties.userAccounts',
} as const satisfies Record<keyof PoolSettings, string>;
