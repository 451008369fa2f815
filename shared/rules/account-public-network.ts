import { z } from 'zod';
import type { Account } from '../core/model/account.ts';
import { manual, setAccount } from '../core/model/change.ts';
import { inOrder } from '../core/model/words.ts';
import { defineRule } from '../core/policy/rule.ts';
import { letsEveryoneIn } from '../core/reachability/ip-rules.ts';
import { GROUPS, missingForCutOff } from '../core/reachability/private-endpoints.ts';
import { isOpen } from '../core/reachability/public-access.ts';

/** Whoever reaches the endpoint of the API can try a key or a token on it. */
export const accountPublicNetwork = defineRule({
  id: 'account-public-network',
  scope: 'account',
  title: "The account's public endpoint does not let the whole internet in",
  severity: 'medium',
  sources: ['security-best-practices'],
  reads: [
    'properties.publicNetworkAccess',
    'properties.networkProfile.accountAccess',
    'properties.privateEndpointConnections',
    'pools[].properties.networkConfiguration.subnetId',
  ],
  sets: ['publicNetworkAccess'],
  permissions: ['Microsoft.Batch/batchAccounts/write'],
  options: z.strictObject({
    allowIpRules: z.boolean().default(true),
    privateAccess: z.literal('confirmed').optional(),
  }),

  check(account, { options, snapshot }) {
    const path = 'properties.publicNetworkAccess';
    const { allowIpRules, privateAccess } = options;
    const open = isOpen(account, 'accountAccess', allowIpRules);
    if ('unknown' in open) return [{ path, unknown: open.unknown }];
    if (!open.known) return [];
    const { publicNetworkAccess: observed } = account.settings;
    const desired = 'Disabled';
    const missing = missingForCutOff(account, snapshot, GROUPS, privateAccess === 'confirmed');
    const fix =
      missing.length === 0
        ? setAccount(account, { publicNetworkAccess: desired })
        : manual(whatToDo(missing, allowIpRules));
    return [{ path, observed, desired, why: whatIsWrong(account), fix }];
  },
});

function whatIsWrong({ settings }: Account): string {
  const access = settings.networkProfile?.accountAccess ?? null;
  const everyone = letsEveryoneIn(access);
  if ('unknown' in everyone || !everyone.known)
    return 'The API of the account has a public endpoint, and IP rules are not taken to be enough.';
  const reached = 'The API of the account can be reached from the whole internet';
  return access?.defaultAction?.toLowerCase() === 'deny'
    ? `${reached}: its IP rules together hold every IPv4 address.`
    : `${reached}.`;
}

function whatToDo(missing: readonly string[], allowIpRules: boolean): string {
  const privately = inOrder(...missing, 'set publicNetworkAccess to Disabled');
  if (!allowIpRules) return privately;
  return `${privately} Or keep it Enabled for known callers only: name their addresses in the ipRules of networkProfile.accountAccess, then set its defaultAction to Deny, sending networkProfile whole.`;
}
