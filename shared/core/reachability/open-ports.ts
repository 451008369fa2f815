import type { Pool } from '../model/pool.ts';
import { type Unknown, type UnknownReason, undecided } from '../model/reading.ts';
import type { AddressPrefix } from './address-prefix.ts';
import type { OpenPort } from './endpoint-fix.ts';
import { openingOf, reachOf } from './exposure.ts';
import { namedByAny, type ParsedRule, parseRules, serviceTagsOf } from './parsed-rule.ts';
import { familiesOf, sidesOf } from './pool-senders.ts';
import { defaultPort, explicitPorts, type PublishedPort } from './published-ports.ts';
import { everyone, isEmpty, leftOf } from './sender-set.ts';

/** The published ports that are not closed to all outside `allow`, and those of which that cannot be known. */
export interface OpenPorts {
  readonly open: readonly OpenPort[];
  readonly unknown: readonly UnknownPort[];
  /** The service tags that the pool's rules and `allow` name. */
  readonly tags: ReadonlySet<string>;
}

export interface UnknownPort extends Unknown {
  /** Null where not even the port is known; without a NAT pool where it is not known whether it is published. */
  readonly port: PublishedPort | null;
}

interface Asked {
  readonly allow: readonly AddressPrefix[];
  /** Whether the backend port is to be judged. */
  readonly judged: (backendPort: number) => boolean;
  /** Whether the default port is published, where ARM does not say; undefined where nobody does. */
  readonly assumeMapped: boolean | undefined;
}

export function openPorts(pool: Pool, { allow, judged, assumeMapped }: Asked): OpenPorts {
  const { published, unknown } = publishedPorts(pool, judged, assumeMapped);
  // Neither the internet nor a virtual network: such a body contradicts itself, and which half of it holds is not known.
  if (sidesOf(pool).length === 0) {
    const contrary = published.map((port) => ({ path: port.path, unknown: whoReaches(port, CONTRARY), port }));
    return { open: [], unknown: [...contrary, ...unknown], tags: serviceTagsOf(allow) };
  }
  if (published.length + unknown.length === 0) return { open: [], unknown, tags: serviceTagsOf(allow) };
  const readable: (PublishedPort & { parsedRules: readonly ParsedRule[] })[] = [];
  for (const port of published) {
    const parsedRules = parseRules(port.natPool?.rules ?? []);
    if ('known' in parsedRules) readable.push({ ...port, parsedRules: parsedRules.known });
    else unknown.push({ path: port.path, unknown: whoReaches(port, parsedRules.unknown), port });
  }
  const prefixes = [...allow];
  for (const { parsedRules } of readable) for (const { prefix } of parsedRules) prefixes.push(prefix);
  const tags = serviceTagsOf(prefixes);
  const families = familiesOf(pool);
  const senders = everyone(sidesOf(pool), families, tags);
  const outsiders = leftOf(senders, namedByAny(allow, senders));
  // Where all may get in, nothing more need be known.
  if (isEmpty(outsiders)) return { open: [], unknown: [], tags };
  const open = readable.flatMap((port): OpenPort[] => {
    const opening = openingOf(reachOf(port.parsedRules, outsiders), families);
    return opening === null ? [] : [{ ...port, ...opening }];
  });
  return { open, unknown, tags };
}

const CONTRARY = undecided(
  'the body has NAT pools without public addresses or a subnet, which Batch does not take together: remove endpointConfiguration',
);

function whoReaches({ backendPort }: PublishedPort, { code, message }: UnknownReason): UnknownReason {
  return { code, message: `Who reaches port ${backendPort}: ${message}.` };
}

function publishedPorts(
  pool: Pool,
  judged: (backendPort: number) => boolean,
  assumeMapped: boolean | undefined,
): { published: readonly PublishedPort[]; unknown: UnknownPort[] } {
  const explicit = explicitPorts(pool).filter(({ backendPort }) => judged(backendPort));
  const byDefault = defaultPort(pool, judged, assumeMapped);
  if ('unknown' in byDefault) {
    const { unknown, port } = byDefault;
    return { published: explicit, unknown: [{ path: port?.path ?? '', unknown, port }] };
  }
  return { published: byDefault.known === null ? explicit : [...explicit, byDefault.known], unknown: [] };
}
