import type { Account } from '../model/account.ts';
import type { Pool } from '../model/pool.ts';
import { notShown, type Reading, undecided } from '../model/reading.ts';
import { mayLack } from '../model/shows.ts';
import { coverIpv4 } from './ip-rules.ts';
import { unconnected } from './private-endpoints.ts';
import { hasNoPublicIp } from './published-ports.ts';

/**
 * Whether the nodes of a pool reach the endpoint that they report to, by its public side or by a private endpoint. A
 * pool in a subnet is taken to reach the private endpoint that there is: networks are not seen.
 */
export function wayOfNodes(account: Account, pool: Pool): Reading<boolean> {
  const open = isOpenToNodes(account);
  if ('known' in open && open.known) return open;
  if (unconnected(account, ['nodeManagement']).length === 0)
    return pool.subnetId === null ? (subnetUnseen(pool) ?? open) : { known: true };
  if ('unknown' in open) return open;
  const unseen = account.privateEndpointConnections.length === 0 ? mayLack(account, 'private connections') : null;
  if (unseen !== null) return { unknown: unseen };
  if (pool.subnetId !== null && hasNoPublicIp(pool))
    return { unknown: notShown('it is in a subnet, without public addresses, and no private endpoint for it is seen') };
  return open;
}

function subnetUnseen(pool: Pool): Reading<boolean> | null {
  const unknown = mayLack(pool, 'a subnet');
  return unknown === null ? null : { unknown };
}

/**
 * Whether nodes that come over the internet are let in. An enforced perimeter does not govern the nodes of pools.
 * https://learn.microsoft.com/azure/batch/network-security-perimeter
 */
export function isOpenToNodes(account: Account): Reading<boolean> {
  const { publicNetworkAccess, networkProfile } = account.settings;
  switch ((publicNetworkAccess ?? 'Enabled').toLowerCase()) {
    case 'disabled':
      return { known: false };
    case 'securedbyperimeter':
      return { known: true };
    case 'enabled':
      break;
    default:
      return { unknown: undecided(`what the public network access ${publicNetworkAccess} means is not known`) };
  }
  const unseen = publicNetworkAccess === null || networkProfile === null ? mayLack(account, 'what closes it') : null;
  if (unseen !== null) return { unknown: unseen };
  const { defaultAction = null, ipRules = [] } = networkProfile?.nodeManagementAccess ?? {};
  switch ((defaultAction ?? 'Allow').toLowerCase()) {
    case 'allow':
      return { known: true };
    case 'deny': {
      if (ipRules.length === 0) return { known: false };
      const everyone = coverIpv4(ipRules);
      if ('known' in everyone && everyone.known) return everyone;
      return { unknown: undecided('its IP rules let in some addresses, and those of nodes are not seen') };
    }
    default:
      return { unknown: undecided(`what the default action ${defaultAction} means is not known`) };
  }
}
