import { nameOf } from '../model/ids.ts';
import type { SecurityGroup } from '../model/subnet.ts';
import type { OpenPort } from './endpoint-fix.ts';
import type { PublishedPort } from './published-ports.ts';

/** As in "22 (NAT pool ssh)". */
export function describePort({ backendPort, natPool }: Pick<PublishedPort, 'backendPort' | 'natPool'>): string {
  return `${backendPort} (${natPool === null ? 'published by default' : `NAT pool ${natPool.name}`})`;
}

/** What the security group of the subnet does about the sender who reaches the port, in a sentence. */
export function describeGroup(group: SecurityGroup | null, { example: { through } }: OpenPort): string {
  if (group === null) return 'The subnet has no network security group.';
  const by = through === null ? '' : ` by its rule ${through.name} (priority ${through.priority})`;
  return `The subnet's network security group ${nameOf(group.id)} lets it through${by}.`;
}
