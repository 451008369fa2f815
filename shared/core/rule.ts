import type { z } from 'zod';
import type { Fix } from './change.ts';
import type { Account, FacetName, Pool, Snapshot } from './snapshot.ts';

export const SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** The names of files in the sources that the rules come from. */
type RuleSource =
  | 'managed-identity-behaviour'
  | 'named-users'
  | 'pool-endpoints'
  | 'pool-identities'
  | 'security-best-practices';

/** Something that is not as it should be, at an ARM path of the resource, and what to do about it. */
export interface Violation {
  /** From the resource's root; names things, never by index: `properties.networkConfiguration…inboundNatPools[ssh]`. */
  readonly path: string;
  readonly observed: unknown;
  readonly desired: unknown;
  /** For a person: what is wrong, in one or two sentences. */
  readonly why: string;
  readonly fix: Fix;
  /** Where it differs from the rule's. */
  readonly severity?: Severity;
}

/** A verdict that could not be reached, and why. */
export interface Unknown {
  readonly path: string;
  readonly unknown: string;
}

/** Violations and unknowns; empty is a pass. */
export type Outcome = Violation | Unknown;

/** What a rule sees beside the resource that it judges. Frozen. */
interface RuleContext<Options> {
  readonly options: Options;
  readonly snapshot: Snapshot;
  readonly now: Date;
}

interface RuleFacts<Schema extends z.ZodObject> {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly sources: readonly RuleSource[];
  /** ARM actions that its fix needs beyond reading accounts and pools. */
  readonly permissions: readonly string[];
  /** Facets beyond the two bodies, for the verdict or only for the fix. Declared: none is read yet, so all are unknown. */
  readonly needs?: { readonly verdict?: readonly FacetName[]; readonly fix?: readonly FacetName[] };
  readonly options: Schema;
}

export interface AccountRule<Schema extends z.ZodObject = z.ZodObject> extends RuleFacts<Schema> {
  readonly scope: 'account';
  check(account: Account, context: RuleContext<z.output<Schema>>): readonly Outcome[];
}

export interface PoolRule<Schema extends z.ZodObject = z.ZodObject> extends RuleFacts<Schema> {
  readonly scope: 'pool';
  check(pool: Pool, context: RuleContext<z.output<Schema>>): readonly Outcome[];
}

export type Rule = AccountRule | PoolRule;

/** Declares a rule: `id` is also the name of its file, its test and its page. */
export function defineRule<Schema extends z.ZodObject>(rule: AccountRule<Schema>): AccountRule<Schema>;
export function defineRule<Schema extends z.ZodObject>(rule: PoolRule<Schema>): PoolRule<Schema>;
export function defineRule(rule: Rule): Rule {
  return rule;
}
