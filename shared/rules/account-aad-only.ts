import { z } from 'zod';
import { ACCOUNT_SETTINGS } from '../core/model/account-settings.ts';
import { setAccount } from '../core/model/change.ts';
import { sameSetting } from '../core/model/same-setting.ts';
import { mayLack } from '../core/model/shows.ts';
import { defineRule } from '../core/policy/rule.ts';

const AAD = 'AAD';
const TASK_TOKEN = 'TaskAuthenticationToken';

/** A shared key gives full rights to whoever holds it and says nothing of who that is. */
export const accountAadOnly = defineRule({
  id: 'account-aad-only',
  scope: 'account',
  title: 'The account accepts callers of Microsoft Entra ID only',
  advice: 'accept Microsoft Entra ID alone',
  severity: 'high',
  sources: ['security-best-practices'],
  reads: ['properties.allowedAuthenticationModes'],
  sets: ['authenticationModes'],
  breaks: 'callers with shared keys or task tokens: Batch refuses them at once',
  permissions: ['Microsoft.Batch/batchAccounts/write'],
  options: z.strictObject({ allowTaskToken: z.boolean().default(false) }),

  check(account, { options }) {
    const path = 'properties.allowedAuthenticationModes';
    const observed = account.settings.authenticationModes;
    const unseen = observed === null ? mayLack(account, 'the list of modes') : null;
    if (unseen !== null) return [{ path, unknown: unseen }];
    const keepsToken = options.allowTaskToken && (observed === null || lists(observed, TASK_TOKEN));
    const desired = keepsToken ? [AAD, TASK_TOKEN] : [AAD];
    if (sameSetting<readonly string[] | null>(ACCOUNT_SETTINGS.authenticationModes, observed, desired)) return [];
    const fix = setAccount(account, { authenticationModes: desired });
    return [{ path, observed, desired, why: whatIsWrong(observed, desired), fix }];
  },
});

function whatIsWrong(observed: readonly string[] | null, desired: readonly string[]): string {
  if (observed === null) return 'No list of modes is set: every mode is accepted, shared keys among them.';
  if (observed.length === 0)
    return 'The list of modes is empty. What that does is not documented, so it is not trusted.';
  const unwanted = observed.filter((mode) => !lists(desired, mode));
  const faults = [
    ...(unwanted.length > 0 ? [`It accepts ${unwanted.join(' and ')}.`] : []),
    ...(lists(observed, AAD) ? [] : [`It does not accept ${AAD}.`]),
  ];
  return faults.join(' ');
}

function lists(modes: readonly string[], mode: string): boolean {
  return modes.some((one) => one.toLowerCase() === mode.toLowerCase());
}
