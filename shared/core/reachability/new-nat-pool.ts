import type { NatPool } from '../model/nat-pool.ts';

type Frontend = Pick<NatPool, 'frontendPortRangeStart' | 'frontendPortRangeEnd'>;

/** By Batch, as are ports above 65534. https://learn.microsoft.com/javascript/api/@azure/arm-batch/inboundnatpool */
const RESERVED: Frontend = { frontendPortRangeStart: 50000, frontendPortRangeEnd: 55000 };
/**
 * At least 40 are asked for; Terraform asks for this.
 * https://learn.microsoft.com/javascript/api/@azure-rest/batch/batchinboundnatpooloutput
 */
const WIDTH = 101;

/** A NAT pool for a port that none publishes yet; null when no frontend ports are free. */
export function newNatPool(natPools: readonly NatPool[], backendPort: number): NatPool | null {
  const frontend = freeFrontend(natPools);
  if (frontend === null) return null;
  const name = freeName(natPools, backendPort === 3389 ? 'rdp' : 'ssh');
  return { name, protocol: 'TCP', backendPort, ...frontend, rules: [], unmodelled: {} };
}

function freeName(natPools: readonly NatPool[], wanted: string): string {
  const taken = new Set(natPools.map(({ name }) => name.toLowerCase()));
  const names = [wanted, ...natPools.map((_, i) => `${wanted}-${i + 2}`)];
  return names.find((name) => !taken.has(name)) ?? wanted;
}

/** The lowest free run of frontend ports from 40000 on. */
export function freeFrontend(natPools: readonly NatPool[]): Frontend | null {
  let start = 40000;
  for (const taken of [...natPools, RESERVED].toSorted((a, b) => a.frontendPortRangeStart - b.frontendPortRangeStart)) {
    if (taken.frontendPortRangeStart < start + WIDTH) start = Math.max(start, taken.frontendPortRangeEnd + 1);
  }
  const end = start + WIDTH - 1;
  return end <= 65534 ? { frontendPortRangeStart: start, frontendPortRangeEnd: end } : null;
}
