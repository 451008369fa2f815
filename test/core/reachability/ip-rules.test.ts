import fc from 'fast-check';
import { expect, test } from 'vitest';
import { undecided } from '../../../shared/core/model/reading.ts';
import { formatAddress } from '../../../shared/core/reachability/address-prefix.ts';
import { coverIpv4 } from '../../../shared/core/reachability/ip-rules.ts';

function cover(...values: readonly string[]) {
  return coverIpv4(values.map((value) => ({ value, unmodelled: {} })));
}

const YES = { known: true };
const NO = { known: false };

const anySplits = fc.array(fc.constantFrom(true, true, true, false), { maxLength: 60, size: 'max' });
/** All of IPv4 in CIDRs that share nothing: each is halved or not, as the splits say. */
const anyPartition: fc.Arbitrary<string[]> = anySplits.map((splits) => {
  const done: string[] = [];
  const open = [{ first: 0n, length: 0 }];
  for (let cidr = open.shift(); cidr !== undefined; cidr = open.shift()) {
    const { first, length } = cidr;
    if (length < 32 && splits.pop() === true) {
      const half = 1n << BigInt(31 - length);
      open.push({ first, length: length + 1 }, { first: first + half, length: length + 1 });
    } else done.push(`${formatAddress('IPv4', first)}/${length}`);
  }
  return done;
});

test('CIDRs that together are all of IPv4 hold it in any order, and do not once one is gone', () => {
  let parts = 0;
  const anyCase = anyPartition.chain((all) =>
    fc.record({
      all: fc.shuffledSubarray(all, { minLength: all.length }),
      more: fc.subarray(['10.0.0.0/8', '203.0.113.7', '::/0']),
    }),
  );
  fc.assert(
    fc.property(anyCase, fc.nat(), ({ all, more }, n) => {
      parts += all.length;
      expect(cover(...more, ...all)).toEqual(YES);
      expect(cover(...all.toSpliced(n % all.length, 1))).toEqual(NO);
    }),
    { numRuns: 500 },
  );
  console.log(`IP rules: 500 partitions of ${parts} CIDRs`);
  expect(parts).toBeGreaterThan(5000);
});

test.each([
  { name: 'none', values: [], expected: NO },
  { name: 'all at once', values: ['0.0.0.0/0'], expected: YES },
  { name: 'all at once, written from an address within', values: ['203.0.113.7/0'], expected: YES },
  { name: 'two halves', values: ['128.0.0.0/1', '0.0.0.0/1'], expected: YES },
  { name: 'a half twice', values: ['0.0.0.0/1', '0.0.0.0/1'], expected: NO },
  { name: 'all but the last address', values: allBut('255.255.255.255'), expected: NO },
  { name: 'all but the first address', values: allBut('0.0.0.0'), expected: NO },
  {
    name: 'all, the last address on its own',
    values: [...allBut('255.255.255.255'), '255.255.255.255'],
    expected: YES,
  },
  { name: 'one that holds the others', values: ['10.0.0.0/8', '0.0.0.0/0', '10.1.0.0/16'], expected: YES },
  { name: 'all of IPv6', values: ['::/0'], expected: NO },
  { name: 'all of IPv4 as mapped addresses', values: ['::ffff:0:0/96'], expected: YES },
  {
    name: 'all, and one that cannot be read',
    values: ['0.0.0.0/1', 'somewhere else', '128.0.0.0/1'],
    expected: YES,
  },
])('IP rules: $name', ({ values, expected }) => {
  expect(cover(...values)).toEqual(expected);
});

test.each(['*', 'Internet', '10.0.0.0-10.0.0.255', '0.0.0.0/33', '10.1', ''])(
  'IP rules: it is unknown whom %j lets in',
  (value) => {
    expect(cover('10.0.0.0/8', value)).toEqual({
      unknown: undecided(`whom these IP rules let in is not known: "${value}"`),
    });
  },
);

test('IP rules that cannot be read are named in the same order whatever the order of the rules', () => {
  expect(cover('b c', 'a b')).toEqual(cover('a b', 'b c'));
});

/** Every IPv4 address but one, in 32 CIDRs. */
function allBut(address: string): string[] {
  const gone = address.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);
  return Array.from({ length: 32 }, (_, index) => {
    const size = 1n << BigInt(31 - index);
    return `${formatAddress('IPv4', ((gone / size) ^ 1n) * size)}/${index + 1}`;
  });
}
