import * as fc from 'fast-check';
import { z } from 'zod';
import { DateText } from '../../shared/azure/codec/date-text.ts';
import { identityId } from './snapshots.ts';

const TEXTS = [
  '',
  'Enabled',
  'Admin',
  'batch.node.windows amd64',
  'Microsoft.Azure.KeyVault',
  'KeyVaultForLinux',
  'https://user:pass@store1.blob.core.windows.net/c?sv=1&sig=abc',
  'curl /metadata/identity/oauth2/token',
  identityId('nodes'),
];
const TIMES = ['2023-05-11T09:30:12.4412398Z', '2026-01-10T00:00:00Z', '2024-02-29T23:59:59+01:00'];
/** What Azure never sent so far, as it comes out of JSON. */
const UNKNOWN: readonly (readonly [string, unknown])[] = [
  ['futureField', ['kept']],
  ['__proto__', { admin: true }],
];
const FAULTS: readonly unknown[] = [
  undefined,
  null,
  3,
  1.5,
  true,
  'not a date',
  '2026-13-01T00:00:00Z',
  [],
  [null],
  {},
];

/** A body as the schema has it, with unknown fields; every third with something in it that is not as it should be. */
export function anyBody(schema: z.core.$ZodType): fc.Arbitrary<unknown> {
  const fault = fc.record({ at: fc.nat({ max: 200 }), value: fc.constantFrom(...FAULTS) });
  return fc
    .tuple(anyOf(schema, 'some'), fault, fc.nat({ max: 2 }))
    .map(([body, { at, value }, chance]) => (chance === 0 ? withFault(body, at, value) : body));
}

/** A body with all that the schema names, and each body in which one value of it is another. */
export function faultyBodies(schema: z.core.$ZodType): readonly unknown[] {
  const whole = fc.sample(anyOf(schema, 'whole'), { numRuns: 1, seed: 1 })[0];
  const places = Array.from({ length: size(whole) }, (_, at) => at);
  return [whole, ...places.flatMap((at) => FAULTS.map((value) => withFault(whole, at, value)))];
}

type Extent = 'some' | 'whole';

function anyOf(schema: z.core.$ZodType, extent: Extent): fc.Arbitrary<unknown> {
  const few = { minLength: extent === 'whole' ? 1 : 0, maxLength: 2 };
  if (schema === DateText) return fc.constantFrom(...TIMES);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    const inner = anyOf(schema.unwrap(), extent);
    if (extent === 'whole') return inner;
    return fc.option<unknown, unknown>(inner, { nil: schema instanceof z.ZodOptional ? undefined : null, freq: 4 });
  }
  if (schema instanceof z.ZodString) return fc.constantFrom(...TEXTS);
  if (schema instanceof z.ZodNumber) return fc.constantFrom(0, 22, 40_000);
  if (schema instanceof z.ZodBoolean) return fc.boolean();
  if (schema instanceof z.ZodUnknown) return fc.constantFrom(null, 'text', { secretsManagementSettings: {} });
  if (schema instanceof z.ZodArray) return fc.array(anyOf(schema.element, extent), few);
  if (schema instanceof z.ZodRecord) {
    const key = fc.constantFrom(...TEXTS, ...(extent === 'whole' ? [] : ['__proto__']));
    return fc.array(fc.tuple(key, anyOf(schema.valueType, extent)), few).map(objectOf);
  }
  if (schema instanceof z.ZodObject) return anyObject(schema, extent);
  throw new TypeError(`no value is known for a schema ${schema.constructor.name}`);
}

function anyObject({ shape }: z.ZodObject, extent: Extent): fc.Arbitrary<unknown> {
  const fields = Object.entries(shape).map(([key, field]) =>
    anyOf(field, extent).map((value) => [key, value] as const),
  );
  return fc
    .tuple(fc.tuple(...fields), fc.constantFrom(...UNKNOWN), fc.nat({ max: 29 }))
    .map(([known, more, chance]) => {
      const given = known.filter(([, value]) => value !== undefined);
      return objectOf(extent === 'some' && chance === 0 ? [...given, more] : given);
    });
}

/** Also with an own `__proto__`, as JSON.parse makes one. */
function objectOf(entries: readonly (readonly [string, unknown])[]): object {
  return Object.fromEntries(entries);
}

/** The same with one of its values, the `at`-th, replaced; undefined leaves it out. */
function withFault(body: unknown, at: number, value: unknown): unknown {
  let left = at % Math.max(1, size(body));
  function replaced(node: unknown): unknown {
    if (left-- === 0) return value;
    if (Array.isArray(node)) return node.map(replaced);
    if (typeof node !== 'object' || node === null) return node;
    return objectOf(
      Object.entries(node).flatMap(([key, inner]) => {
        const next = replaced(inner);
        return next === undefined ? [] : [[key, next] as const];
      }),
    );
  }
  return replaced(body);
}

function size(node: unknown): number {
  return typeof node === 'object' && node !== null
    ? 1 + Object.values(node).reduce((sum: number, inner) => sum + size(inner), 0)
    : 1;
}
