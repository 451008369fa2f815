import type { AccountSettings } from './account.ts';
import type { NatPool, NatRule } from './nat-pool.ts';
import type { EndpointAccess } from './network-profile.ts';
import type { PoolSettings } from './pool.ts';
import { idKey } from './resource-id.ts';

type Settings = AccountSettings & PoolSettings;

/** Each setting in a form in which equal means the same to Azure: no case, no order where none counts, defaults spelled out. */
const NORMAL: { readonly [Key in keyof Settings]: (value: Settings[Key]) => unknown } = {
  authenticationModes: (modes) => modes && wordSet(modes),
  autoStorage: (auto) =>
    auto && {
      storageAccountId: idKey(auto.storageAccountId),
      authenticationMode: (auto.authenticationMode ?? 'StorageKeys').toLowerCase(),
      nodeIdentityId: auto.nodeIdentityId && idKey(auto.nodeIdentityId),
    },
  identityIds: wordSet,
  publicNetworkAccess: (access) => (access ?? 'Enabled').toLowerCase(),
  networkProfile: (profile) => ({
    accountAccess: normalAccess(profile?.accountAccess ?? null),
    nodeManagementAccess: normalAccess(profile?.nodeManagementAccess ?? null),
  }),
  endpoints: (natPools) => (natPools ?? []).map(normalNatPool).toSorted(byKey(({ name }) => name)),
  publicIp: (provision) => (provision ?? 'BatchManaged').toLowerCase(),
  targetCommunicationMode: (mode) => (mode ?? 'Default').toLowerCase(),
  users: (users) =>
    users
      .map(({ name, elevationLevel }) => [name, (elevationLevel ?? 'NonAdmin').toLowerCase()])
      .toSorted(byKey(([name = '']) => name)),
};

/** Whether two values of one setting mean the same to Azure. */
export function sameSetting<Key extends keyof Settings>(key: Key, a: Settings[Key], b: Settings[Key]): boolean {
  return JSON.stringify(NORMAL[key](a)) === JSON.stringify(NORMAL[key](b));
}

/** The settings of `wanted` that `actual` does not have, or has otherwise. */
export function missingSettings(wanted: Partial<Settings>, actual: Partial<Settings>): string[] {
  return Object.keys(wanted).filter((key) => {
    const setting = key as keyof Settings; // a key of Partial<Settings>
    const [a, b] = [wanted[setting], actual[setting]];
    return a === undefined || b === undefined || !sameSetting(setting, a, b);
  });
}

function wordSet(words: readonly string[]): string[] {
  return [...new Set(words.map((word) => word.toLowerCase()))].toSorted();
}

function normalAccess(access: EndpointAccess | null) {
  return {
    defaultAction: (access?.defaultAction ?? 'Allow').toLowerCase(),
    ipRules: wordSet((access?.ipRules ?? []).map(({ value }) => value)),
  };
}

function normalNatPool({ name, protocol, backendPort, frontendPortRangeStart, frontendPortRangeEnd, rules }: NatPool) {
  return {
    name,
    protocol: protocol.toUpperCase(),
    backendPort,
    frontendPortRangeStart,
    frontendPortRangeEnd,
    rules: rules.map(normalRule).toSorted(byKey(({ priority }) => priority)),
  };
}

function normalRule({ priority, access, sourceAddressPrefix, sourcePortRanges }: NatRule) {
  return {
    priority,
    access: access.toLowerCase(),
    sourceAddressPrefix: sourceAddressPrefix.toLowerCase(),
    sourcePortRanges: sourcePortRanges ?? ['*'],
  };
}

function byKey<T>(key: (item: T) => string | number): (a: T, b: T) => number {
  return (a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0);
}
