import type { z } from 'zod';
import type { Account } from '../model/account.ts';
import type { AccountSettings } from '../model/account-settings.ts';
import type { Fix } from '../model/change.ts';
import type { FacetName } from '../model/facet.ts';
import type { Pool } from '../model/pool.ts';
import type { PoolSettings } from '../model/pool-settings.ts';
import type { Unknown } from '../model/reading.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { Source } from './source.ts';

export const SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

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

/** Violations and unknowns; empty is a pass. */
export type Outcome = Violation | Unknown;

/** What a rule sees beside the resource that it judges. Frozen. */
interface RuleContext<Options> {
  readonly options: Options;
  readonly snapshot: Snapshot;
  readonly now: Date;
}

interface Needs {
  /** Without them the verdict is unknown. */
  readonly verdict?: readonly FacetName[];
  /** Without them the fix is manual. */
  readonly fix?: readonly FacetName[];
  /** With them the verdict is more exact; where a reading of them failed, it is unknown. */
  readonly exactness?: readonly FacetName[];
}

interface RuleFacts<Schema extends z.ZodObject> {
  readonly id: string;
  readonly title: string;
  /** What to do about a violation, in few words after a colon, as in "put the pool into a subnet". */
  readonly advice: string;
  readonly severity: Severity;
  readonly sources: readonly Source[];
  /** ARM paths that its verdict rests on; of other bodies with `account` or `pools[]` before. */
  readonly reads: readonly string[];
  /** What its changes can break when they are right: who or what is cut off, in few words. Null where that is nothing known. */
  readonly breaks: string | null;
  /** ARM actions that its fix needs beyond reading accounts and pools. */
  readonly permissions: readonly string[];
  /** Readings beyond the account and pool bodies. */
  readonly needs?: Needs;
  /** It runs only where a policy names it. */
  readonly defaultOff?: true;
  readonly options: Schema;
}

export interface AccountRule<Schema extends z.ZodObject = z.ZodObject> extends RuleFacts<Schema> {
  readonly scope: 'account';
  /** What its changes set; none where every fix is manual. */
  readonly sets: readonly (keyof AccountSettings)[];
  check(account: Account, context: RuleContext<z.output<Schema>>): readonly Outcome[];
}

export interface PoolRule<Schema extends z.ZodObject = z.ZodObject> extends RuleFacts<Schema> {
  readonly scope: 'pool';
  /** What its changes set; none where every fix is manual. */
  readonly sets: readonly (keyof PoolSettings)[];
  check(pool: Pool, context: RuleContext<z.output<Schema>>): readonly Outcome[];
}

export type Rule = AccountRule | PoolRule;

/** All that it needs, whatever for. */
export function facetsOf({ needs = {} }: Rule): readonly FacetName[] {
  return Object.values(needs).flat();
}

/** Declares a rule: `id` is also the name of its file, its test and its page. */
export function defineRule<Schema extends z.ZodObject>(rule: AccountRule<Schema>): AccountRule<Schema>;
export function defineRule<Schema extends z.ZodObject>(rule: PoolRule<Schema>): PoolRule<Schema>;
export function defineRule(rule: Rule): Rule {
  return rule;
}
