import type { AddressPrefix } from './address-prefix.ts';
import { type OpenPort, sidesOf } from './endpoint-fix.ts';
import { admissionsTo, exampleOf } from './exposure.ts';
import { defaultPort, explicitPorts, type PublishedPort } from './published-ports.ts';
import type { Unknown } from './rule.ts';
import { amongst, type Filter, readRules, tagsOf } from './security-filter.ts';
import { everyone, leftOf } from './sender-set.ts';
import type { Pool } from './snapshot.ts';

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
  const readable: (PublishedPort & { filters: readonly Filter[] })[] = [];
  for (const port of published) {
    const filters = readRules(port.natPool?.rules ?? []);
    if ('known' in filters) readable.push({ ...port, filters: filters.known });
    else unknown.push({ path: port.path, unknown: `Who reaches port ${port.backendPort}: ${filters.unknown}.` });
  }
  const tags = tagsOf([...allow, ...readable.flatMap(({ filters }) => filters.map(({ prefix }) => prefix))]);
  const senders = everyone(sidesOf(pool), tags);
  const outsiders = leftOf(senders, amongst(allow, senders));
  const open = readable.flatMap((port): OpenPort[] => {
    const example = exampleOf(admissionsTo(port.filters, outsiders));
    return example === null ? [] : [{ ...port, example }];
  });
  return { open, unknown, tags };
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
