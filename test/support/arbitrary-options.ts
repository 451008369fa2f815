import * as fc from 'fast-check';
import { z } from 'zod';
import type { Rule } from '../../shared/core/policy/rule.ts';
import { identityId, SUBNET_ID } from './snapshots.ts';

/** What texts and numbers of options can mean in the generated estates. Each schema takes those that it accepts. */
const VALUES = {
  identities: ['nodes', 'vault', 'registry'].map(identityId).flatMap((id) => [id, id.toUpperCase()]),
  subnets: [SUBNET_ID, `${SUBNET_ID}-other`],
  senders: ['203.0.113.0/24', '10.0.0.0/8', '2001:db8::/32', 'VirtualNetwork', 'AzureCloud'],
  logCategories: ['ServiceLog', 'AuditLog'],
  users: ['render', 'ADMIN1', 'Batch'],
  environmentSettings: ['DB_PASSWORD', 'region'],
  ports: [22, 3389],
  durations: ['P30D', 'P365D', 'P1000D'],
};

/** Options as a policy may give them to the rule, each given or not. */
export function anyOptions({ id, options }: Pick<Rule, 'id' | 'options'>): fc.Arbitrary<Record<string, unknown>> {
  const entries = Object.entries(options.shape).map(
    ([name, schema]) => [name, anyOf(schema, `${id}: ${name}`)] as const,
  );
  return fc.record(Object.fromEntries(entries));
}

/** Undefined where the option need not be given. */
function anyOf(schema: z.core.$ZodType, what: string): fc.Arbitrary<unknown> {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault)
    return fc.option(anyOf(schema.unwrap(), what), { nil: undefined, freq: 3 });
  if (schema instanceof z.ZodNullable) return fc.option(anyOf(schema.unwrap(), what));
  if (schema instanceof z.ZodUnion) return fc.oneof(...schema.options.map((one) => anyOf(one, what)));
  if (schema instanceof z.ZodArray) {
    const values = valuesOf(schema.element, what);
    const few = fc.shuffledSubarray(values, { maxLength: Math.min(values.length, 4) });
    return few.filter((list) => accepts(schema, list));
  }
  return fc.constantFrom(...valuesOf(schema, what));
}

/** @throws when there is none */
function valuesOf(schema: z.core.$ZodType, what: string): unknown[] {
  const own = schema instanceof z.ZodEnum ? schema.options : schema instanceof z.ZodLiteral ? [...schema.values] : [];
  const values = [...own, true, false, ...Object.values(VALUES).flat()].filter((value) => accepts(schema, value));
  if (values.length === 0)
    throw new Error(`${what}: VALUES in test/support/arbitrary-options.ts has none that this option takes`);
  return values;
}

function accepts(schema: z.core.$ZodType, value: unknown): boolean {
  return z.safeParse(schema, value).success;
}
