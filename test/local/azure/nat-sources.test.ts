import { expect, test } from 'vitest';
import { Refusal } from '../../../local/azure/exchange.ts';
import { part } from '../../../local/azure/json.ts';
import { validateEndpoints } from '../../../local/azure/nat-pools.ts';

const RULE = { priority: 200, access: 'Allow', sourceAddressPrefix: '*' };

/** The code and the property of the refusal of a NAT pool with these rules; null when it is taken. */
function refusalOf(...rules: readonly object[]): unknown {
  const natPool = {
    name: 'ssh',
    protocol: 'TCP',
    backendPort: 22,
    frontendPortRangeStart: 40_000,
    frontendPortRangeEnd: 40_100,
    networkSecurityGroupRules: rules.map((rule) => ({ ...RULE, ...rule })),
  };
  try {
    validateEndpoints({ endpointConfiguration: { inboundNatPools: [natPool] } });
    return null;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { code, details } = part(error.answer.body, 'error');
    const [first] = Array.isArray(details) ? details : [];
    return [error.answer.status, code, part(first)['message']];
  }
}

const ADDRESSES = ['203.0.113.7', '203.0.113.0/24', '0.0.0.0/0', '10.0.0.1/32', '2001:db8::1', '2001:db8::/32', '::/0'];
const TAGS = ['*', 'Internet', 'internet', 'VirtualNetwork', 'AzureLoadBalancer', 'AzureCloud', 'Storage.WestEurope'];
const MORE_TAGS = ['BatchNodeManagement.eastus2', 'AzureFrontDoor.Backend'];

test.each([...ADDRESSES, ...TAGS, ...MORE_TAGS])('18: the source %s is taken', (sourceAddressPrefix) => {
  expect(refusalOf({ sourceAddressPrefix })).toBeNull();
});

test.each([
  ['nothing', ''],
  ['a list', '203.0.113.7,203.0.113.8'],
  ['a range with a dash', '203.0.113.7-203.0.113.9'],
  ['no address', '203.0.113.256'],
  ['leading zeros', '203.0.113.007'],
  ['too many bits', '203.0.113.0/33'],
  ['too many bits of IPv6', '2001:db8::/129'],
  ['no bits', '203.0.113.0/'],
  ['bits with a zero before them', '203.0.113.0/024'],
  ['a mask', '203.0.113.0/255.255.255.0'],
  ['a zone', 'fe80::1%eth0'],
  ['a name', 'office.example.org'],
  ['a word that is no tag', 'Everyone'],
  ['Any', 'Any'],
  ['a region of the internet', 'Internet.WestEurope'],
  ['spaces', ' 203.0.113.7'],
])('18: %s is refused as a source: %j', (_what, sourceAddressPrefix) => {
  expect(refusalOf({ sourceAddressPrefix })).toEqual([400, 'InvalidPropertyValue', 'sourceAddressPrefix']);
});

test.each([
  [{ sourcePortRanges: ['*'] }, null],
  [{ sourcePortRanges: ['0', '1024-65535'] }, null],
  [{ sourcePortRanges: ['22', '20-30'] }, 'sourcePortRanges'],
  [{ sourcePortRanges: ['65536'] }, 'sourcePortRanges'],
  [{ sourcePortRanges: ['30-20'] }, 'sourcePortRanges'],
  [{ sourcePortRanges: ['ssh'] }, 'sourcePortRanges'],
  [{ priority: 150 }, null],
  [{ priority: 3500 }, null],
  [{ priority: 149 }, 'priority'],
  [{ priority: 3501 }, 'priority'],
  [{ priority: 200.5 }, 'priority'],
  [{ access: 'deny' }, null],
  [{ access: 'Audit' }, 'access'],
])('18: a rule with %j', (rule, property) => {
  expect(refusalOf(rule)).toEqual(property === null ? null : [400, 'InvalidPropertyValue', property]);
});

test('18: a priority is unique in the pool', () => {
  expect(refusalOf({}, { access: 'Deny' })).toEqual([400, 'InvalidPropertyValue', 'priority']);
  expect(refusalOf({}, { access: 'Deny', priority: 201 })).toBeNull();
});
