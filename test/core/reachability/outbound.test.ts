import { describe, expect, test } from 'vitest';
import type { NsgRule } from '../../../shared/core/model/subnet.ts';
import { stoppedBy } from '../../../shared/core/reachability/outbound.ts';
import { groupRule, outboundGroup } from '../../support/security-groups.ts';

const deny = (priority: number, parts: Partial<NsgRule> = {}) => groupRule(priority, { access: 'Deny', ...parts });
const allow = (priority: number, parts: Partial<NsgRule> = {}) => groupRule(priority, parts);

/** The name of the rule that stops nodes, `null` when they get through, `?` when it is not known. */
function verdict(rules: readonly NsgRule[], region: string | null = 'westeurope'): string | null {
  const stopped = stoppedBy(outboundGroup(...rules), region);
  return 'unknown' in stopped ? '?' : (stopped.known?.name ?? null);
}

describe('what a security group does to nodes that call Batch', () => {
  test.each<[string, NsgRule[], string | null]>([
    ['its default rules let out to the internet', [], null],
    ['a deny of all', [deny(200)], 'rule200'],
    ['a deny of the internet', [deny(200, { destinations: ['Internet'] })], 'rule200'],
    ['a deny of all Azure', [deny(200, { destinations: ['AzureCloud'] })], 'rule200'],
    ['a deny of all IPv4', [deny(200, { destinations: ['0.0.0.0/0'] })], 'rule200'],
    ['a deny of the service', [deny(200, { destinations: ['BatchNodeManagement'] })], 'rule200'],
    ['a deny of the service here', [deny(200, { destinations: ['BatchNodeManagement.WestEurope'] })], 'rule200'],
    ['a deny of the service elsewhere', [deny(200, { destinations: ['BatchNodeManagement.NorthEurope'] })], null],
    ['a deny of another service', [deny(200, { destinations: ['Storage'] })], null],
    ['a deny of IPv6', [deny(200, { destinations: ['::/0'] })], null],
    ['a deny of private addresses', [deny(200, { destinations: ['10.0.0.0/8', '192.168.0.0/16'] })], null],
    ['a deny of some public addresses', [deny(200, { destinations: ['20.0.0.0/8'] })], '?'],
    ['a deny of other ports', [deny(200, { destinationPorts: ['80', '8000-9000'] })], null],
    ['a deny of a range with the port', [deny(200, { destinationPorts: ['400-500'] })], 'rule200'],
    ['a deny of UDP', [deny(200, { protocol: 'Udp' })], null],
    ['a deny of TCP, in another case', [deny(200, { protocol: 'TCP', access: 'DENY' })], 'rule200'],
    ['a deny from the network', [deny(200, { sources: ['VirtualNetwork'] })], 'rule200'],
    ['a deny from some addresses', [deny(200, { sources: ['10.0.1.0/24'] })], '?'],
    ['a deny from what no node is', [deny(200, { sources: ['Internet'] })], null],
    ['a deny from some source ports', [deny(200, { sourcePorts: ['1024-2000'] })], '?'],
    ['a deny from application groups', [deny(200, { sources: [], usesApplicationGroups: true })], '?'],
    ['a deny to application groups', [deny(200, { destinations: [], usesApplicationGroups: true })], null],
    [
      'an allow before the deny',
      [deny(200), allow(100, { destinations: ['BatchNodeManagement'], destinationPorts: ['443'] })],
      null,
    ],
    ['an allow after the deny', [deny(200), allow(300)], 'rule200'],
    [
      'an allow of another region before it',
      [deny(200), allow(100, { destinations: ['BatchNodeManagement.eastus'] })],
      'rule200',
    ],
    ['an allow of another port before it', [deny(200), allow(100, { destinationPorts: ['80'] })], 'rule200'],
    ['an allow of some addresses before it', [deny(200), allow(100, { destinations: ['20.0.0.0/8'] })], '?'],
    ['two denies, the first in doubt', [deny(200), deny(100, { sources: ['10.0.1.0/24'] })], 'rule200'],
    ['a destination that cannot be read', [deny(200, { destinations: ['///'] })], '?'],
    ['a port that cannot be read', [deny(200, { destinationPorts: ['https'] })], '?'],
    ['a protocol that is not known', [deny(200, { protocol: 'Sctp' })], '?'],
  ])('%s', (_, rules, expected) => {
    expect(verdict(rules)).toBe(expected);
  });

  test('the region is compared as ARM shows it', () => {
    const rules = [deny(200, { destinations: ['AzureCloud.westeurope'] })];
    expect([verdict(rules, 'West Europe'), verdict(rules, 'eastus'), verdict(rules, null)]).toEqual([
      'rule200',
      null,
      '?',
    ]);
  });

  test('a group without a rule that decides is unknown', () => {
    const { unknown } = { unknown: undefined, ...stoppedBy({ id: 'nsg', inbound: [], outbound: [] }, null) };
    expect(unknown).toMatchObject({ code: 'undecided' });
  });
});
