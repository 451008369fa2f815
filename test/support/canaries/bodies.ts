import { isObject, type Json, part, parts, text } from '../../../local/azure/json.ts';
import { readContract } from '../../../local/azure/spec.ts';

const DEFINITIONS = part(readContract('BatchManagement.json'), 'definitions');

/** A resource with all that the specification names. */
export interface Planted {
  readonly body: Json;
  /** Paths of the texts that may be anything, and were planted. */
  readonly fields: readonly string[];
}

/** @param definition as `Pool` @param plant gives what stands in the next text that may be anything, or is the next free name */
export function plantedBody(definition: 'Pool' | 'BatchAccount', id: string, plant: () => string): Planted {
  const fields: string[] = [];
  const body = valueOf(part(DEFINITIONS, definition), [], { plant, fields });
  if (!isObject(body)) throw new TypeError(`${definition} is no object`);
  const type = definition === 'Pool' ? 'Microsoft.Batch/batchAccounts/pools' : 'Microsoft.Batch/batchAccounts';
  return { body: { ...body, id, name: id.slice(id.lastIndexOf('/') + 1), type, etag: 'W/"1"' }, fields };
}

interface Planting {
  readonly plant: () => string;
  readonly fields: string[];
}

/** Named by a pattern, a format or the resource itself, not by whoever writes it. */
const NOT_FREE: Readonly<Record<string, unknown>> = {
  'date-time': '2026-01-10T00:00:00Z',
  date: '2026-01-10',
  duration: 'PT15M',
};

function valueOf(schema: Json, path: readonly string[], planting: Planting): unknown {
  const reference = schema['$ref'];
  if (reference !== undefined) {
    const name = text(reference).slice('#/definitions/'.length);
    // A type that holds itself is planted once.
    return path.length > 12 ? undefined : valueOf(part(DEFINITIONS, name), path, planting);
  }
  const allowed = schema['enum'];
  if (Array.isArray(allowed)) return allowed[0];
  switch (schema['type']) {
    case 'integer':
    case 'number':
      return schema['minimum'] ?? 1;
    case 'boolean':
      return true;
    case 'array':
      return [valueOf(part(schema, 'items'), [...path, '0'], planting)];
    case 'string': {
      const fixed = NOT_FREE[text(schema['format'] ?? '')];
      if (fixed !== undefined) return fixed;
      planting.fields.push(path.join('.'));
      return planting.plant();
    }
    default:
      return objectOf(schema, path, planting);
  }
}

function objectOf(schema: Json, path: readonly string[], planting: Planting): Json {
  const inherited = parts(schema, 'allOf').map((base) => valueOf(base, path, planting));
  const own = Object.entries(part(schema, 'properties')).map(([name, one]) => [
    name,
    valueOf(part(one), [...path, name], planting),
  ]);
  const body = Object.assign({}, ...inherited, Object.fromEntries(own));
  const more = schema['additionalProperties'];
  if (isObject(more)) body[planting.plant()] = valueOf(more, [...path, '*'], planting);
  // Free-form, as the settings of an extension.
  if (Object.keys(body).length === 0) {
    planting.fields.push(path.join('.'));
    body['some'] = [{ [planting.plant()]: planting.plant() }];
  }
  return body;
}
