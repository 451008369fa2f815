import { type Reading, undecided } from '../model/reading.ts';
import type { NsgRule, SecurityGroup } from '../model/subnet.ts';
import { isWhole, parsePrefix, type Range } from './address-prefix.ts';
import { readPortRange } from './parsed-rule.ts';

/**
 * What nodes call, over TCP.
 * https://learn.microsoft.com/azure/batch/batch-virtual-network
 */
const SERVICE = 'batchnodemanagement';
const PORT = 443n;

type Match = 'yes' | 'maybe' | 'no';

/**
 * Whether the group lets nodes reach Batch's node management: the first rule that is for it decides. Known: the rule
 * that stops them, or null when they get through.
 * @param region of the account, such as `westeurope`; null when it is not known
 */
export function stoppedBy(group: SecurityGroup, region: string | null): Reading<NsgRule | null> {
  const doubtful: NsgRule[] = [];
  for (const rule of group.outbound.toSorted((a, b) => a.priority - b.priority)) {
    const match = matches(rule, region);
    if (match === 'no') continue;
    if (match === 'maybe') {
      doubtful.push(rule);
      continue;
    }
    const doubt = doubtful.find((earlier) => allows(earlier) !== allows(rule));
    if (doubt !== undefined)
      return {
        unknown: undecided(`for whom its rule ${doubt.name} (priority ${doubt.priority}) is meant is not known`),
      };
    return { known: allows(rule) ? null : rule };
  }
  return { unknown: undecided('none of its rules decides') };
}

function allows({ access }: NsgRule): boolean {
  return access.toLowerCase() !== 'deny';
}

function matches(rule: NsgRule, region: string | null): Match {
  // Batch's service is in none; whether nodes are in one of the sources is not seen.
  if (rule.usesApplicationGroups && rule.destinations.length === 0) return 'no';
  return least([
    protocolMatches(rule.protocol),
    most(rule.destinationPorts.map(portMatches)),
    most(rule.destinations.map((text) => destinationMatches(text, region))),
    rule.usesApplicationGroups ? 'maybe' : most(rule.sources.map(sourceMatches)),
    rule.sourcePorts.some((text) => text === '*' || text === '0-65535') ? 'yes' : 'maybe',
  ]);
}

function protocolMatches(text: string): Match {
  const word = text.toLowerCase();
  if (word === '*' || word === 'tcp') return 'yes';
  return ['udp', 'icmp', 'esp', 'ah'].includes(word) ? 'no' : 'maybe';
}

function portMatches(text: string): Match {
  const range = readPortRange(text);
  if (range === null) return 'maybe';
  return range.first <= PORT && PORT <= range.last ? 'yes' : 'no';
}

function destinationMatches(text: string, region: string | null): Match {
  const prefix = parsePrefix(text);
  if (prefix === null) return 'maybe';
  switch (prefix.kind) {
    case 'any':
    case 'internet':
      return 'yes';
    case 'virtual-network':
    case 'load-balancer':
      return 'no';
    case 'range':
      // Which addresses the service has is not seen; it has no private ones.
      if (prefix.family === 'IPv6' || isPrivate(prefix.addresses)) return 'no';
      return isWhole(prefix.addresses, 'IPv4') ? 'yes' : 'maybe';
    case 'tag':
      return tagMatches(prefix.tag, region);
  }
}

/** Ranges that no service on the internet has an address of. */
const PRIVATE = ['10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16'];

function isPrivate({ first, last }: Range): boolean {
  return PRIVATE.some((text) => {
    const prefix = parsePrefix(text);
    return prefix?.kind === 'range' && prefix.addresses.first <= first && last <= prefix.addresses.last;
  });
}

/** `AzureCloud` holds the addresses of all services; with a region behind it, a tag holds those there. */
function tagMatches(tag: string, region: string | null): Match {
  const [service = '', place] = tag.split('.');
  if (service !== SERVICE && service !== 'azurecloud') return 'no';
  if (place === undefined) return 'yes';
  if (region === null) return 'maybe';
  return place === region.toLowerCase().replaceAll(' ', '') ? 'yes' : 'no';
}

/** Which private addresses nodes have is not seen. */
function sourceMatches(text: string): Match {
  const prefix = parsePrefix(text);
  if (prefix === null) return 'maybe';
  switch (prefix.kind) {
    case 'any':
    case 'virtual-network':
      return 'yes';
    case 'range':
      return prefix.family === 'IPv6' ? 'no' : isWhole(prefix.addresses, 'IPv4') ? 'yes' : 'maybe';
    case 'internet':
    case 'load-balancer':
    case 'tag':
      return 'no';
  }
}

function least(all: readonly Match[]): Match {
  if (all.includes('no')) return 'no';
  return all.includes('maybe') ? 'maybe' : 'yes';
}

function most(all: readonly Match[]): Match {
  if (all.includes('yes')) return 'yes';
  return all.includes('maybe') ? 'maybe' : 'no';
}
