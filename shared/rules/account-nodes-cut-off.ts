import { z } from 'zod';
import type { Account } from '../core/model/account.ts';
import { manual } from '../core/model/change.ts';
import { isReadable, type Pool } from '../core/model/pool.ts';
import { because, type Reading, together, type UnknownReason, unreadable } from '../core/model/reading.ts';
import { poolName } from '../core/model/resource-id.ts';
import type { Snapshot } from '../core/model/snapshot.ts';
import { inOrder, listed } from '../core/model/words.ts';
import { hasNodes } from '../core/model/zero-nodes.ts';
import { defineRule } from '../core/policy/rule.ts';
import { isOpenToNodes, wayOfNodes } from '../core/reachability/node-management.ts';
import {
  howToConnect,
  unconnected,
  whyGroupsUnknown,
  withConnections,
} from '../core/reachability/private-endpoints.ts';

/** A node that cannot report to Batch becomes unusable, and Batch makes the next one. */
export const accountNodesCutOff = defineRule({
  id: 'account-nodes-cut-off',
  scope: 'account',
  title: 'The nodes of its pools can reach the endpoint that they report to',
  advice: 'give the nodes a way in: a private endpoint or IP rules',
  severity: 'high',
  sources: ['security-best-practices', 'https://learn.microsoft.com/azure/batch/public-network-access'],
  reads: [
    'properties.publicNetworkAccess',
    'properties.networkProfile.nodeManagementAccess',
    'properties.privateEndpointConnections',
    'pools[].properties.networkConfiguration',
    'pools[].properties.scaleSettings',
    'pools[].properties.currentDedicatedNodes',
  ],
  sets: [],
  breaks: null,
  permissions: [],
  needs: { exactness: ['connections'] },
  options: z.strictObject({}),

  check(given, { snapshot }) {
    const account = withConnections(given, snapshot.facets);
    const hidden = whyGroupsUnknown(given, snapshot.facets);
    const { path, observed, closed, reopen } = doorOf(account);
    const ways = snapshot.pools
      .filter(isReadable)
      .map((pool) => ({ pool, way: inDoubt(wayIfNeeded(account, pool), hidden) }));
    const cutOff = ways.flatMap(({ pool, way }) => ('known' in way && !way.known ? [pool] : []));
    if (cutOff.length === 0) {
      const doubts = ways.flatMap(({ pool, way }) => doubtOf(pool, way));
      const unseen = together([...doubts, ...unread(account, snapshot)]);
      return unseen === null ? [] : [{ path, unknown: unseen }];
    }
    const why = `${closed}, and the nodes of ${listed(cutOff.map(poolName))} have no private endpoint to come by. They cannot report to Batch: they become unusable, and new ones never become idle.`;
    const fix = manual(`${inOrder(...stepsFor(account, cutOff))} Or ${reopen}.`);
    return [{ path, observed, desired: 'a way for the nodes of every pool', why, fix }];
  },
});

/** A way that is not seen may be there where it is not known where connections lead. */
function inDoubt(way: Reading<boolean>, hidden: UnknownReason | null): Reading<boolean> {
  return hidden !== null && 'known' in way && !way.known ? { unknown: hidden } : way;
}

/** A pool that has no nodes and is to have none needs no way. */
function wayIfNeeded(account: Account, pool: Pool): Reading<boolean> {
  const way = wayOfNodes(account, pool);
  const nodes = hasNodes(pool);
  if ('known' in nodes) return nodes.known ? way : { known: true };
  return 'known' in way && way.known ? way : nodes;
}

/** What is closed to nodes that come over public addresses, and how it is opened again. */
function doorOf({ settings }: Account) {
  const { publicNetworkAccess, networkProfile } = settings;
  if (publicNetworkAccess?.toLowerCase() === 'disabled')
    return {
      path: 'properties.publicNetworkAccess',
      observed: publicNetworkAccess,
      closed: 'Public access to the account is disabled',
      reopen:
        'set publicNetworkAccess to Enabled, with the callers and the public addresses of nodes as ipRules in networkProfile, sent whole',
    };
  return {
    path: 'properties.networkProfile.nodeManagementAccess',
    observed: networkProfile?.nodeManagementAccess?.defaultAction ?? null,
    closed: 'The endpoint that nodes report to lets no public address in',
    reopen: 'name the public addresses of nodes in the ipRules of nodeManagementAccess, sending networkProfile whole',
  };
}

function doubtOf(pool: Pool, way: Reading<boolean>): UnknownReason[] {
  if ('known' in way) return [];
  return [because(`whether the nodes of pool ${poolName(pool)} can report to Batch is not known`, way.unknown)];
}

/** Pools that were not seen may be cut off, unless the door is open to all. */
function unread(account: Account, { pools, problems }: Snapshot): readonly UnknownReason[] {
  const open = isOpenToNodes(account);
  if ('known' in open && open.known) return [];
  const unseen = pools.flatMap((pool) =>
    isReadable(pool) ? [] : [unreadable(`pool ${poolName(pool)}: ${pool.unreadable}`)],
  );
  return problems.length > 0 ? problems : unseen;
}

function stepsFor(account: Account, pools: readonly Pool[]): string[] {
  const outside = pools.filter(({ subnetId }) => subnetId === null);
  return [
    ...unconnected(account, ['nodeManagement']).map((group) => howToConnect(account, group)),
    "let the account's node management name resolve to it in the networks of the pools",
    ...(outside.length === 0
      ? []
      : [`put into a subnet that reaches it: ${listed(outside.map(poolName))}, each at zero nodes`]),
    'reboot the nodes that became unusable, or make them anew',
  ];
}
