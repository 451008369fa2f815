import { z } from 'zod';
import type { NatPool } from '../../core/model/nat-pool.ts';
import type { JsonObject } from './identity-codec.ts';

const RuleBody = z.looseObject({
  priority: z.number().int(),
  access: z.string(),
  sourceAddressPrefix: z.string(),
  sourcePortRanges: z.array(z.string()).nullish(),
});

const NatPoolBody = z.looseObject({
  name: z.string(),
  protocol: z.string(),
  backendPort: z.number().int(),
  frontendPortRangeStart: z.number().int(),
  frontendPortRangeEnd: z.number().int(),
  networkSecurityGroupRules: z.array(RuleBody).nullish(),
});

/** The `endpointConfiguration` of a pool. */
export const EndpointBody = z.looseObject({ inboundNatPools: z.array(NatPoolBody).nullish() });

export function decodeEndpoints(body: z.infer<typeof EndpointBody> | null | undefined): NatPool[] | null {
  if (!body) return null;
  return (body.inboundNatPools ?? []).map(({ networkSecurityGroupRules, ...natPool }) => {
    const { name, protocol, backendPort, frontendPortRangeStart, frontendPortRangeEnd, ...unmodelled } = natPool;
    return {
      name,
      protocol,
      backendPort,
      frontendPortRangeStart,
      frontendPortRangeEnd,
      rules: (networkSecurityGroupRules ?? []).map(decodeRule),
      unmodelled,
    };
  });
}

function decodeRule({
  priority,
  access,
  sourceAddressPrefix,
  sourcePortRanges,
  ...unmodelled
}: z.infer<typeof RuleBody>) {
  return { priority, access, sourceAddressPrefix, sourcePortRanges: sourcePortRanges ?? null, unmodelled };
}

export function encodeEndpoints(body: z.infer<typeof EndpointBody> | null | undefined, natPools: readonly NatPool[]) {
  return { ...body, inboundNatPools: natPools.map(encodeNatPool) };
}

function encodeNatPool({ rules, unmodelled, ...natPool }: NatPool): JsonObject {
  return {
    ...unmodelled,
    ...natPool,
    ...(rules.length === 0 ? {} : { networkSecurityGroupRules: rules.map(encodeRule) }),
  };
}

function encodeRule({ unmodelled, sourcePortRanges, ...rule }: NatPool['rules'][number]): JsonObject {
  return { ...unmodelled, ...rule, ...(sourcePortRanges === null ? {} : { sourcePortRanges }) };
}
