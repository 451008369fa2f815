import { z } from 'zod';
import type { EndpointAccess, NetworkProfile } from '../../core/model/network-profile.ts';
import type { JsonObject } from './json-object.ts';

const EndpointBody = z.looseObject({
  defaultAction: z.string().nullish(),
  ipRules: z.array(z.looseObject({ value: z.string() })).nullish(),
});

/** The `networkProfile` of an account. */
export const NetworkProfileBody = z.looseObject({
  accountAccess: EndpointBody.nullish(),
  nodeManagementAccess: EndpointBody.nullish(),
});

export function decodeNetworkProfile(body: z.infer<typeof NetworkProfileBody> | null): NetworkProfile | null {
  if (body === null) return null;
  const { accountAccess, nodeManagementAccess, ...unmodelled } = body;
  return {
    accountAccess: decodeEndpoint(accountAccess ?? null),
    nodeManagementAccess: decodeEndpoint(nodeManagementAccess ?? null),
    unmodelled,
  };
}

function decodeEndpoint(body: z.infer<typeof EndpointBody> | null): EndpointAccess | null {
  if (body === null) return null;
  const { defaultAction, ipRules, ...unmodelled } = body;
  const rules = (ipRules ?? []).map(({ value, ...unmodelled }) => ({ value, unmodelled }));
  return { defaultAction: defaultAction ?? null, ipRules: rules, unmodelled };
}

/** Both endpoints with their default action: what is not said would be for the service to choose. */
export function encodeNetworkProfile(profile: NetworkProfile | null): JsonObject {
  const { accountAccess = null, nodeManagementAccess = null, unmodelled = {} } = profile ?? {};
  return {
    ...unmodelled,
    accountAccess: encodeEndpoint(accountAccess),
    nodeManagementAccess: encodeEndpoint(nodeManagementAccess),
  };
}

function encodeEndpoint(access: EndpointAccess | null): JsonObject {
  const { defaultAction = null, ipRules = [], unmodelled = {} } = access ?? {};
  return {
    ...unmodelled,
    defaultAction: defaultAction ?? 'Allow',
    ...(ipRules.length === 0
      ? {}
      : { ipRules: ipRules.map(({ value, unmodelled }) => ({ action: 'Allow', ...unmodelled, value })) }),
  };
}
