import { z } from 'zod';
import type { Pool } from '../../../shared/core/model/pool.ts';
import type { Reading } from '../../../shared/core/model/reading.ts';
import { type SecurityGroup, securityGroupOf } from '../../../shared/core/model/subnet.ts';
import { defineRule, type Violation } from '../../../shared/core/policy/rule.ts';
import { describeGroup, describePort } from '../../../shared/core/reachability/group-words.ts';
import { isDefaultUncertain } from '../../../shared/core/reachability/published-ports.ts';
import { parsePrefix } from './address-prefix.ts';
import { endpointFixes, type OpenPort, sidesOf } from './endpoint-fix.ts';
import { describeExample, describeRule } from './exposure.ts';
import { openPorts } from './open-ports.ts';
import { throughGroup } from './through-group.ts';

const source = z.string().refine((text) => parsePrefix(text) !== null, {
  error: ({ input }) => `"${String(input)}" is not an address, a CIDR, a service tag or *`,
});

/** A published port is a door to every node: SSH, RDP, or whatever listens behind it. */
export const poolRemoteAccess = defineRule({
  id: 'pool-remote-access',
  scope: 'pool',
  title: 'Published ports of nodes let in only allowed sources',
  severity: 'critical',
  sources: ['pool-endpoints', 'security-best-practices'],
  reads: [
    'properties.networkConfiguration',
    'properties.creationTime',
    'properties.deploymentConfiguration',
    'properties.interNodeCommunication',
  ],
  sets: ['endpoints'],
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
    assumeMapped: z.boolean().default(false),
  }),

  check(pool, { options, snapshot }) {
    const { assumeMapped, ports } = options;
    const allow = options.allow.flatMap((text) => parsePrefix(text) ?? []);
    const published = openPorts(pool, allow, (port) => ports === 'all' || ports.includes(port));
    if (published.open.length + published.unknown.length === 0) return [];
    const group = pool.subnetId === null ? null : securityGroupOf(pool.subnetId, snapshot.facets.subnets);
    const isCut = group !== null && 'known' in group && group.known !== null;
    const { open, unknown, tags } = isCut
      ? throughGroup(published, { pool, allow, group: group.known, sides: sidesOf(pool) })
      : published;
    const fixes = endpointFixes(pool, open, { allow, tags, assumeMapped });
    const desired = allow.length === 0 ? 'nobody gets in' : `only ${options.allow.join(', ')} gets in`;
    return [...fixes.map(({ port, fix }) => ({ ...verdict(pool, port, group), desired, fix })), ...unknown];
  },
});

function verdict(
  pool: Pool,
  port: OpenPort,
  group: Reading<SecurityGroup | null> | null,
): Omit<Violation, 'desired' | 'fix'> {
  const { path, natPool, example } = port;
  const observed = natPool === null ? 'published by default' : natPool.rules.map(describeRule);
  const why = [`Port ${describePort(port)} lets in ${describeExample(example)}.`];
  if (natPool === null && isDefaultUncertain(pool))
    why.push('ARM does not say whether it is published: that depends on the api-version the pool was made with.');
  if (group !== null)
    why.push('known' in group ? describeGroup(group.known, port) : notConsidered(group.unknown.message));
  const verdict = { path, observed, why: why.join(' ') };
  return example.side === 'internet' ? verdict : { ...verdict, severity: 'medium' };
}

function notConsidered(reason: string): string {
  return `The subnet's network security group was not considered: ${reason.replace(/\.$/, '')}.`;
}
