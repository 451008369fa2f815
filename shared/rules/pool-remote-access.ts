import { z } from 'zod';
import { found } from '../core/model/found.ts';
import type { Pool } from '../core/model/pool.ts';
import { because, isFailure, type Reading, type Unknown } from '../core/model/reading.ts';
import { type SecurityGroup, securityGroupOf } from '../core/model/subnet.ts';
import { defineRule, type Violation } from '../core/policy/rule.ts';
import { parsePrefix } from '../core/reachability/address-prefix.ts';
import { endpointFixes, type OpenPort } from '../core/reachability/endpoint-fix.ts';
import { describeOpening, describeRule, describeSenders, letsInInternet } from '../core/reachability/exposure.ts';
import { describeGroup, describePort } from '../core/reachability/group-words.ts';
import { openPorts, type UnknownPort } from '../core/reachability/open-ports.ts';
import { sidesOf } from '../core/reachability/pool-senders.ts';
import { isAssumed } from '../core/reachability/published-ports.ts';
import { throughGroup } from '../core/reachability/through-group.ts';

const source = z.string().refine((text) => parsePrefix(text) !== null, {
  error: ({ input }) => `must be an address, a CIDR, a service tag or *; ${found(input)}`,
});

/** A published port is a door to every node: SSH, RDP, or whatever listens behind it. */
export const poolRemoteAccess = defineRule({
  id: 'pool-remote-access',
  scope: 'pool',
  title: 'Published ports of nodes let in only allowed sources',
  advice: 'let in only who needs it',
  severity: 'critical',
  sources: ['pool-endpoints', 'security-best-practices'],
  reads: [
    'properties.networkConfiguration',
    'properties.creationTime',
    'properties.deploymentConfiguration',
    'properties.interNodeCommunication',
  ],
  sets: ['endpoints'],
  breaks: 'SSH, RDP and whatever else reaches nodes from where option allow does not name; without it, from anywhere',
  permissions: [
    'Microsoft.Batch/batchAccounts/pools/write',
    // The body carries the subnet and the addresses.
    'Microsoft.Network/virtualNetworks/subnets/join/action',
    'Microsoft.Network/publicIPAddresses/join/action',
  ],
  needs: { exactness: ['subnets'] },
  options: z.strictObject({
    allow: z.array(source).default([]),
    ports: z.union([z.literal('all'), z.array(z.int().min(1).max(65535)).min(1)]).default('all'),
    assumeMapped: z.boolean().optional(),
  }),

  check(pool, { options, snapshot }) {
    const { assumeMapped, ports } = options;
    const allow = options.allow.flatMap((text) => parsePrefix(text) ?? []);
    const judged = (port: number) => ports === 'all' || ports.includes(port);
    const published = openPorts(pool, { allow, judged, assumeMapped });
    if (published.open.length + published.unknown.length === 0) return [];
    const group = pool.subnetId === null ? null : securityGroupOf(pool.subnetId, snapshot.facets.subnets);
    const hidden = group !== null && 'unknown' in group ? group.unknown : null;
    // What nobody looked at is left out; a reading that failed may have shown that nobody gets in.
    if (hidden !== null && isFailure(hidden.code)) {
      const perhaps = published.open.map((port) => ({
        path: port.path,
        unknown: because(`who reaches port ${describePort(port)} through the subnet's network security group`, hidden),
        observed: rulesOf(port),
      }));
      return [...perhaps, ...published.unknown.map(unknownOf)];
    }
    const hasGroup = group !== null && 'known' in group && group.known !== null;
    const { open, unknown, tags } = hasGroup
      ? throughGroup(published, { pool, allow, group: group.known, sides: sidesOf(pool) })
      : published;
    const fixes = endpointFixes(pool, open, { allow, tags });
    const desired = allow.length === 0 ? 'nobody gets in' : `only ${options.allow.join(', ')} gets in`;
    const violations = fixes.map(({ port, fix }) => ({ ...verdict(pool, port, group), desired, fix }));
    return [...violations, ...unknown.map(unknownOf)];
  },
});

function unknownOf({ path, unknown }: UnknownPort): Unknown {
  return { path, unknown };
}

function verdict(
  pool: Pool,
  port: OpenPort,
  group: Reading<SecurityGroup | null> | null,
): Omit<Violation, 'desired' | 'fix'> {
  const { path } = port;
  const why = [whoGetsIn(port)];
  if (isAssumed(pool, port)) why.push('ARM does not say whether it is published: option assumeMapped does.');
  if (group !== null)
    why.push('known' in group ? describeGroup(group.known, port) : notConsidered(group.unknown.message));
  const violation = { path, observed: rulesOf(port), why: why.join(' ') };
  return letsInInternet(port) ? violation : { ...violation, severity: 'medium' };
}

function rulesOf({ natPool }: OpenPort): string | string[] {
  return natPool === null ? 'published by default' : natPool.rules.map(describeRule);
}

function whoGetsIn(port: OpenPort): string {
  const { isAdmitted, isUnclosed, example } = port;
  if (!isAdmitted)
    return `Nothing closes port ${describePort(port)} to ${describeSenders(port)}: no rule matches, and no document promises that Batch denies what none matches.`;
  const more =
    isUnclosed && example.side !== 'internet' ? ' Nothing closes it to the internet: no rule matches all of it.' : '';
  return `Port ${describePort(port)} lets in ${describeOpening(port)}.${more}`;
}

function notConsidered(reason: string): string {
  return `The subnet's network security group was not considered: ${reason.replace(/\.$/, '')}.`;
}
