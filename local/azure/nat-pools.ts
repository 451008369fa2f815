import { isIP } from 'node:net';
import { invalidPropertyValue } from './errors.ts';
import type { Json } from './json.ts';
import { number, part, parts, text } from './json.ts';
import { isServiceTag } from './service-tags.ts';

const NAME = /^[a-z0-9](?:[\w.-]{0,75}\w)?$/i;
/**
 * Documented is 4096, but the service has refused what is above 3500.
 * https://github.com/MicrosoftDocs/azure-docs/issues/42798
 */
const PRIORITIES = { lowest: 150, highest: 3500 };
/**
 * These and the limits below:
 * https://learn.microsoft.com/javascript/api/@azure-rest/batch/batchinboundnatpooloutput
 */
const RESERVED_BACKEND = [29_876, 29_877];
const RESERVED_FRONTEND = { start: 50_000, end: 55_000 };
const NARROWEST = 40;
/** https://learn.microsoft.com/javascript/api/@azure/arm-batch/poolendpointconfiguration */
const MOST_NAT_POOLS = 5;
/** https://learn.microsoft.com/javascript/api/@azure/arm-batch/inboundnatpool */
const MOST_RULES = 25;

/** Throws 400 InvalidPropertyValue for an endpoint configuration that Batch does not take. */
export function validateEndpoints(network: Json): void {
  if (network['endpointConfiguration'] === undefined || network['endpointConfiguration'] === null) return;
  const provision = text(part(network, 'publicIPAddressConfiguration')['provision']);
  const pools = parts(part(network, 'endpointConfiguration'), 'inboundNatPools');
  const rules = pools.flatMap((pool) => parts(pool, 'networkSecurityGroupRules'));
  const list = 'inboundNatPools';
  demand(!/^NoPublicIPAddresses$/i.test(provision), list, pools, 'A pool without public addresses has no endpoints.');
  demand(pools.length <= MOST_NAT_POOLS, list, pools.length, `A pool has at most ${MOST_NAT_POOLS} NAT pools.`);
  const tooMany = `All NAT pools have at most ${MOST_RULES} rules.`;
  demand(rules.length <= MOST_RULES, 'networkSecurityGroupRules', rules.length, tooMany);
  demandDistinct(
    pools.map((pool) => text(pool['name']).toLowerCase()),
    'name',
  );
  demandDistinct(
    pools.map((pool) => number(pool['backendPort'])),
    'backendPort',
  );
  demandDistinct(
    rules.map((rule) => number(rule['priority'])),
    'priority',
  );
  for (const pool of pools) validateNatPool(pool);
  for (const rule of rules) validateRule(rule);
  const ranges = pools.map(frontendOf).sort((a, b) => a.start - b.start);
  for (const [i, range] of ranges.entries())
    demand(range.start > (ranges[i - 1]?.end ?? 0), 'frontendPortRangeStart', range.start, 'Frontend ranges overlap.');
}

function validateNatPool(pool: Json): void {
  const name = text(pool['name']);
  const port = number(pool['backendPort']);
  const { start, end } = frontendOf(pool);
  demand(NAME.test(name), 'name', name, 'The name of a NAT pool has 1 to 77 letters, digits, _ . and -.');
  demand(/^(?:tcp|udp)$/i.test(text(pool['protocol'])), 'protocol', pool['protocol'], 'TCP or UDP.');
  demand(isPort(port, 1, 65_535) && !RESERVED_BACKEND.includes(port), 'backendPort', port, 'The port is reserved.');
  demand(isPort(start, 1, 65_534) && isPort(end, 1, 65_534), 'frontendPortRangeStart', start, 'Not within 1 to 65534.');
  const clear = end < RESERVED_FRONTEND.start || start > RESERVED_FRONTEND.end;
  demand(clear, 'frontendPortRangeStart', start, 'Ports 50000 to 55000 are reserved.');
  demand(end - start + 1 >= NARROWEST, 'frontendPortRangeEnd', end, `A range has at least ${NARROWEST} ports.`);
}

function validateRule(rule: Json): void {
  const priority = number(rule['priority']);
  const source = text(rule['sourceAddressPrefix']);
  const { lowest, highest } = PRIORITIES;
  demand(isPort(priority, lowest, highest), 'priority', priority, `A priority is from ${lowest} to ${highest}.`);
  demand(/^(?:allow|deny)$/i.test(text(rule['access'])), 'access', rule['access'], 'Allow or Deny.');
  demand(isSource(source), 'sourceAddressPrefix', source, 'An address, a CIDR, a service tag or *.');
  const ports = rule['sourcePortRanges'];
  if (ports === undefined || ports === null) return;
  const ranges = Array.isArray(ports) ? ports.map(portRange) : [null];
  demand(!ranges.includes(null), 'sourcePortRanges', ports, 'Ports, ranges of ports, or *.');
  const sorted = ranges.flatMap((range) => range ?? []).sort((a, b) => a.start - b.start);
  for (const [i, range] of sorted.entries())
    demand(i === 0 || range.start > (sorted[i - 1]?.end ?? 0), 'sourcePortRanges', ports, 'Port ranges overlap.');
}

/** `*`, a port or a range of ports; null for anything else. */
function portRange(given: unknown): { start: number; end: number } | null {
  if (given === '*') return { start: 0, end: 65_535 };
  const [, first, last] = /^(\d+)(?:-(\d+))?$/.exec(text(given)) ?? [];
  const start = Number(first);
  const end = Number(last ?? first);
  return isPort(start, 0, 65_535) && isPort(end, 0, 65_535) && start <= end ? { start, end } : null;
}

/** One address, one range of them, a tag or `*`; no list and no zone. */
function isSource(source: string): boolean {
  const [address = '', bits, ...more] = source.split('/');
  const version = address.includes('%') ? 0 : isIP(address);
  if (version === 0) return source === '*' || isServiceTag(source);
  const most = version === 4 ? 32 : 128;
  return more.length === 0 && (bits === undefined || (/^(?:0|[1-9]\d*)$/.test(bits) && Number(bits) <= most));
}

function frontendOf(pool: Json): { start: number; end: number } {
  return { start: number(pool['frontendPortRangeStart']), end: number(pool['frontendPortRangeEnd']) };
}

function isPort(value: number, lowest: number, highest: number): boolean {
  return Number.isInteger(value) && value >= lowest && value <= highest;
}

function demandDistinct(values: readonly (string | number)[], name: string): void {
  demand(new Set(values).size === values.length, name, values, `Each ${name} is unique in the pool.`);
}

function demand(holds: boolean, name: string, value: unknown, reason: string): void {
  if (!holds) throw invalidPropertyValue(name, value, reason);
}
