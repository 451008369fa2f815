import { z } from 'zod';
import { distinctIds } from '../../core/model/ids.ts';
import { isReadable } from '../../core/model/pool.ts';
import { type Reading, unreadable } from '../../core/model/reading.ts';
import { isSecurityGroupId, isSubnetId } from '../../core/model/resource-id.ts';
import type { Snapshot } from '../../core/model/snapshot.ts';
import type { NsgRule, SecurityGroup, Subnet } from '../../core/model/subnet.ts';
import { type ProviderReads, tryReading } from './provider-reads.ts';

/** https://learn.microsoft.com/rest/api/virtualnetwork/security-rules/get */
const API = '2024-05-01';

const SubnetBody = z.looseObject({
  properties: z.looseObject({ networkSecurityGroup: z.looseObject({ id: z.string() }).nullish() }),
});

const Text = z.string().nullish();
const Texts = z.array(z.string()).nullish();
const Groups = z.array(z.unknown()).nullish();

const RuleBody = z.looseObject({
  name: Text,
  properties: z.looseObject({
    direction: z.string(),
    priority: z.number(),
    access: z.string(),
    protocol: z.string(),
    sourceAddressPrefix: Text,
    sourceAddressPrefixes: Texts,
    sourceApplicationSecurityGroups: Groups,
    sourcePortRange: Text,
    sourcePortRanges: Texts,
    destinationAddressPrefix: Text,
    destinationAddressPrefixes: Texts,
    destinationApplicationSecurityGroups: Groups,
    destinationPortRange: Text,
    destinationPortRanges: Texts,
  }),
});

type RuleBody = z.infer<typeof RuleBody>;

const GroupBody = z.looseObject({
  properties: z.looseObject({
    securityRules: z.array(RuleBody).nullish(),
    // Every group has them; a body without them does not tell who else gets in or out.
    defaultSecurityRules: z.array(RuleBody),
  }),
});

/** The subnets of the pools, with their security groups. */
export async function readSubnets(reads: ProviderReads, { pools }: Snapshot): Promise<Reading<readonly Subnet[]>> {
  const ids = pools.filter(isReadable).flatMap((pool) => pool.subnetId ?? []);
  return { known: await Promise.all(distinctIds(ids).map((id) => readSubnet(reads, id))) };
}

async function readSubnet(reads: ProviderReads, id: string): Promise<Subnet> {
  if (!isSubnetId(id)) return { id, securityGroup: { unknown: unreadable('the id of the subnet is not as expected') } };
  const groupId = await tryReading('the subnet', async () => {
    const { networkSecurityGroup } = SubnetBody.parse(await reads.body(id, API)).properties;
    return networkSecurityGroup?.id ?? null;
  });
  if ('unknown' in groupId) return { id, securityGroup: groupId };
  const { known } = groupId;
  return { id, securityGroup: known === null ? { known } : await readSecurityGroup(reads, known) };
}

async function readSecurityGroup(reads: ProviderReads, id: string): Promise<Reading<SecurityGroup>> {
  if (!isSecurityGroupId(id)) return { unknown: unreadable('the id of the network security group is not as expected') };
  return tryReading('the network security group', async () => {
    const { securityRules, defaultSecurityRules } = GroupBody.parse(await reads.body(id, API)).properties;
    const rules = [...(securityRules ?? []), ...defaultSecurityRules];
    return { id, inbound: inDirection(rules, 'inbound'), outbound: inDirection(rules, 'outbound') };
  });
}

function inDirection(rules: readonly RuleBody[], direction: 'inbound' | 'outbound'): NsgRule[] {
  return rules.filter(({ properties }) => properties.direction.toLowerCase() === direction).map(decode);
}

function decode({ name, properties }: RuleBody): NsgRule {
  const { priority, access, protocol, sourceApplicationSecurityGroups, destinationApplicationSecurityGroups } =
    properties;
  return {
    name: name ?? 'without a name',
    priority,
    access,
    protocol,
    sources: textsOf(properties.sourceAddressPrefix, properties.sourceAddressPrefixes),
    sourcePorts: textsOf(properties.sourcePortRange, properties.sourcePortRanges),
    destinations: textsOf(properties.destinationAddressPrefix, properties.destinationAddressPrefixes),
    destinationPorts: textsOf(properties.destinationPortRange, properties.destinationPortRanges),
    usesApplicationGroups: [sourceApplicationSecurityGroups, destinationApplicationSecurityGroups].some(
      (groups) => (groups ?? []).length > 0,
    ),
  };
}

/** ARM gives one, or several; the other is absent or empty. */
function textsOf(one: z.infer<typeof Text>, several: z.infer<typeof Texts>): readonly string[] {
  return [...(one ? [one] : []), ...(several ?? [])];
}
