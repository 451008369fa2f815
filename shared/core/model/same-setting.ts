import { ACCOUNT_SETTINGS, type AccountSettings } from './account-settings.ts';
import { POOL_SETTINGS, type PoolSettings } from './pool-settings.ts';
import type { Descriptors } from './setting.ts';

type Settings = AccountSettings & PoolSettings;

const SETTINGS: Descriptors<Settings> = { ...ACCOUNT_SETTINGS, ...POOL_SETTINGS };

/** Whether two values of one setting mean the same to Azure. */
export function sameSetting<Key extends keyof Settings>(key: Key, a: Settings[Key], b: Settings[Key]): boolean {
  const { normal } = SETTINGS[key];
  return JSON.stringify(normal(a)) === JSON.stringify(normal(b));
}

/** The settings of `wanted` that `actual` does not have, or has otherwise. */
export function missingSettings(wanted: Partial<Settings>, actual: Partial<Settings>): string[] {
  return Object.keys(wanted).filter((key) => {
    const setting = key as keyof Settings; // a key of Partial<Settings>
    const [a, b] = [wanted[setting], actual[setting]];
    return a === undefined || b === undefined || !sameSetting(setting, a, b);
  });
}
