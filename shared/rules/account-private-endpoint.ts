import { z } from 'zod';
import type { Account } from '../core/model/account.ts';
import { manual } from '../core/model/change.ts';
import { mayLack } from '../core/model/shows.ts';
import { inOrder, listed } from '../core/model/words.ts';
import { defineRule } from '../core/policy/rule.ts';
import {
  GROUPS,
  type Group,
  howToConnect,
  isFor,
  unconnected,
  whyGroupsUnknown,
  withConnections,
} from '../core/reachability/private-endpoints.ts';

/** Without one, callers depend on the public endpoint. */
export const accountPrivateEndpoint = defineRule({
  id: 'account-private-endpoint',
  scope: 'account',
  title: 'The account can be reached through private endpoints',
  advice: 'make a private endpoint and let the names resolve to it',
  severity: 'low',
  sources: ['security-best-practices'],
  reads: ['properties.privateEndpointConnections'],
  sets: [],
  breaks: null,
  permissions: [],
  needs: { exactness: ['connections'] },
  options: z.strictObject({ groups: z.array(z.enum(GROUPS)).min(1).default(['batchAccount']) }),

  check(given, { options, snapshot }) {
    const account = withConnections(given, snapshot.facets);
    const path = 'properties.privateEndpointConnections';
    const desired = GROUPS.filter((group) => options.groups.includes(group));
    const missing = unconnected(account, desired);
    if (missing.length === 0) return [];
    const hidden = whyGroupsUnknown(given, snapshot.facets);
    if (hidden !== null) return [{ path, unknown: hidden }];
    const showsNone = account.privateEndpointConnections.length === 0;
    const unseen = showsNone ? mayLack(account, 'the private endpoint connections') : null;
    if (unseen !== null) return [{ path, unknown: unseen }];
    const observed = desired.filter((group) => !missing.includes(group));
    const why = missing.map((group) => whatIsWrong(account, group)).join(' ');
    const steps = missing.map((group) => howToConnect(account, group));
    const last = "let the account's names resolve to the private endpoints in the networks of those who use them";
    return [{ path, observed, desired, why, fix: manual(inOrder(...steps, last)) }];
  },
});

function whatIsWrong({ privateEndpointConnections }: Account, group: Group): string {
  const found = privateEndpointConnections
    .filter((connection) => isFor(connection, group) || connection.groupIds.length === 0)
    .map(({ name, status, provisioningState, groupIds }) => {
      const states = [status ?? 'no status', ...(provisioningState === null ? [] : [provisioningState])];
      return `${name} (${groupIds.length === 0 ? 'names no group' : states.join(', ')})`;
    })
    .toSorted();
  const none = `No usable private endpoint connection leads to ${group}`;
  return found.length === 0 ? `${none}.` : `${none}. There is ${listed(found)}.`;
}
