import type { NatRule } from '../model/nat-pool.ts';
import type { NsgRule } from '../model/subnet.ts';
import type { Family, Range } from './address-prefix.ts';
import type { Admission } from './parsed-rule.ts';
import type { Box, Side } from './sender-set.ts';

/** One sender who gets in: the address, and the source ports from which it does. */
export interface Example {
  readonly side: Side;
  readonly family: Family;
  readonly tag: string | null;
  readonly address: bigint;
  readonly ports: Range;
  readonly by: NatRule | null;
  /** The rule of the subnet's security group that lets it in too; null where no group was considered. */
  readonly through: NsgRule | null;
}

/** Addresses of the documentation ranges, and what a first node in a virtual network often has. */
const FAMILIAR: Record<Side, Record<Family, readonly bigint[]>> = {
  internet: { IPv4: [0xcb007107n, 0xc6336407n, 0xc0000207n], IPv6: [0x20010db8000000000000000000000007n] },
  'virtual network': { IPv4: [0x0a000004n], IPv6: [0xfd000000000000000000000000000004n] },
};

/** The one of all who get in that says most: from the internet, of a known address, a familiar one, from many ports. */
export function exampleOf(admissions: readonly Admission[]): Example | null {
  let best: Candidate | null = null;
  for (const { by, through, senders } of admissions) {
    for (const box of senders) {
      const candidate = { by, through, box, strange: strangeness(box) };
      // Of equals the first.
      if (best === null || saysMore(candidate, best)) best = candidate;
    }
  }
  if (best === null) return null;
  const { side, family, tag, ports } = best.box;
  return { side, family, tag, address: typicalAddress(best.box), ports, by: best.by, through: best.through };
}

interface Candidate extends Pick<Admission, 'by' | 'through'> {
  readonly box: Box;
  readonly strange: number;
}

function saysMore(a: Candidate, b: Candidate): boolean {
  if (a.strange !== b.strange) return a.strange < b.strange;
  const wider = width(a.box.ports) - width(b.box.ports);
  return wider === 0n ? rankOf(a.box) < rankOf(b.box) : wider > 0n;
}

function strangeness(box: Box): number {
  const familiar = FAMILIAR[box.side][box.family].includes(typicalAddress(box));
  return (
    (box.side === 'internet' ? 0 : 8) +
    (box.tag === null ? 0 : 4) +
    (box.family === 'IPv4' ? 0 : 2) +
    (familiar ? 0 : 1)
  );
}

function typicalAddress({ side, family, addresses: { first, last } }: Box): bigint {
  const familiar = FAMILIAR[side][family].find((address) => first <= address && address <= last);
  return familiar ?? (first < last ? first + 1n : first);
}

/** The place of its address among the familiar ones; that of a strange one does not matter. */
function rankOf(box: Box): number {
  return FAMILIAR[box.side][box.family].indexOf(typicalAddress(box));
}

function width({ first, last }: Range): bigint {
  return last - first;
}
