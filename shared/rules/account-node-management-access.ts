import { z } from 'zod';
import type { Account } from '../core/model/account.ts';
import { type Fix, manual, setAccount } from '../core/model/change.ts';
import type { EndpointAccess } from '../core/model/network-profile.ts';
import type { Snapshot } from '../core/model/snapshot.ts';
import { inOrder } from '../core/model/words.ts';
import { defineRule } from '../core/policy/rule.ts';
import { coverIpv4 } from '../core/reachability/ip-rules.ts';
import { missingForCutOff, withConnections } from '../core/reachability/private-endpoints.ts';
import { isOpen } from '../core/reachability/public-access.ts';

const AT = 'properties.networkProfile.nodeManagementAccess';
const ABSENT: EndpointAccess = { defaultAction: null, ipRules: [], unmodelled: {} };

/** Only nodes have a reason to call the endpoint that nodes report to. */
export const accountNodeManagementAccess = defineRule({
  id: 'account-node-management-access',
  scope: 'account',
  title: 'The endpoint that nodes report to does not let the whole internet in',
  advice: 'let in only the nodes: by a private endpoint or IP rules',
  severity: 'medium',
  sources: ['security-best-practices'],
  reads: [
    'properties.publicNetworkAccess',
    AT,
    'properties.privateEndpointConnections',
    'pools[].properties.networkConfiguration.subnetId',
  ],
  sets: ['networkProfile'],
  breaks: 'nodes that report to Batch over its public endpoint: they become unusable',
  permissions: ['Microsoft.Batch/batchAccounts/write'],
  needs: { fix: ['connections'] },
  options: z.strictObject({ privateAccess: z.literal('confirmed').optional() }),

  check(given, { options, snapshot }) {
    const account = withConnections(given, snapshot.facets);
    const open = isOpen(account, 'nodeManagementAccess');
    if ('unknown' in open) return [{ path: `${AT}.defaultAction`, unknown: open.unknown }];
    if (!open.known) return [];
    const { defaultAction: observed, ipRules } = accessOf(account);
    if (observed?.toLowerCase() === 'deny')
      return [
        {
          path: `${AT}.ipRules`,
          observed: ipRules.map(({ value }) => value),
          desired: 'only the addresses of nodes',
          why: 'The whole internet reaches the endpoint that nodes report to: its IP rules together hold every IPv4 address.',
          fix: manual(inOrder(WHICH_ADDRESSES, 'leave only rules for those addresses, sending networkProfile whole')),
        },
      ];
    const why = 'The whole internet reaches the endpoint that only nodes have to reach.';
    const fix = fixOf(account, snapshot, options.privateAccess === 'confirmed');
    return [{ path: `${AT}.defaultAction`, observed, desired: 'Deny', why, fix }];
  },
});

const WHICH_ADDRESSES =
  'find out from which public addresses nodes report: those that come over a private endpoint need no rule';

/** Deny makes the IP rules count, which Allow does not: it helps only where they leave someone out. */
function fixOf(account: Account, snapshot: Snapshot, confirmed: boolean): Fix {
  const missing = missingForCutOff(account, snapshot, ['nodeManagement'], confirmed);
  const access = accessOf(account);
  const covered = coverIpv4(access.ipRules);
  const toRemove =
    'known' in covered && !covered.known
      ? []
      : ['leave in the ipRules of nodeManagementAccess only rules for public addresses of nodes, if any'];
  if (missing.length > 0 || toRemove.length > 0) return manual(whatToDo([...missing, ...toRemove]));
  const profile = account.settings.networkProfile ?? { accountAccess: null, unmodelled: {} };
  return setAccount(account, {
    networkProfile: { ...profile, nodeManagementAccess: { ...access, defaultAction: 'Deny' } },
  });
}

function whatToDo(missing: readonly string[]): string {
  const set = 'set the defaultAction of networkProfile.nodeManagementAccess to Deny, sending networkProfile whole';
  return `${inOrder(...missing, set)} Or, for nodes that report from public addresses that you know: name those in its ipRules, then set Deny.`;
}

function accessOf({ settings }: Account): EndpointAccess {
  return settings.networkProfile?.nodeManagementAccess ?? ABSENT;
}
