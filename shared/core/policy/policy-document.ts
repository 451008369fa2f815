import { z } from 'zod';
import { oncePer } from '../model/once-per.ts';
import { Drains } from './drains-document.ts';
import { Limits } from './limits.ts';
import { NamedUsersDocument, ScopedNamedUsers } from './named-users-document.ts';
import type { Rule } from './rule.ts';

const Mode = z.enum(['off', 'audit', 'approve', 'enforce']);

const RuleEntry = z.union([Mode, z.strictObject({ mode: Mode.optional(), options: z.looseObject({}).optional() })]);
export type RuleEntry = z.infer<typeof RuleEntry>;

/** The mode that an entry of a rule sets, if it does. */
export function modeIn(entry: RuleEntry | undefined): z.infer<typeof Mode> | undefined {
  return typeof entry === 'string' ? entry : entry?.mode;
}

/** Longer than any name in Azure. */
const Pattern = z.string().max(512);

const Match = z.strictObject({
  subscription: Pattern.optional(),
  resourceGroup: Pattern.optional(),
  account: Pattern.optional(),
  pool: Pattern.optional(),
  tags: z.record(z.string(), Pattern).optional(),
});

const ScopeEntry = z.strictObject({
  match: Match,
  rules: z.partialRecord(z.string(), RuleEntry).default({}),
  namedUsers: ScopedNamedUsers.exactOptional(),
});
export type ScopeEntry = z.infer<typeof ScopeEntry>;

/** Each is matched with every account and pool. */
const MOST_SCOPES = 500;

const GRACE_DAYS = 'must be a whole number of days from 0 to 365 (0: whether keys are in use is not asked)';

/** A policy as its author wrote it: rules and scopes not yet bound. */
export const PolicyDocument = z.strictObject({
  mode: Mode.default('audit').describe('For every rule that says nothing else.'),
  freeze: z.boolean().default(false).describe('true: nothing is begun, whatever else stands here.'),
  pipelines: z
    .array(z.guid('must be an application id, such as 00000000-0000-0000-0000-000000000000'))
    .default([])
    .describe('Application (client) ids: what one of them changed last is kept in code, and is not written.'),
  trustTags: z
    .boolean()
    .default(false)
    .describe('true: scopes by tag may lower modes and give options. Who may write tags can then leave enforcement.'),
  drains: Drains.prefault({}),
  keyUse: z
    .strictObject(
      {
        graceDays: z
          .int(GRACE_DAYS)
          .min(0, GRACE_DAYS)
          .max(365, GRACE_DAYS)
          .default(30)
          .describe(
            'So long nobody may have listed the keys of an account before SharedKey is taken from it; 0: do not ask.',
          ),
      },
      'must be a map, such as { graceDays: 30 }',
    )
    .prefault({}),
  limits: Limits.prefault({}),
  namedUsers: NamedUsersDocument.prefault({}),
  rules: z.partialRecord(z.string(), RuleEntry).default({}),
  scopes: z
    .array(ScopeEntry)
    .max(MOST_SCOPES)
    .default([])
    .describe('Later ones win, key by key; every key of match must fit.'),
});
export type PolicyDocument = z.infer<typeof PolicyDocument>;

/**
 * The same document with the rules' ids and options spelled out, for errors and for editors. It takes longer to make than
 * most policies take to check.
 */
export const policySchema = oncePer((rules: readonly Rule[]) => {
  const entries = z.strictObject(Object.fromEntries(rules.map((rule) => [rule.id, entrySchema(rule).optional()])));
  return PolicyDocument.extend({
    rules: entries.default({}),
    scopes: z
      .array(ScopeEntry.extend({ rules: entries.default({}) }))
      .max(MOST_SCOPES)
      .default([]),
  });
});

function entrySchema(rule: Rule) {
  return z
    .union([Mode, z.strictObject({ mode: Mode.optional(), options: rule.options.optional() })])
    .describe(rule.title);
}

/** The JSON schema of a policy, for editors. */
export function policyJsonSchema(rules: readonly Rule[]): object {
  return z.toJSONSchema(policySchema(rules), { io: 'input' });
}
