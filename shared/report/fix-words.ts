import { ACCOUNT_SETTINGS } from '../core/model/account-settings.ts';
import type { Change, Fix } from '../core/model/change.ts';
import { POOL_SETTINGS } from '../core/model/pool-settings.ts';
import { settingsInWords } from '../core/model/setting.ts';

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
  return change.kind === 'set-account'
    ? settingsInWords(ACCOUNT_SETTINGS, change.set)
    : settingsInWords(POOL_SETTINGS, change.set);
}
