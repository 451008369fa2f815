import type { Pool } from '../model/pool.ts';
import type { Unknown, UnknownReason } from '../model/reading.ts';
import type { AddressPrefix } from './address-prefix.ts';
import { type OpenPort, sidesOf } from './endpoint-fix.ts';
import { admissionsTo, exampleOf } from './exposure.ts';
import { namedByAny, type ParsedRule, parseRules, serviceTagsOf } from './parsed-rule.ts';
import { defaultPort, explicitPorts, type PublishedPort } from './published-ports.ts';
import { everyone, leftOf } from './sender-set.ts';

/** The published ports that someone outside `allow` reaches, and those of which that cannot be known. */
export interface OpenPorts {
  readonly open: readonly OpenPort[];
  readonly unknown: readonly Unknown[];
  /** The service tags that the pool's rules and `allow` name. */
  readonly tags: ReadonlySet<string>;
}

/** Judges the ports of which `judged` is true. */
export function openPorts(
  pool: Pool,
  allow: readonly AddressPrefix[],
  judged: (backendPort: number) => boolean,
): OpenPorts {
  const { published, unknown } = publishedPorts(pool, judged);
  if (published.length === 0) return { open: [], unknown, tags: serviceTagsOf(allow) };
  const readable: (PublishedPort & { parsedRules: readonly ParsedRule[] })[] = [];
  for (const port of published) {
    const parsedRules = parseRules(port.natPool?.rules ?? []);
    if ('known' in parsedRules) readable.push({ ...port, parsedRules: parsedRules.known });
    else unknown.push({ path: port.path, unknown: whoReaches(port, parsedRules.unknown) });
  }
  const prefixes = [...allow];
  for (const { parsedRules } of readable) for (const { prefix } of parsedRules) prefixes.push(prefix);
  const tags = serviceTagsOf(prefixes);
  if (readable.length === 0) return { open: [], unknown, tags };
  const senders = everyone(sidesOf(pool), tags);
  const outsiders = leftOf(senders, namedByAny(allow, senders));
  const open = readable.flatMap((port): OpenPort[] => {
    const example = exampleOf(admissionsTo(port.parsedRules, outsiders));
    return example === null ? [] : [{ ...port, example }];
  });
  return { open, unknown, tags };
}

function whoReaches({ backendPort }: PublishedPort, { code, message }: UnknownReason): UnknownReason {
  return { code, message: `Who reaches port ${backendPort}: ${message}.` };
}

function publishedPorts(
  pool: Pool,
  judged: (backendPort: number) => boolean,
): { published: readonly PublishedPort[]; unknown: Unknown[] } {
  const explicit = explicitPorts(pool).filter(({ backendPort }) => judged(backendPort));
  const byDefault = defaultPort(pool, judged);
  if ('unknown' in byDefault) return { published: explicit, unknown: [{ path: '', unknown: byDefault.unknown }] };
  return { published: byDefault.known === null ? explicit : [...explicit, byDefault.known], unknown: [] };
}
