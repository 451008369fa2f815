import { z } from 'zod';

type Schema = z.core.$ZodType;

/** The keys that a map at `path` may have, and those that each of these may have in turn; none where no map is meant. */
export function knownKeys(schema: Schema, path: readonly PropertyKey[]): ReadonlyMap<string, readonly string[]> {
  const shape = shapeOf(path.reduce<Schema | undefined>(below, schema));
  return new Map(Object.entries(shape).map(([key, inner]) => [key, Object.keys(shapeOf(inner))]));
}

function below(schema: Schema | undefined, step: PropertyKey): Schema | undefined {
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodArray) return inner.element;
  const shape = new Map<PropertyKey, Schema>(Object.entries(shapeOf(inner)));
  return shape.get(step);
}

function shapeOf(schema: Schema | undefined): Readonly<Record<string, Schema>> {
  const inner = unwrapped(schema);
  return inner instanceof z.ZodObject ? inner.shape : {};
}

/** Of a union, the part that is a map. */
function unwrapped(schema: Schema | undefined): Schema | undefined {
  if (schema instanceof z.ZodPipe) return unwrapped(schema.in);
  if (schema instanceof z.ZodUnion) return schema.options.map(unwrapped).find((one) => one instanceof z.ZodObject);
  const isWrapper =
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodExactOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault;
  return isWrapper ? unwrapped(schema.unwrap()) : schema;
}
