import { expect, test } from 'vitest';
import { type Family, parsePrefix } from '../../../shared/core/reachability/address-prefix.ts';
import { extentOf } from '../../../shared/core/reachability/extent.ts';
import { namedByAny } from '../../../shared/core/reachability/parsed-rule.ts';
import { everyone, fromPorts, type SenderSet, type Side, union } from '../../../shared/core/reachability/sender-set.ts';

const SIDES: readonly Side[] = ['internet', 'virtual network'];
const BOTH: readonly Family[] = ['IPv4', 'IPv6'];

/** Of all who can be there, those whom these sources name. */
function senders(sources: readonly string[], sides = SIDES): SenderSet {
  const prefixes = sources.flatMap((source) => parsePrefix(source) ?? []);
  return namedByAny(prefixes, everyone(sides, BOTH, new Set(['storage'])));
}

test.each<[readonly string[], Family, readonly Family[], string | null]>([
  [['*'], 'IPv4', BOTH, 'the whole internet'],
  [['*'], 'IPv6', BOTH, 'the whole internet'],
  [['0.0.0.0/0'], 'IPv4', BOTH, 'the whole internet of IPv4'],
  [['0.0.0.0/0'], 'IPv4', ['IPv4'], 'the whole internet'],
  [['::/0'], 'IPv6', BOTH, 'the whole internet of IPv6'],
  [['128.0.0.0/1', '0.0.0.0/1'], 'IPv4', BOTH, 'the whole internet of IPv4'],
  [['0.0.0.0/1', '128.0.0.0/1'], 'IPv4', BOTH, 'the whole internet of IPv4'],
  [['0.0.0.0/1', '128.0.0.0/2', '192.0.0.0/3'], 'IPv4', BOTH, 'the whole internet of IPv4'],
  [['0.0.0.0/1', '128.0.0.0/2'], 'IPv4', BOTH, 'most of the internet'],
  [['203.0.112.0/24'], 'IPv4', BOTH, 'the range 203.0.112.0/24'],
  [['203.0.112.0/25', '203.0.112.128/25'], 'IPv4', BOTH, 'the range 203.0.112.0/24'],
  [['203.0.112.128/25', '203.0.112.0/25'], 'IPv4', BOTH, 'the range 203.0.112.0/24'],
  [['203.0.112.0/25', '203.0.112.128/32'], 'IPv4', BOTH, 'the range 203.0.112.0 to 203.0.112.128'],
  [['203.0.112.1', '203.0.112.2'], 'IPv4', BOTH, 'the range 203.0.112.1 to 203.0.112.2'],
  [['203.0.112.2', '203.0.112.3'], 'IPv4', BOTH, 'the range 203.0.112.2/31'],
  [['203.0.112.0', '203.0.112.2'], 'IPv4', BOTH, 'several ranges'],
  [['203.0.112.7'], 'IPv4', BOTH, null],
  [['203.0.112.0/24'], 'IPv6', BOTH, null],
  [['Storage'], 'IPv4', BOTH, null],
  [['VirtualNetwork'], 'IPv4', BOTH, null],
  [['2a00::/16'], 'IPv6', BOTH, 'the range 2a00::/16'],
])('of %j a port is open, in %s of %j, to %s', (sources, family, families, extent) => {
  expect(extentOf(senders(sources), { side: 'internet', family, families })).toBe(extent);
});

test.each<[readonly string[], string | null]>([
  [['*'], 'the whole virtual network'],
  [['Internet'], null],
  [['0.0.0.0/1'], 'most of the virtual network'],
  [['0.0.0.0/2'], 'the range 0.0.0.0/2'],
  [['10.0.0.0/9', '10.64.0.0/10'], 'the range 10.0.0.0/9'],
  [['0.0.0.3', '0.0.0.4/31'], 'the range 0.0.0.3 to 0.0.0.5'],
])('of %j a port is open, on the other side, to %s', (sources, extent) => {
  expect(extentOf(senders(sources), { side: 'virtual network', family: 'IPv4', families: BOTH })).toBe(extent);
});

test('addresses that send from some ports lie within those that send from others', () => {
  const port = (at: bigint) => [{ first: at, last: at }];
  const of = (source: string, at: bigint) => fromPorts(senders([source], ['virtual network']), port(at));
  const all = union(of('10.0.0.0/24', 1n), of('10.0.0.64/26', 2n));
  expect(extentOf(all, { side: 'virtual network', family: 'IPv4', families: BOTH })).toBe('the range 10.0.0.0/24');
});
