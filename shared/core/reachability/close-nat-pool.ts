import { type AddressPrefix, meet, widest } from './address-prefix.ts';
import { admissionsTo } from './exposure.ts';
import { amongst, decidedBy, type ParsedRule, parseRules, walk } from './parsed-rule.ts';
import type { DraftRule } from './rule-priorities.ts';
import {
  ALL_PORTS,
  intersect,
  isEmpty,
  leftOf,
  onSide,
  type SenderSet,
  type Side,
  subtract,
  union,
} from './sender-set.ts';

/** Who may stay, and who there is. */
export interface Closing {
  readonly allow: readonly AddressPrefix[];
  /** On a pool whose nodes speak to each other nothing is closed to the virtual network. */
  readonly interNode: boolean;
  readonly senders: SenderSet;
}

const WORD = { internet: 'Internet', 'virtual network': 'VirtualNetwork' } as const satisfies Record<Side, string>;
const ANYONE: AddressPrefix = { kind: 'any', text: '*' };
const VIRTUAL_NETWORK: AddressPrefix = { kind: 'virtual-network', text: WORD['virtual network'] };

/**
 * The NAT pool's rules with as little changed as lets no outsider in and shuts out no one else; null when rules cannot
 * say that.
 */
export function closeNatPool(parsedRules: readonly ParsedRule[], closing: Closing): readonly DraftRule[] | null {
  const { senders, interNode } = closing;
  const reached = everyoneAdmitted(parsedRules, senders);
  const allowed = amongst(closing.allow, senders);
  const mayStay = union(allowed, interNode ? onSide(reached, 'virtual network') : []);
  const keep = intersect(reached, mayStay);
  // A CIDR is on both sides, so letting it in on one may open the other; never the internet to anyone new.
  const mayEnter = union(
    keep,
    allowed.filter(({ side, tag }) => side === 'virtual network' || tag !== null),
  );
  const words = widest(interNode ? [...closing.allow, VIRTUAL_NETWORK] : closing.allow);

  const drafts: DraftRule[] = [];
  let rest = senders;
  let outsiders = leftOf(senders, mayStay);

  function add(draft: DraftRule, decided: SenderSet): void {
    drafts.push(draft);
    rest = leftOf(rest, decided);
    outsiders = leftOf(outsiders, decided);
  }

  /** Allows those of `wanted` that some allowed prefix within `within` can name without letting in an outsider. */
  function letIn(wanted: SenderSet, within: AddressPrefix, original: ParsedRule | null): void {
    let missing = wanted;
    for (const word of words) {
      const prefix = meet(within, word);
      if (prefix === null) continue;
      const ports = original?.ports ?? [ALL_PORTS];
      const named = decidedBy({ allows: true, prefix, ports }, rest);
      if (isEmpty(intersect(named, missing)) || !guard(subtract(named, mayEnter))) continue;
      const at = original !== null && missing === wanted ? original.rule.priority : 'next';
      add({ at, rule: { ...(original?.rule ?? newRule('Allow', '*')), sourceAddressPrefix: prefix.text } }, named);
      missing = subtract(missing, named);
    }
  }

  /** Denies a whole side where nobody of it is to get in any more; false when that does not stop all the strays. */
  function guard(strays: SenderSet): boolean {
    if (isEmpty(strays)) return true;
    const side: Side = isEmpty(onSide(strays, 'internet')) ? 'virtual network' : 'internet';
    if (!isEmpty(subtract(strays, onSide(strays, side))) || !isEmpty(intersect(onSide(rest, side), keep))) return false;
    add({ at: 'next', rule: newRule('Deny', WORD[side]) }, onSide(rest, side));
    return true;
  }

  for (const [i, parsedRule] of parsedRules.entries()) {
    const decided = decidedBy(parsedRule, rest);
    if (parsedRule.allows && !isEmpty(decidedBy(parsedRule, outsiders))) {
      const later = admittedLater(parsedRules.slice(i + 1), decided, interNode);
      letIn(subtract(intersect(decided, keep), later), parsedRule.prefix, parsedRule);
    } else {
      // Whom an Allow that went had let in, and no prefix could name there, is let in before he is denied.
      if (!parsedRule.allows) letIn(intersect(decided, keep), ANYONE, null);
      add({ at: parsedRule.rule.priority, rule: parsedRule.rule }, decidedBy(parsedRule, rest));
    }
  }
  const open = interNode ? onSide(rest, 'internet') : rest;
  if (!isEmpty(open)) {
    letIn(intersect(open, keep), ANYONE, null);
    drafts.push({ at: 'last', rule: newRule('Deny', interNode ? WORD.internet : '*') });
  }
  const after = reachedBy(drafts, senders);
  return after !== null && isEmpty(subtract(keep, after)) && isEmpty(subtract(after, mayEnter)) ? drafts : null;
}

function newRule(access: 'Allow' | 'Deny', sourceAddressPrefix: string): DraftRule['rule'] {
  return { access, sourceAddressPrefix, sourcePortRanges: null, unmodelled: {} };
}

function everyoneAdmitted(parsedRules: readonly ParsedRule[], senders: SenderSet): SenderSet {
  return admissionsTo(parsedRules, senders).flatMap((admission) => admission.senders);
}

/** Whom the rules further on let in in any case. That none of them matches only helps where the closing rule spares it. */
function admittedLater(parsedRules: readonly ParsedRule[], senders: SenderSet, interNode: boolean): SenderSet {
  const { admissions, rest } = walk(parsedRules, senders);
  const later = [
    ...admissions.flatMap((admission) => admission.senders),
    ...(interNode ? onSide(rest, 'virtual network') : []),
  ];
  // A Deny of a CIDR may be of some of a service tag's addresses.
  const surely = parsedRules.every(({ allows, prefix }) => allows || prefix.kind !== 'range');
  return surely ? later : later.filter(({ tag }) => tag === null);
}

function reachedBy(drafts: readonly DraftRule[], senders: SenderSet): SenderSet | null {
  const parsedRules = parseRules(drafts.map(({ rule }, priority) => ({ ...rule, priority })));
  return 'known' in parsedRules ? everyoneAdmitted(parsedRules.known, senders) : null;
}
