import type { NatPool } from '../model/nat-pool.ts';
import { isWindows, type Pool } from '../model/pool.ts';
import { notShown, type UnknownReason, undecided } from '../model/reading.ts';
import { whyNetworkUnknown } from './network-shown.ts';

const ENDPOINTS = 'properties.networkConfiguration.endpointConfiguration';

/** A backend port of every node that a load balancer publishes; without a NAT pool where Batch does it by default. */
export interface PublishedPort {
  readonly backendPort: number;
  readonly natPool: NatPool | null;
  /** The ARM path where it is set. */
  readonly path: string;
}

const SSH = 22;
const RDP = 3389;
/**
 * Batch publishes SSH and RDP by itself no more: from the first date on it depends on the api-version that a pool was
 * made with, which ARM does not tell; from the second on for all pools.
 * https://learn.microsoft.com/azure/batch/pool-endpoint-configuration
 */
const DEFAULTS_BECAME_UNCERTAIN = Date.parse('2024-07-01T00:00:00Z');
const DEFAULTS_ENDED = Date.parse('2025-12-01T00:00:00Z');

/** The ports that NAT pools publish. */
export function explicitPorts(pool: Pool): readonly PublishedPort[] {
  return natPoolsOf(pool).map((natPool) => ({
    backendPort: natPool.backendPort,
    natPool,
    path: `${ENDPOINTS}.inboundNatPools[${natPool.name}]`,
  }));
}

/** The default port, if there is one; where that is not known, the one that it is about, if that is. */
type DefaultPort =
  | { readonly known: PublishedPort | null }
  | { readonly unknown: UnknownReason; readonly port: PublishedPort | null };

/**
 * The SSH or RDP port that Batch publishes by itself, if it does; only `judged` ports are of interest.
 * @param assumeMapped what the operator says where ARM does not; undefined where he does not either
 */
export function defaultPort(
  pool: Pool,
  judged: (port: number) => boolean,
  assumeMapped: boolean | undefined,
): DefaultPort {
  const { creationTime, deployment } = pool;
  const unseen = whyNetworkUnknown(pool);
  if (unseen !== null) return { unknown: unseen, port: null };
  if (hasNoPublicIp(pool) || (creationTime !== null && creationTime.getTime() >= DEFAULTS_ENDED))
    return { known: null };
  const candidates = deployment === null ? [SSH, RDP] : [isWindows(deployment) ? RDP : SSH];
  const [backendPort] = candidates.filter((port) => judged(port) && !isOverridden(pool, port));
  if (backendPort === undefined) return { known: null };
  if (creationTime === null)
    return { unknown: notShown('the body has no creationTime, on which the default port depends'), port: null };
  const isUncertain = isDefaultUncertain(pool);
  if (isUncertain && assumeMapped === false) return { known: null };
  if (deployment === null) {
    const unknown = notShown('the body has no deploymentConfiguration, which tells the default port: 22 or 3389');
    return { unknown, port: null };
  }
  const port = { backendPort, natPool: null, path: ENDPOINTS };
  return isUncertain && assumeMapped === undefined ? { unknown: whetherPublished(backendPort), port } : { known: port };
}

function whetherPublished(port: number): UnknownReason {
  return undecided(
    `whether port ${port} is published: ARM does not say, since it depends on the api-version that the pool was made with. ` +
      'The remote login settings of a node tell: az batch node remote-login-settings show. Option assumeMapped says it',
  );
}

/** An endpoint configuration without NAT pools counts as none. */
export function natPoolsOf({ settings }: Pool): readonly NatPool[] {
  return settings.endpoints ?? [];
}

/** Whether ARM leaves open if the default port is published. */
function isDefaultUncertain({ creationTime }: Pool): boolean {
  return creationTime === null || creationTime.getTime() >= DEFAULTS_BECAME_UNCERTAIN;
}

/** Whether the operator alone says that the port is published. */
export function isAssumed(pool: Pool, { natPool }: PublishedPort): boolean {
  return natPool === null && isDefaultUncertain(pool);
}

export function hasNoPublicIp({ settings }: Pick<Pool, 'settings'>): boolean {
  return settings.publicIp?.toLowerCase() === 'nopublicipaddresses';
}

/** An entry overrides the default connection only of its own port, and only where it is TCP as that is. */
function isOverridden(pool: Pool, port: number): boolean {
  return natPoolsOf(pool).some((natPool) => natPool.backendPort === port && natPool.protocol.toLowerCase() === 'tcp');
}
