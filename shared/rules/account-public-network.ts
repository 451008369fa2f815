import { z } from 'zod';
import type { Account } from '../core/model/account.ts';
import { manual, setAccount } from '../core/model/change.ts';
import { inOrder } from '../core/model/words.ts';
import { defineRule, type Violation } from '../core/policy/rule.ts';
import { letsEveryoneIn } from '../core/reachability/ip-rules.ts';
import { GROUPS, missingForCutOff } from '../core/reachability/private-endpoints.ts';
import { isOpen } from '../core/reachability/public-access.ts';

const ACCESS = 'properties.publicNetworkAccess';
const DISABLED = 'Disabled';

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
    const { allowIpRules, privateAccess } = options;
    const open = isOpen(account, 'accountAccess', allowIpRules);
    if ('unknown' in open) return [{ path: ACCESS, unknown: open.unknown }];
    if (!open.known) return [];
    const missing = missingForCutOff(account, snapshot, GROUPS, privateAccess === 'confirmed');
    const { why, otherwise, ...place } = allowIpRules ? causeOf(account) : withoutIpRules(account);
    const fix =
      missing.length === 0
        ? setAccount(account, { publicNetworkAccess: DISABLED })
        : manual([inOrder(...missing, `set publicNetworkAccess to ${DISABLED}`), ...otherwise].join(' '));
    return [{ ...place, why, fix }];
  },
});

/** What lets everyone in, and how a person cures just that. */
interface Cause extends Pick<Violation, 'path' | 'observed' | 'desired' | 'why'> {
  /** What to do instead of closing the endpoint. */
  readonly otherwise: readonly string[];
}

function causeOf(account: Account): Cause {
  const { networkProfile, publicNetworkAccess: observed } = account.settings;
  const access = networkProfile?.accountAccess ?? null;
  const why = 'The API of the account can be reached from the whole internet';
  if (access?.defaultAction?.toLowerCase() !== 'deny')
    return { path: ACCESS, observed, desired: DISABLED, why: `${why}.`, otherwise: [NAME_CALLERS] };
  return {
    path: 'properties.networkProfile.accountAccess.ipRules',
    observed: access.ipRules.map(({ value }) => value),
    desired: `only the addresses of known callers, or publicNetworkAccess ${DISABLED}`,
    why: `${why}: its IP rules together hold every IPv4 address.`,
    otherwise: [LEAVE_CALLERS],
  };
}

function withoutIpRules({ settings }: Account): Cause {
  const everyone = letsEveryoneIn(settings.networkProfile?.accountAccess ?? null);
  const why =
    'known' in everyone && everyone.known
      ? 'The API of the account can be reached from the whole internet.'
      : 'The API of the account has a public endpoint, and IP rules are not taken to be enough.';
  return { path: ACCESS, observed: settings.publicNetworkAccess, desired: DISABLED, why, otherwise: [] };
}

const NAME_CALLERS =
  'Or keep it Enabled for known callers only: name their addresses in the ipRules of networkProfile.accountAccess, then set its defaultAction to Deny, sending networkProfile whole.';
const LEAVE_CALLERS =
  'Or keep it Enabled for known callers only: of the ipRules of networkProfile.accountAccess, leave only those for their addresses, sending networkProfile whole; its defaultAction is Deny already.';
