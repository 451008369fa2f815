import type { DraftRule } from '../../../shared/core/reachability/rule-priorities.ts';
import { type AddressPrefix, intersectPrefixes } from './address-prefix.ts';
import { decidedBy, type ParsedRule } from './parsed-rule.ts';
import { ALL_PORTS, intersect, isEmpty, leftOf, onSide, type SenderSet, type Side, subtract } from './sender-set.ts';

/** The rules of a NAT pool as they are to be, as far as they are written. */
export interface ClosingDraft {
  readonly rules: readonly DraftRule[];
  /** The senders about whom none of these rules decides. */
  readonly undecided: SenderSet;
  /** Those of them who must not get in. */
  readonly outsiders: SenderSet;
}

/** What the rules are to reach. */
export interface ClosingAim {
  /** Who must get in. */
  readonly keep: SenderSet;
  /** Who must or may get in. */
  readonly mayEnter: SenderSet;
  /** The sources that a new or narrowed Allow may name, or a part of them. */
  readonly sources: readonly AddressPrefix[];
}

/** An Allow to be narrowed, or a new one. */
export interface WideAllow extends Pick<ParsedRule, 'prefix' | 'ports'>, DraftRule {}

const SIDES: readonly Side[] = ['internet', 'virtual network'];
export const SIDE_SOURCE = { internet: 'Internet', 'virtual network': 'VirtualNetwork' } as const satisfies Record<
  Side,
  string
>;

/** Of all sources and ports, after the rules so far. */
export const NEW_ALLOW: WideAllow = {
  prefix: { kind: 'any', text: '*' },
  ports: [ALL_PORTS],
  at: 'next',
  rule: newRule('Allow', '*'),
};

export function newRule(access: 'Allow' | 'Deny', sourceAddressPrefix: string): DraftRule['rule'] {
  return { access, sourceAddressPrefix, sourcePortRanges: null, unmodelled: {} };
}

/** @param decided about whom the rule decides, of those whom the draft leaves undecided */
export function withRule({ rules, undecided, outsiders }: ClosingDraft, rule: DraftRule, decided: SenderSet) {
  return { rules: [...rules, rule], undecided: leftOf(undecided, decided), outsiders: leftOf(outsiders, decided) };
}

/**
 * Lets in those of `wanted` whom the Allow names, each source of the aim by a rule of its own. A source that would also
 * let in somebody who must not enter is left out, unless a Deny before it stops him.
 */
export function withNarrowed(before: ClosingDraft, allow: WideAllow, wanted: SenderSet, aim: ClosingAim): ClosingDraft {
  let draft = before;
  let missing = wanted;
  let { at } = allow;
  for (const source of aim.sources) {
    const prefix = intersectPrefixes(allow.prefix, source);
    if (prefix === null) continue;
    const decided = decidedBy({ allows: true, prefix, ports: allow.ports }, draft.undecided);
    if (isEmpty(intersect(decided, missing))) continue;
    const guarded = withStraysDenied(draft, subtract(decided, aim.mayEnter), aim.keep);
    if (guarded === null) continue;
    draft = withRule(guarded, { at, rule: { ...allow.rule, sourceAddressPrefix: prefix.text } }, decided);
    missing = subtract(missing, decided);
    at = 'next';
  }
  return draft;
}

/** Stops the strays by denying their whole side; null when they are on both, or somebody of it must yet get in. */
function withStraysDenied(draft: ClosingDraft, strays: SenderSet, keep: SenderSet): ClosingDraft | null {
  const [side, another] = SIDES.filter((one) => !isEmpty(onSide(strays, one)));
  if (side === undefined) return draft;
  const denied = onSide(draft.undecided, side);
  if (another !== undefined || !isEmpty(intersect(denied, keep))) return null;
  return withRule(draft, { at: 'next', rule: newRule('Deny', SIDE_SOURCE[side]) }, denied);
}
