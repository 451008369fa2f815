import type { Pool } from '../model/pool.ts';
import type { SecurityGroup } from '../model/subnet.ts';
import type { AddressPrefix } from './address-prefix.ts';
import type { OpenPort } from './endpoint-fix.ts';
import { type Opening, openingOf, type Reach, reachOf } from './exposure.ts';
import type { OpenPorts } from './open-ports.ts';
import { type Admission, namedByAny, type ParsedRule, serviceTagsOf } from './parsed-rule.ts';
import { familiesOf } from './pool-senders.ts';
import type { PublishedPort } from './published-ports.ts';
import { admissionsThrough, type PortRule, rulesForPort } from './security-group.ts';
import { everyone, isEmpty, onSide, type SenderSet, type Side, subtract } from './sender-set.ts';

interface BothRuleSets {
  readonly parsedRules: readonly ParsedRule[];
  /** The group's, for the port. */
  readonly groupRules: readonly PortRule[];
  /** Whom to search for. */
  readonly senders: SenderSet;
  /** Whether the senders on the internet are assumed to be of this service tag (in lower case). */
  readonly assumesTag: (tag: string) => boolean;
}

interface BehindGroup {
  readonly pool: Pool;
  readonly allow: readonly AddressPrefix[];
  readonly group: SecurityGroup;
  /** Where outsiders are searched for. */
  readonly sides: readonly Side[];
}

/**
 * Those of the ports that outsiders reach also through the security group of the pool's subnet, each with a sender whom
 * both the NAT pool and the group let in; and what is unknown of ports that the group does not close to all of them.
 */
export function throughGroup(
  { open, unknown, tags }: OpenPorts,
  { pool, allow, group, sides }: BehindGroup,
): OpenPorts {
  const families = familiesOf(pool);
  const all = everyone(sides, families);
  const senders = subtract(all, namedByAny(allow, all));
  const allowedTags = serviceTagsOf(allow);

  function find(port: PublishedPort, parsedRules: readonly ParsedRule[]): Opening | null {
    const { backendPort, natPool } = port;
    const groupRules = rulesForPort(group, { backendPort, protocol: natPool?.protocol ?? 'TCP' });
    const known = reachThroughBoth({ parsedRules, groupRules, senders, assumesTag: () => false });
    if (known.admissions.some((admission) => !isEmpty(onSide(admission.senders, 'internet'))))
      return openingOf(known, families);
    // Only who is of a service tag can be there: what one may do, who is of all of them may do.
    const assumesTag = (tag: string) => !allowedTags.has(tag);
    const { admissions, unclosed } = reachThroughBoth({ parsedRules, groupRules, senders, assumesTag });
    return openingOf({ admissions, unclosed: [...known.unclosed, ...unclosed] }, families);
  }

  return {
    tags,
    open: open.flatMap((port): OpenPort[] => {
      const opening = find(port, port.parsedRules);
      return opening === null ? [] : [{ ...port, ...opening }];
    }),
    unknown: unknown.filter(({ port }) => port === null || find(port, []) !== null),
  };
}

/** Who reaches the port by the rules of the NAT pool and, of those, through the group. */
function reachThroughBoth({ parsedRules, groupRules, senders, assumesTag }: BothRuleSets): Reach {
  const rules = parsedRules.map((parsedRule): ParsedRule => {
    const { allows, prefix } = parsedRule;
    const { text } = prefix;
    return allows && prefix.kind === 'tag' && assumesTag(prefix.tag)
      ? { ...parsedRule, prefix: { kind: 'internet', text } }
      : parsedRule;
  });
  const isTag = new Set(parsedRules.filter(({ prefix }) => prefix.kind === 'tag').map(({ rule }) => rule));

  function throughGroupRules({ by, senders: matched }: Admission): Admission[] {
    return admissionsThrough(groupRules, matched, assumesTag).map(({ rule, source, senders: passed }) => {
      const tag = by !== null && isTag.has(by) ? by.sourceAddressPrefix : source.kind === 'tag' ? source.text : null;
      return { by, through: rule, senders: passed.map((box) => ({ ...box, tag })) };
    });
  }

  const { admissions, unclosed } = reachOf(rules, senders);
  return { admissions: admissions.flatMap(throughGroupRules), unclosed: unclosed.flatMap(throughGroupRules) };
}
