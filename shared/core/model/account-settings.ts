import { accessInWords, type NetworkProfile, normalAccess } from './network-profile.ts';
import { idKey } from './resource-id.ts';
import { type Descriptors, listOf, wordSet } from './setting.ts';

/** What a change can set on an account. */
export interface AccountSettings {
  /** `allowedAuthenticationModes`; null when absent or null, which allows all. */
  readonly authenticationModes: readonly string[] | null;
  readonly autoStorage: AutoStorage | null;
  /** The ARM ids of its user-assigned identities. */
  readonly identityIds: readonly string[];
  /** `Enabled`, `Disabled` or `SecuredByPerimeter`; null when absent. */
  readonly publicNetworkAccess: string | null;
  readonly networkProfile: NetworkProfile | null;
}

export interface AutoStorage {
  readonly storageAccountId: string;
  /** `StorageKeys` (also meant by null) or `BatchAccountManagedIdentity`. */
  readonly authenticationMode: string | null;
  /** The user-assigned identity that nodes use to read from auto-storage. */
  readonly nodeIdentityId: string | null;
}

/** What an account accepts that does not say. */
export const ALL_MODES: readonly string[] = ['SharedKey', 'AAD', 'TaskAuthenticationToken'];

export const ACCOUNT_SETTINGS: Descriptors<AccountSettings> = {
  authenticationModes: {
    title: 'authentication modes',
    path: 'properties.allowedAuthenticationModes',
    normal: (modes) => wordSet(modes ?? ALL_MODES),
    inWords: (modes) => [
      `set allowedAuthenticationModes to ${modes === null ? 'none, which allows all' : modes.join(', ')}`,
    ],
  },
  autoStorage: {
    title: 'auto-storage',
    path: 'properties.autoStorage',
    normal: (autoStorage) =>
      autoStorage && {
        storageAccountId: idKey(autoStorage.storageAccountId),
        authenticationMode: (autoStorage.authenticationMode ?? 'StorageKeys').toLowerCase(),
        nodeIdentityId: autoStorage.nodeIdentityId && idKey(autoStorage.nodeIdentityId),
      },
    inWords: (autoStorage) => [autoStorageInWords(autoStorage)],
  },
  identityIds: {
    title: 'identities',
    path: 'identity',
    normal: wordSet,
    inWords: (ids) => [`set the user-assigned identities of the account to ${listOf(ids)}`],
  },
  publicNetworkAccess: {
    title: 'public network access',
    path: 'properties.publicNetworkAccess',
    normal: (access) => (access ?? 'Enabled').toLowerCase(),
    inWords: (access) => [`set publicNetworkAccess to ${access ?? 'Enabled'}`],
  },
  networkProfile: {
    title: 'network profile',
    path: 'properties.networkProfile',
    normal: (profile) => ({
      accountAccess: normalAccess(profile?.accountAccess ?? null),
      nodeManagementAccess: normalAccess(profile?.nodeManagementAccess ?? null),
    }),
    inWords: networkProfileInWords,
  },
};

function autoStorageInWords(autoStorage: AutoStorage | null): string {
  if (autoStorage === null) return 'remove autoStorage';
  const { authenticationMode, nodeIdentityId } = autoStorage;
  const mode = `authenticationMode ${authenticationMode ?? 'StorageKeys'}`;
  return `set autoStorage to ${mode}${nodeIdentityId === null ? '' : ` and nodeIdentityReference ${nodeIdentityId}`}`;
}

function networkProfileInWords(profile: NetworkProfile | null): string[] {
  if (profile === null) return ['remove networkProfile'];
  const { accountAccess, nodeManagementAccess } = profile;
  return [
    ...(accountAccess === null ? [] : [`set accountAccess to ${accessInWords(accountAccess)}`]),
    ...(nodeManagementAccess === null ? [] : [`set nodeManagementAccess to ${accessInWords(nodeManagementAccess)}`]),
  ];
}
