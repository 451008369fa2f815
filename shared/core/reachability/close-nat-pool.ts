import { type AddressPrefix, widest } from './address-prefix.ts';
import {
  type ClosingAim,
  type ClosingDraft,
  NEW_ALLOW,
  newRule,
  SIDE_SOURCE,
  withNarrowed,
  withRule,
} from './closing-draft.ts';
import { reachOf } from './exposure.ts';
import { decidedBy, namedByAny, type ParsedRule, parseRules, walk } from './parsed-rule.ts';
import type { DraftRule } from './rule-priorities.ts';
import { intersect, isEmpty, leftOf, onSide, type SenderSet, subtract, union } from './sender-set.ts';

/** Who may stay, and who there is. */
export interface Closing {
  readonly allow: readonly AddressPrefix[];
  /** On a pool whose nodes speak to each other nothing is closed to the virtual network. */
  readonly interNode: boolean;
  readonly senders: SenderSet;
}

/**
 * The NAT pool's rules with as little changed as lets no outsider in and shuts out no one else; null when rules cannot
 * say that.
 *
 * The rules are tried by priority, and the first that names a sender decides about him:
 *
 *     senders ----> 150 Allow A ----> 160 Deny B ----> 170 Allow C ----> about whom no rule decides
 *                       |                 |                |                |
 *                     get in           stay out          get in           virtual network: get in
 *                                                                         internet:        stay out
 *
 * (Without any rule everyone gets in.) Along that line each rule stays, is narrowed or goes, and at its end a Deny closes
 * the rest, so that everyone is where he belongs:
 *
 *                      gets in today              does not
 *                   +---------------------------+---------------------------------------------------------+
 *     allowed       | keep: gets in             | stays out; but one on the virtual network, or of a tag, |
 *                   |                           | may enter where the source that keeps others names him  |
 *                   +---------------------------+---------------------------------------------------------+
 *     not allowed   | outsider: stays out       | stays out                                               |
 *                   +---------------------------+---------------------------------------------------------+
 *
 * For example, on a pool without a virtual network, where 203.0.113.0/24 is allowed:
 *
 *     150 Deny  203.0.113.7        stays: he is allowed, but does not get in today
 *     160 Allow 203.0.112.0/20     goes: it lets in outsiders, and those to keep get in by 170 too
 *     170 Allow Internet           is narrowed: 170 Allow 203.0.113.0/24
 *                                  is new, and last: 3500 Deny *
 */
export function closeNatPool(parsedRules: readonly ParsedRule[], closing: Closing): readonly DraftRule[] | null {
  const { senders, interNode } = closing;
  if (closing.allow.length === 0 && !interNode) return closedToAll(parsedRules, senders);
  const { mayStay, ...aim } = aimOf(parsedRules, closing);
  let draft: ClosingDraft = { rules: [], undecided: senders, outsiders: leftOf(senders, mayStay) };
  for (const [i, parsedRule] of parsedRules.entries()) {
    const decided = decidedBy(parsedRule, draft.undecided);
    if (!parsedRule.allows) {
      // Whom an Allow that went had let in, and no source could name there, is let in before he is denied.
      draft = withNarrowed(draft, NEW_ALLOW, intersect(decided, aim.keep), aim);
      draft = withSame(draft, parsedRule);
    } else if (isEmpty(decidedBy(parsedRule, draft.outsiders))) {
      draft = withSame(draft, parsedRule);
    } else {
      const later = admittedLater(parsedRules.slice(i + 1), decided, interNode);
      const wanted = subtract(intersect(decided, aim.keep), later);
      draft = withNarrowed(draft, { ...parsedRule, at: parsedRule.rule.priority }, wanted, aim);
    }
  }
  const rules = withLastDeny(draft, aim, interNode);
  const after = reachedBy(rules, senders);
  return after !== null && isEmpty(subtract(aim.keep, after)) && isEmpty(subtract(after, aim.mayEnter)) ? rules : null;
}

/**
 * What the same comes to where nobody may stay: each Allow that lets in anyone goes, and a Deny closes the rest. All who
 * are undecided are outsiders, so nothing need be kept, narrowed or checked.
 */
function closedToAll(parsedRules: readonly ParsedRule[], senders: SenderSet): readonly DraftRule[] {
  const rules: DraftRule[] = [];
  let undecided = senders;
  for (const parsedRule of parsedRules) {
    const { rule, allows } = parsedRule;
    const decided = decidedBy(parsedRule, undecided);
    if (allows && !isEmpty(decided)) continue;
    rules.push({ at: rule.priority, rule });
    undecided = leftOf(undecided, decided);
  }
  return isEmpty(undecided) ? rules : [...rules, { at: 'last', rule: newRule('Deny', '*') }];
}

/** The aim, and who is no outsider. */
function aimOf(
  parsedRules: readonly ParsedRule[],
  { allow, interNode, senders }: Closing,
): ClosingAim & { readonly mayStay: SenderSet } {
  const reached = everyoneAdmitted(parsedRules, senders);
  const allowed = namedByAny(allow, senders);
  const mayStay = union(allowed, interNode ? onSide(reached, 'virtual network') : []);
  const keep = intersect(reached, mayStay);
  // A CIDR is on both sides, so letting it in on one may open the other; never the internet to anyone new.
  const alsoNamed = allowed.filter(({ side, tag }) => side === 'virtual network' || tag !== null);
  const virtualNetwork = { kind: 'virtual-network', text: SIDE_SOURCE['virtual network'] } as const;
  const sources = widest(interNode ? [...allow, virtualNetwork] : allow);
  return { mayStay, keep, mayEnter: union(keep, alsoNamed), sources };
}

/** The rule stays as it is, where it is. */
function withSame(draft: ClosingDraft, parsedRule: ParsedRule): ClosingDraft {
  const { rule } = parsedRule;
  return withRule(draft, { at: rule.priority, rule }, decidedBy(parsedRule, draft.undecided));
}

/** Closes what is open to those about whom no rule decides; whom to keep of them is let in before. */
function withLastDeny(draft: ClosingDraft, aim: ClosingAim, interNode: boolean): readonly DraftRule[] {
  const open = interNode ? onSide(draft.undecided, 'internet') : draft.undecided;
  if (isEmpty(open)) return draft.rules;
  const { rules } = withNarrowed(draft, NEW_ALLOW, intersect(open, aim.keep), aim);
  return [...rules, { at: 'last', rule: newRule('Deny', interNode ? SIDE_SOURCE.internet : '*') }];
}

function everyoneAdmitted(parsedRules: readonly ParsedRule[], senders: SenderSet): SenderSet {
  return reachOf(parsedRules, senders).admissions.flatMap((admission) => admission.senders);
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
