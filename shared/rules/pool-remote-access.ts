import { z } from 'zod';
import { parsePrefix } from '../core/address-prefix.ts';
import { endpointFixes, type OpenPort } from '../core/endpoint-fix.ts';
import { describeExample, describeRule } from '../core/exposure.ts';
import { openPorts } from '../core/open-ports.ts';
import type { Pool } from '../core/pool.ts';
import { isDefaultUncertain } from '../core/published-ports.ts';
import { defineRule, type Violation } from '../core/rule.ts';

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
  permissions: ['Microsoft.Batch/batchAccounts/pools/write'],
  options: z.strictObject({
    allow: z.array(source).default([]),
    ports: z.union([z.literal('all'), z.array(z.int().min(1).max(65535)).min(1)]).default('all'),
    assumeMapped: z.boolean().default(false),
  }),

  check(pool, { options }) {
    const { assumeMapped, ports } = options;
    const allow = options.allow.flatMap((text) => parsePrefix(text) ?? []);
    const { open, unknown, tags } = openPorts(pool, allow, (port) => ports === 'all' || ports.includes(port));
    const fixes = endpointFixes(pool, open, { allow, tags, assumeMapped });
    const desired = allow.length === 0 ? 'nobody gets in' : `only ${options.allow.join(', ')} gets in`;
    return [...fixes.map(({ port, fix }) => ({ ...verdict(pool, port), desired, fix })), ...unknown];
  },
});

function verdict(pool: Pool, { path, natPool, backendPort, example }: OpenPort): Omit<Violation, 'desired' | 'fix'> {
  const observed = natPool === null ? 'published by default' : natPool.rules.map(describeRule);
  const name = natPool === null ? 'published by default' : `NAT pool ${natPool.name}`;
  const why = [`Port ${backendPort} (${name}) lets in ${describeExample(example)}.`];
  if (natPool === null && isDefaultUncertain(pool))
    why.push('ARM does not say whether it is published: that depends on the api-version the pool was made with.');
  if (pool.subnetId !== null) why.push("The subnet's network security group was not considered.");
  const verdict = { path, observed, why: why.join(' ') };
  return example.side === 'internet' ? verdict : { ...verdict, severity: 'medium' };
}
