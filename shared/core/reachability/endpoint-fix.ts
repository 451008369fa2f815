import { type Fix, manual, setPool } from '../model/change.ts';
import type { NatPool, NatRule } from '../model/nat-pool.ts';
import type { Pool } from '../model/pool.ts';
import type { AddressPrefix } from './address-prefix.ts';
import { closeNatPool } from './close-nat-pool.ts';
import { ADVICE, adviceFor, lastRuleOf } from './endpoint-advice.ts';
import type { Opening } from './exposure.ts';
import { freeFrontend, newNatPool } from './new-nat-pool.ts';
import type { ParsedRule } from './parsed-rule.ts';
import { familiesOf, sidesOf } from './pool-senders.ts';
import { natPoolsOf, type PublishedPort } from './published-ports.ts';
import { assignPriorities, type DraftRule } from './rule-priorities.ts';
import { everyone } from './sender-set.ts';

/** A published port that is not closed to all outsiders. */
export interface OpenPort extends PublishedPort, Opening {
  readonly parsedRules: readonly ParsedRule[];
}

export interface AccessOptions {
  readonly allow: readonly AddressPrefix[];
  /** The service tags that the pool's rules and `allow` name. */
  readonly tags: ReadonlySet<string>;
}

interface PortFix {
  readonly port: OpenPort;
  readonly fix: Fix;
}

interface Draft {
  readonly port: OpenPort;
  readonly rules: readonly DraftRule[];
}

/** Of all NAT pools together. https://learn.microsoft.com/javascript/api/@azure/arm-batch/inboundnatpool */
const MOST_RULES = 25;
/** https://learn.microsoft.com/javascript/api/@azure/arm-batch/poolendpointconfiguration */
const MOST_NAT_POOLS = 5;

/** What closes each port: one and the same change for all that one write can close, for the others a person. */
export function endpointFixes(pool: Pool, ports: readonly OpenPort[], access: AccessOptions): readonly PortFix[] {
  const drafts = ports.map((port) => ({ port, draft: draftOf(pool, port, access) }));
  const written = withinLimit(
    pool,
    drafts.flatMap(({ draft }) => (typeof draft === 'string' ? [] : [draft])),
  );
  const endpoints = written.length === 0 ? null : endpointsWith(pool, written);

  const last = lastRuleOf(pool);

  function fixOf(draft: Draft | string): Fix {
    if (typeof draft === 'string') return manual(draft);
    if (!written.includes(draft)) return manual(ADVICE.tooManyRules(draft.port.backendPort, draft.rules.length, last));
    return endpoints === null ? manual(ADVICE.ambiguousOrder) : setPool(pool, { endpoints });
  }

  return drafts.map(({ port, draft }) => ({ port, fix: fixOf(draft) }));
}

/** The rules that close the port, or why a person must do it and how. */
function draftOf(pool: Pool, port: OpenPort, { allow, tags }: AccessOptions): Draft | string {
  const advice = adviceFor(pool, port);
  if (advice !== null) return advice;
  if (port.natPool === null && natPoolsOf(pool).length >= MOST_NAT_POOLS)
    return ADVICE.tooManyNatPools(port.backendPort, lastRuleOf(pool));
  if (port.natPool === null && freeFrontend(natPoolsOf(pool)) === null)
    return ADVICE.noFrontend(port.backendPort, lastRuleOf(pool));
  const { interNodeCommunication: interNode } = pool;
  // Nodes that speak to each other do so on a virtual network, also where it is none of the customer's.
  const senders = everyone(interNode ? ['internet', 'virtual network'] : sidesOf(pool), familiesOf(pool), tags);
  const rules = closeNatPool(port.parsedRules, { allow, interNode, senders });
  return rules === null ? ADVICE.cannotBeSaid(port.backendPort, lastRuleOf(pool)) : { port, rules };
}

/** As many drafts as there is room for, those that need least of it first. */
function withinLimit(pool: Pool, drafts: readonly Draft[]): readonly Draft[] {
  let room = MOST_RULES - natPoolsOf(pool).flatMap(({ rules }) => rules).length;
  return drafts
    .toSorted((a, b) => growth(a) - growth(b))
    .filter((one) => {
      const fits = growth(one) <= Math.max(0, room);
      if (fits) room -= growth(one);
      return fits;
    });
}

function growth({ port, rules }: Draft): number {
  return rules.length - port.parsedRules.length;
}

/** All NAT pools as they are to be; null when no priorities can be given. */
function endpointsWith(pool: Pool, drafts: readonly Draft[]): readonly NatPool[] | null {
  const natPools = [...natPoolsOf(pool)];
  const rulesOf = new Map<NatPool, readonly DraftRule[]>();
  for (const { port, rules } of drafts) {
    const natPool = port.natPool ?? newNatPool(natPools, port.backendPort);
    if (natPool === null) return null;
    if (port.natPool === null) natPools.push(natPool);
    rulesOf.set(natPool, rules);
  }
  const numbered = assignPriorities(natPools.map((natPool) => rulesOf.get(natPool) ?? byPriority(natPool.rules)));
  return (
    numbered &&
    natPools.map((natPool, i) => {
      const rules = numbered[i] ?? [];
      return rulesOf.has(natPool) || !isSameOrder(natPool.rules, rules) ? { ...natPool, rules } : natPool;
    })
  );
}

function byPriority(rules: readonly NatRule[]): DraftRule[] {
  return rules.toSorted((a, b) => a.priority - b.priority).map((rule) => ({ at: rule.priority, rule }));
}

function isSameOrder(before: readonly NatRule[], after: readonly NatRule[]): boolean {
  const kept = new Set(after.map(({ priority }) => priority));
  return before.every(({ priority }) => kept.has(priority));
}
