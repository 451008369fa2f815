import { type AccountId, idKey, type PoolId, parseAccountId, parsePoolId } from '../model/resource-id.ts';
import { after, DAY } from '../model/time.ts';
import { matcher } from './scope-matcher.ts';

/** Who answers for what is left as it is, why, and until when: at that instant it holds no more. */
export interface Exempt {
  readonly owner: string;
  readonly reason: string;
  readonly until: Date;
}

/** Of one rule, on one resource or on those that a scope fits. */
export interface Exemption extends Exempt {
  readonly rule: string;
  readonly covers: { readonly resource: string } | { readonly scope: ExemptionScope };
}

/** Names, or patterns of them. No tags: who may write these could exempt himself. */
interface ExemptionScope {
  readonly subscription?: string | undefined;
  readonly resourceGroup?: string | undefined;
  readonly account?: string | undefined;
  readonly pool?: string | undefined;
}

/** How an exemption stands. */
export type Standing =
  | 'holds'
  /** It holds, and ends within 30 days. */
  | 'ending'
  /** It ended within the last 30 days: it exempts nothing, and somebody is to take it out. */
  | 'over'
  /** It ended before that: a fault of the file. */
  | 'stale';

const WARNED = 30 * DAY;

/** The one reading of when an exemption ends: all that tells or uses it asks here. */
export function standingOf({ until }: Pick<Exempt, 'until'>, now: Date): Standing {
  if (now < until) return now < after(until, -WARNED) ? 'holds' : 'ending';
  return now <= after(until, WARNED) ? 'over' : 'stale';
}

export function isHolding(exempt: Pick<Exempt, 'until'>, now: Date): boolean {
  return ['holds', 'ending'].includes(standingOf(exempt, now));
}

/** What of a policy is about exemptions. */
export interface Exempting {
  /** In the order of their file, whether or not they hold still. */
  readonly exemptions: readonly Exemption[];
  /** Who leaves what the rule finds on the resource as it is; of several the one that ends last. Null where none holds. */
  exemptionFor(ruleId: string, resourceId: string, now: Date): Exempt | null;
}

export function exempting(exemptions: readonly Exemption[]): Exempting {
  const ofRules = Map.groupBy(
    exemptions.map((exemption) => ({ exemption, fits: matcherOf(exemption) })),
    ({ exemption }) => exemption.rule,
  );
  return {
    exemptions,
    exemptionFor(ruleId, resourceId, now) {
      const ofRule = ofRules.get(ruleId);
      if (ofRule === undefined) return null;
      const resource = resourceNamed(resourceId);
      const holding = ofRule.filter(({ exemption, fits }) => isHolding(exemption, now) && fits(resource));
      const [last] = holding.toSorted((a, b) => b.exemption.until.getTime() - a.exemption.until.getTime());
      if (last === undefined) return null;
      const { owner, reason, until } = last.exemption;
      return { owner, reason, until };
    },
  };
}

/** A resource as exemptions are matched with it. */
interface Resource {
  readonly key: string;
  /** Null where it is no account and no pool. */
  readonly id: PoolId | AccountId | null;
}

export function resourceNamed(resourceId: string): Resource {
  return { key: idKey(resourceId), id: parsePoolId(resourceId) ?? parseAccountId(resourceId) };
}

/** Whether the exemption is for a resource, whenever it ends. */
export function matcherOf({ covers }: Pick<Exemption, 'covers'>): (resource: Resource) => boolean {
  if ('resource' in covers) {
    const named = idKey(covers.resource);
    return ({ key }) => key === named;
  }
  const fits = matcher(covers.scope);
  return ({ id }) => id !== null && fits({ id, tags: {} });
}

/** The same for two exemptions of one rule for the same: a pattern of `*` alone asks for nothing. */
export function exemptionKey(rule: string, covers: Exemption['covers']): string {
  if ('resource' in covers) return JSON.stringify([rule, idKey(covers.resource)]);
  const { subscription, resourceGroup, account, pool } = covers.scope;
  const patterns = [subscription, resourceGroup, account, pool];
  return JSON.stringify([rule, patterns.map((pattern) => (pattern === '*' ? '' : idKey(pattern ?? '')))]);
}
