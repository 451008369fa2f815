import { describe, expect, test } from 'vitest';
import {
  type AddressPrefix,
  formatAddress,
  intersectPrefixes,
  parsePrefix,
  widest,
} from '../../../shared/core/reachability/address-prefix.ts';

/** As in "IPv4 10.0.0.0-10.0.0.255 as 10.0.0.0/24". */
function inWords(prefix: AddressPrefix | null): string {
  if (prefix === null) return 'none';
  if (prefix.kind === 'tag') return `tag ${prefix.tag} as ${prefix.text}`;
  if (prefix.kind !== 'range') return `${prefix.kind} as ${prefix.text}`;
  const { family, addresses, text } = prefix;
  return `${family} ${formatAddress(family, addresses.first)}-${formatAddress(family, addresses.last)} as ${text}`;
}

const LAST = 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff';

describe('a source names', () => {
  test.each([
    ['*', 'any as *'],
    ['Internet', 'internet as Internet'],
    ['INTERNET', 'internet as INTERNET'],
    ['VirtualNetwork', 'virtual-network as VirtualNetwork'],
    ['AzureLoadBalancer', 'load-balancer as AzureLoadBalancer'],
    ['Storage.WestEurope', 'tag storage.westeurope as Storage.WestEurope'],
    ['a_b-1', 'tag a_b-1 as a_b-1'],
    ['Storage.', 'none'],
    ['.Storage', 'none'],
    ['Sto rage', 'none'],
    ['', 'none'],
    ['10.0.0.1', 'IPv4 10.0.0.1-10.0.0.1 as 10.0.0.1'],
    ['10.0.0.1/32', 'IPv4 10.0.0.1-10.0.0.1 as 10.0.0.1/32'],
    ['10.0.0.77/24', 'IPv4 10.0.0.0-10.0.0.255 as 10.0.0.0/24'],
    ['200.1.2.3/1', 'IPv4 128.0.0.0-255.255.255.255 as 128.0.0.0/1'],
    ['1.2.3.4/0', 'IPv4 0.0.0.0-255.255.255.255 as 0.0.0.0/0'],
    ['10.0.0.1/33', 'none'],
    ['10.0.0.1/', 'none'],
    ['10.0.0.1/a', 'none'],
    ['10.0.0.1/8/8', 'none'],
    ['/10.0.0.1/8', 'none'],
    ['10.0.1', 'none'],
    ['10.0.0.256', 'none'],
    ['0x0a.0.0.1', 'none'],
    ['2001:DB8::1', 'IPv6 2001:db8::1-2001:db8::1 as 2001:db8::1'],
    ['2001:db8::1/32', 'IPv6 2001:db8::-2001:db8:ffff:ffff:ffff:ffff:ffff:ffff as 2001:db8::/32'],
    ['::/0', `IPv6 ::-${LAST} as ::/0`],
    [`${LAST}/128`, `IPv6 ${LAST}-${LAST} as ${LAST}/128`],
    ['::/129', 'none'],
    ['fe80::1%eth0', 'none'],
    // Mapped addresses are of IPv4; the 96 bits before them count.
    ['::ffff:10.0.0.1', 'IPv4 10.0.0.1-10.0.0.1 as 10.0.0.1'],
    ['::FFFF:10.0.0.77/120', 'IPv4 10.0.0.0-10.0.0.255 as 10.0.0.0/24'],
    ['::ffff:a00:1/128', 'IPv4 10.0.0.1-10.0.0.1 as 10.0.0.1/32'],
    ['::ffff:10.0.0.1/96', 'IPv4 0.0.0.0-255.255.255.255 as 0.0.0.0/0'],
    ['::ffff:10.0.0.1/95', 'none'],
    ['::10.0.0.1', 'none'],
    ['::ffff:1:10.0.0.1', 'none'],
    ['64:ff9b::10.0.0.1', 'none'],
  ])('%s: %s', (text, words) => {
    expect(inWords(parsePrefix(text))).toBe(words);
    // What was read before is what is read again.
    expect(parsePrefix(text)).toBe(parsePrefix(text));
  });
});

function read(text: string): AddressPrefix {
  const prefix = parsePrefix(text);
  if (prefix === null) throw new Error(`no prefix: ${text}`);
  return prefix;
}

test.each([
  ['*', '10.0.0.0/8', '10.0.0.0/8'],
  ['Internet', 'Storage', 'Storage'],
  ['Internet', 'Internet', 'Internet'],
  ['Internet', 'VirtualNetwork', null],
  ['Internet', '10.0.0.0/8', '10.0.0.0/8'],
  ['VirtualNetwork', '10.0.0.0/8', '10.0.0.0/8'],
  ['VirtualNetwork', 'Storage', null],
  ['AzureLoadBalancer', '10.0.0.0/8', null],
  ['Storage', 'storage', 'Storage'],
  ['Storage', 'Sql', null],
  ['Storage', '10.0.0.0/8', null],
  ['Storage', '0.0.0.0/0', 'Storage'],
  ['Storage', '::/0', 'Storage'],
  ['Storage', '0.0.0.0/1', null],
  ['Storage', '128.0.0.0/1', null],
  ['VirtualNetwork', '0.0.0.0/0', '0.0.0.0/0'],
  ['AzureLoadBalancer', '0.0.0.0/0', null],
  ['10.0.0.0/8', '10.1.0.0/16', '10.1.0.0/16'],
  ['10.0.0.0/8', '10.255.0.0/16', '10.255.0.0/16'],
  ['10.0.0.0/8', '10.0.0.0/8', '10.0.0.0/8'],
  ['10.0.0.0/8', '11.0.0.0/16', null],
  ['0.0.0.0/0', '::/0', null],
  ['::/0', '1.2.3.4', null],
])('what %s and %s both name: %s', (a, b, both) => {
  for (const pair of [
    [a, b],
    [b, a],
  ] as const)
    expect(intersectPrefixes(read(pair[0]), read(pair[1]))?.text.toLowerCase() ?? null).toBe(
      both?.toLowerCase() ?? null,
    );
});

test.each([
  [[], []],
  [['10.0.0.0/8', '10.1.0.0/16', '10.0.0.1'], ['10.0.0.0/8']],
  [['10.1.0.0/16', '10.0.0.0/8'], ['10.0.0.0/8']],
  [
    ['10.0.0.0/16', '10.1.0.0/16'],
    ['10.0.0.0/16', '10.1.0.0/16'],
  ],
  [['10.0.0.0/8', '10.0.0.0/8'], ['10.0.0.0/8']],
  [
    ['Storage', 'STORAGE', 'Sql'],
    ['Storage', 'Sql'],
  ],
  [
    ['Storage', 'Internet', '10.0.0.0/8'],
    ['Internet', '10.0.0.0/8'],
  ],
  [['Storage', '*', '10.0.0.0/8', 'VirtualNetwork'], ['*']],
])('of %j the widest are %j', (texts, expected) => {
  expect(widest(texts.map(read)).map(({ text }) => text)).toEqual(expected);
});

test('sources are read anew when many others were read', () => {
  for (let n = 0; n < 1100; n += 1) parsePrefix(`10.0.${n >> 8}.${n & 255}`);
  expect(inWords(parsePrefix('10.0.0.0'))).toBe('IPv4 10.0.0.0-10.0.0.0 as 10.0.0.0');
});
