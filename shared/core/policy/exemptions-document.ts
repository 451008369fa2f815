import { z } from 'zod';
import { found } from '../model/found.ts';
import { oncePer } from '../model/once-per.ts';
import { parseAccountId, parsePoolId } from '../model/resource-id.ts';
import { after, DAY } from '../model/time.ts';
import type { Rule } from './rule.ts';

/** Each is matched with every finding of its rule. */
const MOST = 500;
/** Longer than any name in Azure. */
const Pattern = z.string().max(512).optional();

const RULE = 'must be the id of a rule';
const RESOURCE = 'must be the ARM id of a Batch account, or of a pool';
const EXPIRES =
  "must be a date, such as 2027-03-31 (it holds until that day is over, by UTC), or a time with its zone, such as '2027-03-31T18:00:00+02:00'";

export const Resource = z
  .string(RESOURCE)
  .refine((text) => parseAccountId(text) !== null || parsePoolId(text) !== null, {
    error: ({ input }) => `${RESOURCE}; ${found(input)}`,
  });

export const Scope = z.strictObject({
  subscription: Pattern,
  resourceGroup: Pattern,
  account: Pattern,
  pool: Pattern,
});

/** Parsed, the instant from which it holds no more. */
export const Expires = z.string(EXPIRES).transform((text, context) => {
  const end = endOf(text);
  if (end !== null && end < TOO_LATE) return end;
  context.issues.push({ code: 'custom', message: `${EXPIRES}; ${found(text)}`, input: text });
  return z.NEVER;
});

/** Whoever means never is asked for a date: tables and logs take no year of five digits. */
const TOO_LATE = new Date('2100-01-01T00:00:00Z');

const DATE = /^\d{4}-\d{2}-\d{2}$/;

function endOf(text: string): Date | null {
  if (DATE.test(text)) return z.iso.date().safeParse(text).success ? after(new Date(text), DAY) : null;
  return z.iso.datetime({ offset: true }).safeParse(text).success ? new Date(text) : null;
}

function line(what: string, most: number) {
  const wanted = `must be one line of 1 to ${most} characters that says ${what}`;
  const isLine = (text: string) => text.trim() !== '' && text.length <= most && !/[\p{Cc}\u2028\u2029]/u.test(text);
  return z.string(wanted).refine(isLine, { error: ({ input }) => `${wanted}; ${found(input)}` });
}

const ExemptionEntry = z.strictObject({
  rule: z.string(RULE),
  resource: Resource.optional().describe(
    'The ARM id of an account (that account alone, none of its pools) or of a pool.',
  ),
  scope: Scope.optional().describe('Patterns; every key must fit. Instead of resource.'),
  owner: line('who answers for it', 200).describe('Who answers for it, in one line.'),
  reason: line('why', 500).describe('Why, in one line.'),
  expires: Expires.describe('The last day on which it holds (UTC), or a time with its zone.'),
});

/** The file as its author wrote it. */
export const ExemptionsDocument = z.strictObject({ exemptions: z.array(ExemptionEntry).max(MOST) });

/** The same document with the rules' ids, for errors and for editors. */
export const exemptionsSchema = oncePer((rules: readonly Rule[]) => {
  const entry = ExemptionEntry.extend({
    rule: z.enum(
      rules.map(({ id }) => id),
      RULE,
    ),
  });
  return z.strictObject({
    exemptions: z.array(entry).max(MOST).describe('What is found and left as it is, by whose word and until when.'),
  });
});

/** The JSON schema of the file, for editors. */
export function exemptionsJsonSchema(rules: readonly Rule[]): object {
  const entries = { oneOf: [{ required: ['resource'] }, { required: ['scope'] }] };
  return z.toJSONSchema(exemptionsSchema(rules), {
    io: 'input',
    override({ zodSchema, jsonSchema }) {
      if (zodSchema instanceof z.ZodObject && 'expires' in zodSchema.shape) Object.assign(jsonSchema, entries);
    },
  });
}
