import type { z } from 'zod';
import type { PoolSettings, Scale } from '../../core/model/pool-settings.ts';
import { decodeEndpoints, encodeEndpoints } from './endpoint-codec.ts';
import { decodeIdentityIds, encodeIdentity } from './identity-codec.ts';
import { type JsonObject, without } from './json-object.ts';
import { NetworkBody, type PoolBody, ScaleBody, UserBody } from './pool-body.ts';
import type { SettingCodecs } from './setting-codec.ts';

export const POOL_CODECS: SettingCodecs<PoolBody, PoolSettings> = {
  identityIds: {
    decode: ({ identity }) => decodeIdentityIds(identity),
    encode: encodeIdentity,
  },
  endpoints: {
    decode: ({ properties }) => decodeEndpoints(properties.networkConfiguration?.endpointConfiguration),
    encode: (raw, natPools) => encodeNetwork(raw, { natPools }),
  },
  publicIp: {
    decode: ({ properties }) => decodePublicIp(properties.networkConfiguration?.publicIPAddressConfiguration),
    encode: (raw, provision) => encodeNetwork(raw, { provision }),
  },
  users: {
    decode: ({ properties }) =>
      (properties.userAccounts ?? []).map(({ name, elevationLevel }) => ({
        name,
        elevationLevel: elevationLevel ?? null,
      })),
    // Without the values: they come in where it is sent.
    encode: (raw, users) => {
      const bodies = new Map((UserBody.array().nullish().parse(raw) ?? []).map((body) => [body.name, body]));
      return users.map(({ name, elevationLevel, secret }) => {
        if (secret === undefined) throw new TypeError('the list of users is written only with the secret of each');
        return { ...bodies.get(name), name, ...(elevationLevel === null ? {} : { elevationLevel }) };
      });
    },
  },
  scale: {
    decode: ({ properties }) => decodeScale(properties.scaleSettings),
    encode(raw, scale) {
      if (scale === null) throw new TypeError('a scale that is not known cannot be written');
      return encodeScale(ScaleBody.nullish().parse(raw), scale);
    },
  },
  metadata: {
    decode: ({ properties }) =>
      (properties.metadata ?? []).map(({ name, value, ...unmodelled }) => ({ name, value: value ?? null, unmodelled })),
    encode: (_raw, items) =>
      items.map(({ name, value, unmodelled }) => ({
        ...unmodelled,
        name,
        ...(value === null ? {} : { value }),
      })),
  },
};

interface NetworkChange {
  readonly natPools?: PoolSettings['endpoints'];
  readonly provision?: PoolSettings['publicIp'];
}

type PublicIpBody = z.infer<typeof NetworkBody>['publicIPAddressConfiguration'];

/** Where addresses are named they are the owner's, whatever `provision` says. */
function decodePublicIp(body: PublicIpBody): string | null {
  const provision = body?.provision || null;
  const isNamed = (body?.ipAddressIds ?? []).length > 0;
  return isNamed && !isUserManaged(provision) ? 'UserManaged' : provision;
}

function isUserManaged(provision: string | null): boolean {
  return provision?.toLowerCase() === 'usermanaged';
}

/** What the change leaves stays as it was read, without nulls, empty lists and texts: Batch refuses or ignores them. */
function encodeNetwork(raw: unknown, change: NetworkChange): JsonObject {
  const body = NetworkBody.nullish().parse(raw) ?? {};
  const { endpointConfiguration, publicIPAddressConfiguration, ...rest } = body;
  const { natPools = decodeEndpoints(endpointConfiguration), provision } = change;
  return {
    ...withoutEmpty(rest),
    ...encodePublicIp(publicIPAddressConfiguration, provision),
    ...(natPools === null ? {} : { endpointConfiguration: encodeEndpoints(endpointConfiguration, natPools) }),
  };
}

/** @param wanted undefined leaves it as it was read; any other than the owner's names no addresses */
function encodePublicIp(body: PublicIpBody, wanted: string | null | undefined): JsonObject {
  const { ipAddressIds, provision: before, ...rest } = body ?? {};
  const provision = wanted === undefined ? before || null : wanted;
  const unnamed = { ...withoutEmpty(rest), ...(provision === null ? {} : { provision }) };
  const isNamed = (ipAddressIds ?? []).length > 0 && (wanted === undefined || isUserManaged(wanted));
  const addresses = isNamed ? { ...unnamed, ipAddressIds } : unnamed;
  return Object.keys(addresses).length === 0 ? {} : { publicIPAddressConfiguration: addresses };
}

function withoutEmpty(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => !isEmpty(value)));
}

function isEmpty(value: unknown): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

type Scales = z.infer<typeof ScaleBody> | null | undefined;

function decodeScale(body: Scales): Scale | null {
  const { autoScale, fixedScale } = body ?? {};
  if (autoScale) {
    const { formula, evaluationInterval } = autoScale;
    return formula ? { kind: 'autoscale', formula, interval: evaluationInterval ?? null } : null;
  }
  if (!fixedScale) return null;
  const { targetDedicatedNodes, targetLowPriorityNodes, resizeTimeout } = fixedScale;
  return {
    kind: 'fixed',
    dedicated: targetDedicatedNodes ?? 0,
    lowPriority: targetLowPriorityNodes ?? 0,
    ...(resizeTimeout && { resizeTimeout }),
  };
}

/** A pool has one kind of scale: what is known of the other goes, what is unknown of this one stays. */
function encodeScale(body: Scales, scale: Scale): JsonObject {
  const { fixedScale, autoScale, ...rest } = body ?? {};
  if (scale.kind === 'fixed') {
    const { dedicated, lowPriority, resizeTimeout, deallocation } = scale;
    const targets = { targetDedicatedNodes: dedicated, targetLowPriorityNodes: lowPriority };
    return {
      ...rest,
      fixedScale: {
        ...fixedScale,
        ...targets,
        ...(resizeTimeout === undefined ? {} : { resizeTimeout }),
        ...(deallocation === undefined ? {} : { nodeDeallocationOption: deallocation }),
      },
    };
  }
  const { formula, interval } = scale;
  const others = without(autoScale ?? {}, 'evaluationInterval');
  return {
    ...rest,
    autoScale: { ...others, formula, ...(interval === null ? {} : { evaluationInterval: interval }) },
  };
}
