import type { z } from 'zod';
import { type AccountId, idKey } from '../model/resource-id.ts';
import type { DrainPolicy } from './drain-policy.ts';
import { type Exempting, exempting } from './exemption.ts';
import type { Limits } from './limits.ts';
import type { NamedUsers } from './named-users.ts';
import { PolicyDocument, type RuleEntry, type ScopeEntry } from './policy-document.ts';
import { namesVault, writesIn } from './policy-uses.ts';
import type { Rule } from './rule.ts';
import { matcher } from './scope-matcher.ts';

/** off: not judged. audit: judged. approve: judged, written once a person approves. enforce: judged and written. */
export type Mode = 'off' | 'audit' | 'approve' | 'enforce';

/** A rule with the mode and the options that the policy gives it for one resource. */
interface BoundRule {
  readonly rule: Rule;
  readonly mode: Exclude<Mode, 'off'>;
  readonly options: z.output<z.ZodObject>;
}

/** What a policy's scopes are matched with. */
export interface Target {
  readonly id: AccountId & { readonly pool?: string };
  /** The account's. */
  readonly tags: Readonly<Record<string, string>>;
}

export interface Policy extends Exempting {
  /** Of every rule that is not off by default and of which nothing else is said. */
  readonly mode: Mode;
  /** Nothing is begun, whatever else the policy says. */
  readonly freeze: boolean;
  readonly drains: DrainPolicy;
  /** Days in which nobody may have listed an account's keys before they are shut out; 0: not asked. */
  readonly keyUse: { readonly graceDays: number };
  readonly limits: Limits;
  /** Application ids, in lower case: what one of them changed last is theirs to write. */
  readonly pipelines: ReadonlySet<string>;
  /** A scope asks for tags: without them, nothing in the account can be judged. */
  readonly usesTags: boolean;
  /** It names a vault for a named user. */
  readonly namesVault: boolean;
  /** Whether it lets any rule write in the subscription: at once, or once a person approves. */
  writesIn(subscription: string): boolean;
  /** The rules that are on for the target. */
  rulesFor(target: Target): readonly BoundRule[];
  /** Where the secrets of its named users are, and how they are kept. */
  namedUsersFor(target: Target): NamedUsers;
}

/** A policy that cannot be followed: nothing is judged and nothing begun until it is mended. */
export interface InvalidPolicy {
  readonly invalid: string;
}

/** Where there is no policy: every rule that is not off by default, in audit mode. */
export function builtInPolicy(rules: readonly Rule[]): Policy {
  return bindPolicy(PolicyDocument.parse({}), rules);
}

/** Scopes can be so many, and names so chosen, that each target is a kind of its own. */
const MOST_KEPT = 1000;

/** The policy that a document makes of the rules. */
export function bindPolicy(document: PolicyDocument, rules: readonly Rule[]): Policy {
  const byScopes = scopesOf(document);
  return {
    mode: document.mode,
    freeze: document.freeze,
    drains: document.drains,
    keyUse: document.keyUse,
    limits: document.limits,
    pipelines: new Set(document.pipelines.map(idKey)),
    usesTags: document.scopes.some(({ match }) => match.tags !== undefined),
    namesVault: namesVault(document),
    writesIn: (subscription) => writesIn(document, subscription),
    rulesFor: byScopes((scopes) => rules.flatMap((rule) => bind(rule, document, scopes))),
    namedUsersFor: byScopes((scopes) =>
      scopes.reduce<NamedUsers>((above, { namedUsers }) => ({ ...above, ...namedUsers }), document.namedUsers),
    ),
    ...exempting([]),
  };
}

/** What is made of the scopes that fit a target, kept by which these are: there are many more targets than kinds of them. */
function scopesOf({ scopes }: PolicyDocument) {
  const matchers = scopes.map(({ match }) => matcher(match));
  return <T>(make: (fitting: readonly ScopeEntry[]) => T): ((target: Target) => T) => {
    const known = new Map<string, T>();
    return (target) => {
      const fitting = matchers.map((fits) => fits(target));
      const key = fitting.join();
      const made = known.get(key) ?? make(scopes.filter((_, index) => fitting[index]));
      if (known.size >= MOST_KEPT) known.clear();
      known.set(key, made);
      return made;
    };
  };
}

function bind(rule: Rule, document: PolicyDocument, scopes: readonly ScopeEntry[]): BoundRule[] {
  const named = [document.rules[rule.id], ...scopes.map((scope) => scope.rules[rule.id])].filter(isGiven);
  const entries = named.map(spelledOut);
  const byDefault = rule.defaultOff && named.length === 0 ? 'off' : document.mode;
  const mode = entries.findLast((entry) => entry.mode !== undefined)?.mode ?? byDefault;
  if (mode === 'off') return [];
  const given = Object.assign({}, ...entries.map((entry) => entry.options));
  return [{ rule, mode, options: rule.options.parse(given) }];
}

function isGiven(entry: RuleEntry | undefined): entry is RuleEntry {
  return entry !== undefined;
}

function spelledOut(entry: RuleEntry): { mode?: Mode | undefined; options?: object | undefined } {
  return typeof entry === 'string' ? { mode: entry } : entry;
}
