import type { AccountSettings, AutoStorage } from '../core/account.ts';
import type { Change } from '../core/change.ts';
import { describeRule } from '../core/exposure.ts';
import type { NatPool, SecurityRule } from '../core/nat-pool.ts';
import type { PoolSettings } from '../core/pool.ts';

/** A change in words: what each setting is to be, one line each. */
export function changeInWords(change: Change): string[] {
  return change.kind === 'set-account' ? accountInWords(change.set) : poolInWords(change.set);
}

function accountInWords({ authenticationModes, autoStorage }: Partial<AccountSettings>): string[] {
  return [
    ...(authenticationModes === undefined ? [] : [`set allowedAuthenticationModes to ${orAll(authenticationModes)}`]),
    ...(autoStorage === undefined ? [] : [autoStorageInWords(autoStorage)]),
  ];
}

function orAll(modes: readonly string[] | null): string {
  return modes === null ? 'none, which allows all' : modes.join(', ');
}

function autoStorageInWords(autoStorage: AutoStorage | null): string {
  if (autoStorage === null) return 'remove autoStorage';
  const { authenticationMode, nodeIdentityId } = autoStorage;
  const mode = `authenticationMode ${authenticationMode ?? 'StorageKeys'}`;
  return `set autoStorage to ${mode}${nodeIdentityId === null ? '' : ` and nodeIdentityReference ${nodeIdentityId}`}`;
}

function poolInWords({ identityIds, endpoints }: Partial<PoolSettings>): string[] {
  return [
    ...(identityIds === undefined ? [] : [`set the identities of the pool to ${listOf(identityIds)}`]),
    ...(endpoints === undefined
      ? []
      : endpoints === null
        ? ['remove endpointConfiguration']
        : endpoints.map(natPoolInWords)),
  ];
}

function natPoolInWords({ name, backendPort, rules }: NatPool): string {
  if (rules.length === 0) return `remove all rules of NAT pool ${name} (port ${backendPort})`;
  return `set the rules of NAT pool ${name} (port ${backendPort}) to: ${rules.map(shortRule).join('; ')}`;
}

function shortRule(rule: SecurityRule): string {
  return describeRule(rule).replace(/^rule /, '');
}

function listOf(items: readonly string[]): string {
  return items.length === 0 ? 'none' : items.join(', ');
}
