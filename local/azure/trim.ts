import type { Json } from './json.ts';
import { isObject, part, parts, text } from './json.ts';
import { DIFFERENCES, NEWEST } from './versions.ts';

/** Cuts from bodies what an api-version does not define. */
export class Trimmer {
  readonly #definitions: Json;
  readonly #isNewest: boolean;
  /** Of each schema, once it was asked for. */
  readonly #shapes = new Map<Json, Shape>();

  /** @param definitions of that api-version, in the dialect of the specification */
  constructor(definitions: Json, apiVersion: string) {
    this.#definitions = definitions;
    this.#isNewest = apiVersion === NEWEST;
  }

  /** What is not as specified at all is left as it is: to judge it is for others. */
  trim(value: unknown, schema: Json): unknown {
    const shape = this.#shapeOf(schema);
    if (Array.isArray(value)) return value.map((item) => this.trim(item, part(shape.items)));
    if (!isObject(value) || shape.isFree) return value;
    const kept: [string, unknown][] = [];
    for (const [name, inner] of Object.entries(value)) {
      const property = shape.properties[name] ?? shape.others;
      if (isObject(property)) kept.push([name, this.trim(inner, property)]);
      // At the newest version there may be what nobody has specified yet.
      else if (this.#isNewest && !shape.removed.has(name)) kept.push([name, inner]);
    }
    return Object.fromEntries(kept);
  }

  #shapeOf(schema: Json): Shape {
    const shape = this.#shapes.get(schema) ?? this.#readShape(schema);
    this.#shapes.set(schema, shape);
    return shape;
  }

  #readShape(schema: Json): Shape {
    const name = text(schema['$ref']).replace('#/definitions/', '');
    const own = name === '' ? schema : part(this.#definitions, name);
    const parents = parts(own, 'allOf').map((parent) => this.#shapeOf(parent));
    const properties = Object.assign({}, ...parents.map((parent) => parent.properties), part(own, 'properties'));
    return {
      properties,
      others: own['additionalProperties'],
      items: own['items'],
      removed: new Set([...(DIFFERENCES[name]?.removed ?? []), ...parents.flatMap((parent) => [...parent.removed])]),
      isFree: Object.keys(properties).length === 0 && !isObject(own['additionalProperties']),
    };
  }
}

interface Shape {
  readonly properties: Json;
  /** The schema of properties that have no name of their own, as in a map. */
  readonly others: unknown;
  readonly items: unknown;
  readonly removed: ReadonlySet<string>;
  /** An object of which nothing is specified. */
  readonly isFree: boolean;
}
