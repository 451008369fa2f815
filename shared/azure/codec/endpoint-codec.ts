import type { z } from 'zod';
import type { NatPool, NatRule } from '../../core/model/nat-pool.ts';
import type { JsonObject } from './json-object.ts';
import type { NetworkBody } from './pool-body.ts';

type EndpointBody = z.infer<typeof NetworkBody>['endpointConfiguration'];
type NatPoolBody = NonNullable<NonNullable<EndpointBody>['inboundNatPools']>[number];
type NatRuleBody = NonNullable<NatPoolBody['networkSecurityGroupRules']>[number];

export function decodeEndpoints(body: EndpointBody): NatPool[] | null {
  return body ? (body.inboundNatPools ?? []).map(decodeNatPool) : null;
}

function decodeNatPool({ networkSecurityGroupRules, ...natPool }: NatPoolBody): NatPool {
  const { name, protocol, backendPort, frontendPortRangeStart, frontendPortRangeEnd, ...unmodelled } = natPool;
  const rules = (networkSecurityGroupRules ?? []).map(decodeRule);
  return { name, protocol, backendPort, frontendPortRangeStart, frontendPortRangeEnd, rules, unmodelled };
}

function decodeRule({ priority, access, sourceAddressPrefix, sourcePortRanges, ...unmodelled }: NatRuleBody): NatRule {
  return { priority, access, sourceAddressPrefix, sourcePortRanges: sourcePortRanges ?? null, unmodelled };
}

export function encodeEndpoints(body: EndpointBody, natPools: readonly NatPool[]): JsonObject {
  return { ...body, inboundNatPools: natPools.map(encodeNatPool) };
}

function encodeNatPool({ rules, unmodelled, ...natPool }: NatPool): JsonObject {
  return {
    ...unmodelled,
    ...natPool,
    ...(rules.length === 0 ? {} : { networkSecurityGroupRules: rules.map(encodeRule) }),
  };
}

function encodeRule({ unmodelled, sourcePortRanges, ...rule }: NatRule): JsonObject {
  return { ...unmodelled, ...rule, ...(sourcePortRanges === null ? {} : { sourcePortRanges }) };
}
