import type { Json } from './json.ts';
import { part, parts, text } from './json.ts';

/** What decides whether nodes reach the service: all as it is in effect. */
export interface Surroundings {
  readonly account: Json;
  readonly pool: Json;
  /** The private endpoint connections of the account. */
  readonly connections: readonly Json[];
  /** Null where the pool is in none, or there is none of that id. */
  readonly subnet: Json | null;
  readonly securityGroup: Json | null;
}

/**
 * Why nodes do not reach the node management of their account, or null. A private endpoint serves the pools that are
 * in a subnet.
 * https://learn.microsoft.com/azure/batch/public-network-access
 * https://learn.microsoft.com/azure/batch/simplified-node-communication-pool-no-public-ip
 */
export function whyUnreached({ account, pool, connections, subnet, securityGroup }: Surroundings): string | null {
  const network = part(pool, 'properties', 'networkConfiguration');
  const isPrivate = text(network['subnetId']) !== '' && connections.some(isForNodes);
  if (isPrivate) return null;
  const closed = whyClosed(account);
  if (closed !== null) return closed;
  const rule = securityGroup === null ? null : outboundRule(securityGroup);
  if (rule !== null && !/^Allow$/i.test(text(part(rule, 'properties')['access'])))
    return `rule ${text(rule['name'])} of the subnet stops them`;
  const { provision } = part(network, 'publicIPAddressConfiguration');
  const hasWay = ['natGateway', 'routeTable'].some((name) => part(subnet, 'properties')[name] !== undefined);
  if (/^NoPublicIPAddresses$/i.test(text(provision)) && !hasWay)
    return 'they have neither public addresses nor another way out';
  return null;
}

function isForNodes(connection: Json): boolean {
  const { groupIds, privateLinkServiceConnectionState: state } = part(connection, 'properties');
  return Array.isArray(groupIds) && groupIds.includes('nodeManagement') && part(state)['status'] === 'Approved';
}

/** Nodes come from addresses that Batch chose: only rules for all addresses are sure to let them in. */
function whyClosed(account: Json): string | null {
  const { publicNetworkAccess, networkProfile } = part(account, 'properties');
  if (/^Disabled$/i.test(text(publicNetworkAccess))) return 'public access is disabled';
  if (/^SecuredByPerimeter$/i.test(text(publicNetworkAccess))) return null; // a perimeter does not govern nodes
  const access = part(networkProfile, 'nodeManagementAccess');
  const isDenied = /^Deny$/i.test(text(access['defaultAction']));
  const everyone = parts(access, 'ipRules').some(({ value }) => value === '0.0.0.0/0');
  return isDenied && !everyone ? 'node management denies their addresses' : null;
}

/**
 * The first rule of the group for what nodes need: BatchNodeManagement on 443.
 * https://learn.microsoft.com/azure/batch/batch-virtual-network
 */
function outboundRule(group: Json): Json | null {
  const { securityRules, defaultSecurityRules } = part(group, 'properties');
  const rules = [securityRules, defaultSecurityRules].flatMap((list) => parts({ list }, 'list'));
  const priorityOf = (rule: Json) => Number(part(rule, 'properties')['priority']);
  const sorted = rules.toSorted((a, b) => priorityOf(a) - priorityOf(b));
  return (
    sorted.find((rule) => {
      const { direction, protocol, destinationAddressPrefix, destinationPortRange } = part(rule, 'properties');
      return (
        /^Outbound$/i.test(text(direction)) &&
        /^(?:\*|tcp)$/i.test(text(protocol)) &&
        /^(?:\*|Internet|0\.0\.0\.0\/0|AzureCloud|BatchNodeManagement)(?:\.\w+)?$/i.test(
          text(destinationAddressPrefix),
        ) &&
        /^(?:\*|443)$/.test(text(destinationPortRange))
      );
    }) ?? null
  );
}
