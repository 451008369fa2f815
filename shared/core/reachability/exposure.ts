import { type NatRule, ruleInWords } from '../model/nat-pool.ts';
import { type Family, formatAddress, type Range } from './address-prefix.ts';
import { type Example, exampleOf } from './example.ts';
import { extentOf } from './extent.ts';
import { type Admission, type ParsedRule, walk } from './parsed-rule.ts';
import { ALL_PORTS, isEmpty, onSide, type SenderSet, type Side } from './sender-set.ts';

/** Who gets in, and who is not kept out. */
export interface Reach {
  readonly admissions: readonly Admission[];
  /** Those on the internet whom no rule matches: Azure's last rule denies them, but of Batch no document promises it. */
  readonly unclosed: readonly Admission[];
}

/** Whom a NAT pool's rules let in. Without rules that is everyone; else, by no rule, the virtual network. */
export function reachOf(parsedRules: readonly ParsedRule[], senders: SenderSet): Reach {
  if (parsedRules.length === 0) return { admissions: byNoRule(senders), unclosed: [] };
  const { admissions, rest } = walk(parsedRules, senders);
  return {
    admissions: [...admissions, ...byNoRule(onSide(rest, 'virtual network'))],
    unclosed: byNoRule(onSide(rest, 'internet')),
  };
}

function byNoRule(senders: SenderSet): Admission[] {
  return isEmpty(senders) ? [] : [{ by: null, through: null, senders }];
}

/** How a port is open to outsiders. */
export interface Opening {
  /** One who gets in, of the internet if any is; where nobody surely does, one whom nothing keeps out. */
  readonly example: Example;
  /** How far it is open there, as in "the whole internet"; null where the example says it. */
  readonly extent: string | null;
  /** Whether somebody surely gets in. */
  readonly isAdmitted: boolean;
  /** Whether there is somebody on the internet whom no rule matches. */
  readonly isUnclosed: boolean;
}

/** Null where it is closed. The families are those of the addresses at which the nodes are reached. */
export function openingOf({ admissions, unclosed }: Reach, families: readonly Family[]): Opening | null {
  const admitted = exampleOf(admissions);
  const example = admitted ?? exampleOf(unclosed);
  if (example === null) return null;
  const { side, family, tag } = example;
  const senders = sendersOf(admitted === null ? unclosed : admissions);
  return {
    example,
    extent: tag === null ? extentOf(senders, { side, family, families }) : null,
    isAdmitted: admitted !== null,
    isUnclosed: unclosed.length > 0,
  };
}

/** Of one admission its very set. */
function sendersOf(admissions: readonly Admission[]): SenderSet {
  const [first, ...others] = admissions.map((one) => one.senders);
  return others.length === 0 && first !== undefined ? first : admissions.flatMap((one) => one.senders);
}

export function letsInInternet({ example, isAdmitted }: Opening): boolean {
  return isAdmitted && example.side === 'internet';
}

/** As in "the whole internet, for example 203.0.113.7, any port, by rule 100 Allow Internet". */
export function describeOpening(opening: Opening): string {
  const { side, by } = opening.example;
  return `${describeSenders(opening)}, by ${by === null ? describeNoRule(side) : describeRule(by)}`;
}

/** The same without the rule. */
export function describeSenders({ extent, example: { side, family, tag, address, ports, by } }: Opening): string {
  const who = tag === null ? formatAddress(family, address) : `an address of the service tag ${wordingOf(tag, by)}`;
  const where = side === 'internet' ? '' : ' in the virtual network';
  return `${extent === null ? '' : `${extent}, for example `}${who}${where}, ${describePorts(ports)}`;
}

/** The tag as the rule writes it, where the rule names it. */
function wordingOf(tag: string, by: NatRule | null): string {
  return by?.sourceAddressPrefix.toLowerCase() === tag.toLowerCase() ? by.sourceAddressPrefix : tag;
}

export function describeRule(rule: NatRule): string {
  return `rule ${ruleInWords(rule)}`;
}

function describeNoRule(side: Side): string {
  return side === 'internet'
    ? 'no rule: everyone gets in'
    : 'no rule: the virtual network gets in where no rule denies it';
}

function describePorts({ first, last }: Range): string {
  if (first === ALL_PORTS.first && last === ALL_PORTS.last) return 'any port';
  return first === last ? `source port ${first}` : `source ports ${first}-${last}`;
}
