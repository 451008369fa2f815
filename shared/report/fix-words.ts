import { ACCOUNT_SETTINGS } from '../core/model/account-settings.ts';
import type { Change, Fix, SetSecret } from '../core/model/change.ts';
import { POOL_SETTINGS } from '../core/model/pool-settings.ts';
import { secretId } from '../core/model/secret.ts';
import { settingsInWords } from '../core/model/setting.ts';

/** A fix in words, one line each; the steps of a person have lines of their own. */
export function fixInWords(fix: Fix): string[] {
  return fix.kind === 'manual' ? `Needs you: ${fix.why}`.split(/ (?=\(\d+\) )/) : changeInWords(fix);
}

/** The same on one line. */
export function fixOnOneLine(fix: Fix): string {
  return fixInWords(fix).join(fix.kind === 'manual' ? ' ' : '; ');
}

/** A change in words: what each setting is to be, one line each. */
export function changeInWords(change: Change): string[] {
  switch (change.kind) {
    case 'set-account':
      return settingsInWords(ACCOUNT_SETTINGS, change.set);
    case 'set-pool':
      return settingsInWords(POOL_SETTINGS, change.set);
    case 'set-secret':
      return secretInWords(change);
  }
}

const KINDS = { password: 'password', 'ssh-key': 'private key', both: 'password and a new private key' } as const;

function secretInWords({ id, user, set }: SetSecret): string[] {
  if ('minted' in set) return [`make a new ${KINDS[set.minted.kind]} for ${user} as a version of ${id}`];
  if ('promoted' in set)
    return [`make version ${set.promoted.version} of ${secretId(set.promoted)} the current one of ${id}`];
  if ('expiry' in set) return [`let version ${set.expiry.version} of ${id} expire at ${set.expiry.at}`];
  const versions = set.disabled.length === 1 ? 'version' : 'versions';
  return [`disable ${versions} ${set.disabled.join(', ')} of ${id}`];
}
