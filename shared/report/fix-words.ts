import type { AccountSettings, AutoStorage } from '../core/model/account.ts';
import type { Change, Fix } from '../core/model/change.ts';
import type { NatPool, NatRule } from '../core/model/nat-pool.ts';
import type { EndpointAccess, NetworkProfile } from '../core/model/network-profile.ts';
import type { PoolSettings } from '../core/model/pool.ts';
import type { User } from '../core/model/pool-parts.ts';
import { describeRule } from '../core/reachability/exposure.ts';

/** A fix in words, one line each; the steps of a person have lines of their own. */
export function fixInWords(fix: Fix): string[] {
  return fix.kind === 'manual' ? `For a person: ${fix.why}`.split(/ (?=\(\d+\) )/) : changeInWords(fix);
}

/** The same on one line. */
export function fixOnOneLine(fix: Fix): string {
  return fixInWords(fix).join(fix.kind === 'manual' ? ' ' : '; ');
}

/** A change in words: what each setting is to be, one line each. */
export function changeInWords(change: Change): string[] {
  return change.kind === 'set-account' ? inWords(ACCOUNT_WORDS, change.set) : inWords(POOL_WORDS, change.set);
}

type Words<Settings> = { readonly [Key in keyof Settings]: (value: Settings[Key]) => readonly string[] };

const ACCOUNT_WORDS: Words<AccountSettings> = {
  authenticationModes: (modes) => [
    `set allowedAuthenticationModes to ${modes === null ? 'none, which allows all' : modes.join(', ')}`,
  ],
  autoStorage: (autoStorage) => [autoStorageInWords(autoStorage)],
  identityIds: (ids) => [`set the user-assigned identities of the account to ${listOf(ids)}`],
  publicNetworkAccess: (access) => [`set publicNetworkAccess to ${access ?? 'Enabled'}`],
  networkProfile: networkProfileInWords,
};

const POOL_WORDS: Words<PoolSettings> = {
  identityIds: (ids) => [`set the identities of the pool to ${listOf(ids)}`],
  endpoints: (natPools) => (natPools === null ? ['remove endpointConfiguration'] : natPools.map(natPoolInWords)),
  publicIp: (provision) => [`set publicIPAddressConfiguration.provision to ${provision ?? 'BatchManaged'}`],
  targetCommunicationMode: (mode) => [`set targetNodeCommunicationMode to ${mode ?? 'Default'}`],
  users: (users) => [`set userAccounts to ${listOf(users.map(userInWords))}`],
};

function inWords<Settings extends object>(words: Words<Settings>, set: Partial<Settings>): string[] {
  const keys = Object.keys(words) as (keyof Settings)[]; // the keys of a mapped type
  return keys.flatMap((key) => settingInWords<Settings, keyof Settings>(words, key, set[key]));
}

function settingInWords<Settings, Key extends keyof Settings>(
  words: Words<Settings>,
  key: Key,
  value: Settings[Key] | undefined,
): readonly string[] {
  return value === undefined ? [] : words[key](value);
}

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

function accessInWords({ defaultAction, ipRules }: EndpointAccess): string {
  const exceptions = ipRules.length === 0 ? '' : `, and to allow ${ipRules.map(({ value }) => value).join(', ')}`;
  return `${defaultAction ?? 'Allow'} by default${exceptions}`;
}

function natPoolInWords({ name, backendPort, rules }: NatPool): string {
  if (rules.length === 0) return `remove all rules of NAT pool ${name} (port ${backendPort})`;
  return `set the rules of NAT pool ${name} (port ${backendPort}) to: ${rules.map(shortRule).join('; ')}`;
}

function shortRule(rule: NatRule): string {
  return describeRule(rule).replace(/^rule /, '');
}

function userInWords({ name, elevationLevel }: User): string {
  return `${name} (${elevationLevel ?? 'NonAdmin'})`;
}

function listOf(items: readonly string[]): string {
  return items.length === 0 ? 'none' : items.join(', ');
}
