import type { Account, PrivateEndpointConnection } from '../model/account.ts';
import type { Facets } from '../model/facet.ts';
import { isReadable } from '../model/pool.ts';
import type { UnknownReason } from '../model/reading.ts';
import { poolName } from '../model/resource-id.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { listed } from '../model/words.ts';

/** The endpoints of an account that a private endpoint can lead to: the API, and the one that nodes report to. */
export const GROUPS = ['batchAccount', 'nodeManagement'] as const;
export type Group = (typeof GROUPS)[number];

/** How far a connection has come; a word that is not known is none that leads anywhere. */
type Progress = 'usable' | 'under way' | 'to approve' | 'of no use';

function progressOf({ status, provisioningState }: PrivateEndpointConnection): Progress {
  const state = (provisioningState ?? 'Succeeded').toLowerCase();
  if (!['succeeded', 'creating', 'updating'].includes(state)) return 'of no use';
  const word = status?.toLowerCase();
  if (word === 'approved') return state === 'succeeded' ? 'usable' : 'under way';
  return word === 'pending' ? 'to approve' : 'of no use';
}

/** Approved, done, and for that group; a connection that names no group counts for none. */
function isUsable(connection: PrivateEndpointConnection, group: Group): boolean {
  return isFor(connection, group) && progressOf(connection) === 'usable';
}

/** The body of an account may not say which group a connection is for. */
export function hidesGroups({ groupIds }: PrivateEndpointConnection): boolean {
  return groupIds.length === 0;
}

/** The account with its connections as their own list has them, where that was read. */
export function withConnections(account: Account, { connections }: Facets): Account {
  return 'unknown' in connections ? account : { ...account, privateEndpointConnections: connections.known };
}

/** Why it is not known for which groups its connections are; null where none hides it, or nobody asked. */
export function whyGroupsUnknown(
  { privateEndpointConnections }: Account,
  { connections }: Facets,
): UnknownReason | null {
  if (!privateEndpointConnections.some(hidesGroups) || 'known' in connections) return null;
  return connections.unknown.code === 'not-shown' ? null : connections.unknown;
}

export function isFor({ groupIds }: PrivateEndpointConnection, group: Group): boolean {
  return groupIds.some((id) => id.toLowerCase() === group.toLowerCase());
}

/** The groups without a usable connection. */
export function unconnected({ privateEndpointConnections }: Account, groups: readonly Group[]): readonly Group[] {
  return groups.filter((group) => !privateEndpointConnections.some((connection) => isUsable(connection, group)));
}

/** What a person does to get a usable connection for the group. */
export function howToConnect({ privateEndpointConnections }: Account, group: Group): string {
  const found = (progress: Progress) =>
    privateEndpointConnections
      .filter((connection) => isFor(connection, group) && progressOf(connection) === progress)
      .map(({ name }) => name)
      .toSorted();
  const underWay = found('under way');
  if (underWay.length > 0)
    return `see that the private endpoint connection ${listed(underWay, ' or ')}, which is for ${group}, comes to its end: it is being made or changed`;
  const pending = found('to approve');
  if (pending.length > 0)
    return `approve the private endpoint connection ${listed(pending, ' or ')}, which is for ${group}`;
  const where = group === 'batchAccount' ? 'the callers of the account' : 'the nodes of its pools';
  return `make a private endpoint for ${group} in a network that ${where} reach, and approve its connection`;
}

/**
 * What must be done, in order, before those who come over public endpoints may be cut off; none when all is seen and
 * what no body shows is confirmed.
 * @param groups whose public endpoints are to be closed
 */
export function missingForCutOff(
  account: Account,
  { complete, pools, problems }: Snapshot,
  groups: readonly Group[],
  confirmed: boolean,
): string[] {
  const unread = pools.flatMap((pool) => (isReadable(pool) ? [] : [`pool ${poolName(pool)}: ${pool.unreadable}`]));
  const reasons = problems.length > 0 ? problems.map(({ message }) => message) : unread;
  const outside = pools.filter(isReadable).filter(({ subnetId }) => subnetId === null);
  const who = groups.includes('batchAccount') ? 'every caller and every node' : 'every node';
  return [
    ...(complete && unread.length === 0 ? [] : [`see that the account can be read whole: ${listed(reasons, '; ')}`]),
    ...unconnected(account, groups).map((group) => howToConnect(account, group)),
    ...(outside.length === 0 ? [] : [`put into a subnet: ${listed(outside.map(poolName))}, each at zero nodes`]),
    ...(confirmed
      ? []
      : [
          `see that ${who} reaches the private endpoints of the account and resolves its names to them, and say so: option privateAccess, confirmed`,
        ]),
  ];
}
