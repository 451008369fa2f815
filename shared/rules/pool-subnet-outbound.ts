import { z } from 'zod';
import { manual } from '../core/model/change.ts';
import { nameOf } from '../core/model/ids.ts';
import { because } from '../core/model/reading.ts';
import { mayLack } from '../core/model/shows.ts';
import type { Snapshot } from '../core/model/snapshot.ts';
import { type NsgRule, type SecurityGroup, securityGroupOf } from '../core/model/subnet.ts';
import { inOrder } from '../core/model/words.ts';
import { defineRule } from '../core/policy/rule.ts';
import { stoppedBy } from '../core/reachability/outbound.ts';
import {
  howToConnect,
  unconnected,
  whyGroupsUnknown,
  withConnections,
} from '../core/reachability/private-endpoints.ts';

const PATH = 'properties.networkConfiguration.subnetId';

/** A node that cannot report to Batch becomes unusable, and the pool makes the next one. */
export const poolSubnetOutbound = defineRule({
  id: 'pool-subnet-outbound',
  scope: 'pool',
  title: 'The subnet lets nodes reach the service that they report to',
  advice: 'let the nodes out to BatchNodeManagement, TCP port 443',
  severity: 'high',
  sources: ['security-best-practices', 'https://learn.microsoft.com/azure/batch/batch-virtual-network'],
  reads: ['properties.networkConfiguration', 'account.properties.privateEndpointConnections', 'account.location'],
  sets: [],
  breaks: null,
  permissions: [],
  needs: { verdict: ['subnets'], exactness: ['connections'] },
  options: z.strictObject({}),

  check(pool, { snapshot }) {
    const { subnetId, deployment } = pool;
    // Nodes of cloud services are another rule's.
    if (deployment?.kind === 'cloud-service') return [];
    if (subnetId === null) {
      const unseen = mayLack(pool, 'a subnet');
      return unseen === null ? [] : [{ path: PATH, unknown: unseen }];
    }
    if (hasPrivateWay(snapshot)) return [];
    const group = securityGroupOf(subnetId, snapshot.facets.subnets);
    if ('unknown' in group) return [{ path: PATH, unknown: group.unknown }];
    if (group.known === null) return [];
    const region = regionOf(snapshot);
    const stopped = stoppedBy(group.known, region);
    if ('unknown' in stopped) {
      const what = `whether the network security group ${nameOf(group.known.id)} lets nodes out to Batch is not known`;
      return [{ path: PATH, unknown: because(what, stopped.unknown) }];
    }
    if (stopped.known === null) return [];
    const { account, facets } = snapshot;
    if ('unknown' in account) return [{ path: PATH, unknown: account.unknown }];
    const { privateEndpointConnections } = account.known;
    const unseen =
      privateEndpointConnections.length === 0
        ? mayLack(account.known, 'private connections')
        : whyGroupsUnknown(account.known, facets);
    if (unseen !== null) return [{ path: PATH, unknown: unseen }];
    const rule = stopped.known;
    const why = `The network security group ${nameOf(group.known.id)} of its subnet stops its nodes from reaching BatchNodeManagement on port 443, by its outbound rule ${rule.name} (priority ${rule.priority}). They cannot report to Batch and become unusable.`;
    const connect = howToConnect(withConnections(account.known, facets), 'nodeManagement');
    const fix = manual(
      `${whatToDo(group.known, rule, region)} Or, for nodes without a way to the internet: ${connect}.`,
    );
    return [{ path: PATH, observed: group.known.id, desired: 'a way out to BatchNodeManagement on 443', why, fix }];
  },
});

function hasPrivateWay({ account, facets }: Snapshot): boolean {
  return 'known' in account && unconnected(withConnections(account.known, facets), ['nodeManagement']).length === 0;
}

function regionOf({ account }: Snapshot): string | null {
  return 'known' in account ? account.known.location : null;
}

function whatToDo(group: SecurityGroup, rule: NsgRule, region: string | null): string {
  const tag = `BatchNodeManagement.${region ?? 'and the region of the account'}`;
  return inOrder(
    `in the network security group ${group.id}, write an outbound rule that allows: source *, source ports *, destination the service tag ${tag}, destination port 443, protocol *; with a priority below ${rule.priority}, that of ${rule.name}`,
    'see that what tasks use is let out too, such as Azure Storage',
    'reboot the nodes that became unusable, or make them anew',
  );
}
