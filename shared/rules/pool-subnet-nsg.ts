import { z } from 'zod';
import { manual } from '../core/model/change.ts';
import type { Pool } from '../core/model/pool.ts';
import type { Unknown } from '../core/model/reading.ts';
import { type SecurityGroup, securityGroupOf } from '../core/model/subnet.ts';
import { inOrder, listed } from '../core/model/words.ts';
import { defineRule } from '../core/policy/rule.ts';
import type { OpenPort } from '../core/reachability/endpoint-fix.ts';
import { describeOpening, letsInInternet } from '../core/reachability/exposure.ts';
import { describeGroup, describePort } from '../core/reachability/group-words.ts';
import { whyNetworkUnknown } from '../core/reachability/network-shown.ts';
import { type OpenPorts, openPorts } from '../core/reachability/open-ports.ts';
import { hasNoPublicIp, isAssumed } from '../core/reachability/published-ports.ts';
import { throughGroup } from '../core/reachability/through-group.ts';

const PATH = 'properties.networkConfiguration.subnetId';

/** What the pool's own rules let in, the network can still stop. */
export const poolSubnetNsg = defineRule({
  id: 'pool-subnet-nsg',
  scope: 'pool',
  title: 'The subnet keeps out the internet that the endpoints of the pool let in',
  advice: "close the port in the subnet's network security group",
  severity: 'medium',
  sources: ['security-best-practices'],
  reads: ['properties.networkConfiguration', 'properties.creationTime', 'properties.deploymentConfiguration'],
  sets: [],
  breaks: null,
  permissions: [],
  needs: { verdict: ['subnets'] },
  options: z.strictObject({ assumeMapped: z.boolean().optional() }),

  check(pool, { options, snapshot }) {
    const { subnetId } = pool;
    if (hasNoPublicIp(pool)) return [];
    const hidden = whyNetworkUnknown(pool);
    if (hidden !== null) return [{ path: PATH, unknown: hidden }];
    if (subnetId === null) return [];
    const published = openPorts(pool, { allow: [], judged: () => true, assumeMapped: options.assumeMapped });
    const ports = { ...published, open: published.open.filter(letsInInternet) };
    if (ports.open.length + ports.unknown.length === 0) return [];
    const group = securityGroupOf(subnetId, snapshot.facets.subnets);
    if ('unknown' in group)
      return ports.open.length === 0 ? unknownsOf(ports) : [{ path: PATH, unknown: group.unknown }];
    const { known } = group;
    const left = known === null ? ports : throughGroup(ports, { pool, allow: [], group: known, sides: ['internet'] });
    const [first, ...more] = left.open.filter(letsInInternet);
    if (first === undefined) return unknownsOf(left);
    const observed = known?.id ?? 'no network security group';
    const desired = 'a network security group that lets in nobody from the internet';
    const why = whatIsWrong(pool, [first, ...more], known);
    return [{ path: PATH, observed, desired, why, fix: manual(whatToDo(subnetId, [first, ...more], known)) }];
  },
});

function unknownsOf({ unknown }: OpenPorts): Unknown[] {
  return unknown.map((one) => ({ path: one.path, unknown: one.unknown }));
}

type Ports = readonly [OpenPort, ...OpenPort[]];

function whatIsWrong(pool: Pool, ports: Ports, group: SecurityGroup | null): string {
  const [first, ...more] = ports;
  const which = more.length === 0 ? 'port' : 'ports';
  const where = more.length === 0 ? '' : ` on port ${first.backendPort},`;
  const names = listed(ports.map(describePort));
  const why = [
    `By its own rules the pool lets in the internet to ${which} ${names}:${where} ${describeOpening(first)}.`,
  ];
  const assumed = ports.find((port) => isAssumed(pool, port));
  if (assumed !== undefined)
    why.push(`ARM does not say whether port ${assumed.backendPort} is published: option assumeMapped does.`);
  return [...why, describeGroup(group, first)].join(' ');
}

function whatToDo(subnetId: string, ports: Ports, group: SecurityGroup | null): string {
  const numbers = [...new Set(ports.map(({ backendPort }) => backendPort))].toSorted((a, b) => a - b);
  const which = `${numbers.length === 1 ? 'port' : 'ports'} ${numbers.join(', ')}`;
  const decide = `decide who on the internet is to reach ${which} in the subnet ${subnetId}: what the group lets in or keeps out holds for all that is in it`;
  const allow = 'an inbound rule that allows, for each source that is to get in';
  const deny = `an inbound rule that denies: source Internet, source ports *, destination *, destination ports ${numbers.join(', ')}, protocol ${protocolOf(ports)}`;
  if (group === null)
    return inOrder(
      decide,
      'create a network security group with the inbound and outbound rules that Batch needs to reach the nodes, and the nodes to reach Azure Storage',
      `in it, write ${allow}`,
      `with a higher priority number than these, write ${deny}`,
      'associate it with the subnet',
    );
  const { through } = ports[0].example;
  const such = through === null ? '' : `, such as ${through.name} (priority ${through.priority})`;
  return inOrder(
    decide,
    `in the network security group ${group.id}, write ${allow}`,
    `with a higher priority number than these, yet a lower one than every other rule that lets the internet in there${such}, write ${deny}`,
  );
}

function protocolOf(ports: Ports): string {
  const protocols = new Set(ports.map(({ natPool }) => natPool?.protocol.toUpperCase() ?? 'TCP'));
  return protocols.size === 1 ? [...protocols].join('') : '*';
}
