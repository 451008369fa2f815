import type { z } from 'zod';
import type { AccountId } from '../../../shared/core/model/resource-id.ts';
import type { PolicyDocument, RuleEntry, ScopeEntry } from '../../../shared/core/policy/policy-document.ts';
import type { Rule } from '../../../shared/core/policy/rule.ts';

/** off: not judged. audit: judged. approve: judged, written once a person approves. enforce: judged and written. */
export type Mode = 'off' | 'audit' | 'approve' | 'enforce';

/** A rule with the mode and the options that the policy gives it for one resource. */
interface BoundRule {
  readonly rule: Rule;
  readonly mode: Exclude<Mode, 'off'>;
  readonly options: z.output<z.ZodObject>;
}

/** What a policy's scopes are matched with. */
interface Target {
  readonly id: AccountId & { readonly pool?: string };
  /** The account's. */
  readonly tags: Readonly<Record<string, string>>;
}

export interface Policy {
  /** Nothing is begun, whatever else the policy says. */
  readonly freeze: boolean;
  /** A scope asks for tags: without them, nothing in the account can be judged. */
  readonly usesTags: boolean;
  /** The rules that are on for the target. */
  rulesFor(target: Target): readonly BoundRule[];
}

/** A policy that cannot be followed: nothing is judged and nothing begun until it is mended. */
export interface InvalidPolicy {
  readonly invalid: string;
}

/** The policy that a document makes of the rules. */
export function slowBindPolicy(document: PolicyDocument, rules: readonly Rule[]): Policy {
  /** By which scopes fit: binding parses options, and there are many more targets than kinds of them. */
  const known = new Map<string, readonly BoundRule[]>();
  const bindAll = (scopes: readonly ScopeEntry[]) => rules.flatMap((rule) => bind(rule, document, scopes));
  return {
    freeze: document.freeze,
    usesTags: document.scopes.some(({ match }) => match.tags !== undefined),
    rulesFor(target) {
      const fitting = document.scopes.map(({ match }) => fits(match, target));
      const key = fitting.join();
      const bound = known.get(key) ?? bindAll(document.scopes.filter((_, index) => fitting[index]));
      known.set(key, bound);
      return bound;
    },
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

function fits(match: ScopeEntry['match'], { id, tags }: Target): boolean {
  const pairs: [string | undefined, string | undefined][] = [
    [match.subscription, id.subscription],
    [match.resourceGroup, id.resourceGroup],
    [match.account, id.account],
    [match.pool, id.pool],
    ...Object.entries(match.tags ?? {}).map(([name, pattern]): [string, string | undefined] => [
      pattern,
      tagNamed(tags, name),
    ]),
  ];
  return pairs.every(([pattern, name]) => pattern === undefined || like(pattern, name));
}

/** ARM compares the names of tags without case. */
function tagNamed(tags: Target['tags'], name: string): string | undefined {
  return Object.entries(tags).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

/** `*` alone fits even what is not there, so that a scope of `pool: '*'` holds for the account too. */
function like(pattern: string, name: string | undefined): boolean {
  if (pattern === '*') return true;
  if (name === undefined) return false;
  const literal = pattern.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  return new RegExp(`^${literal.join('.*')}$`, 'is').test(name);
}
