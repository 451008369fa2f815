import type { Json } from './json.ts';
import { isObject } from './json.ts';

/** Requests and answers are held to different halves of the same definitions. */
export type Direction = 'request' | 'answer';

/**
 * Definitions of a Swagger 2.0 specification, in Azure's dialect, as JSON schemas: `x-nullable` adds null; what is
 * `readOnly` is never sent; what is `x-ms-secret`, or may only be written, never comes back; enums are compared
 * without case, because the service answers `None` where the specification says `none`.
 */
export function translate(definition: Json, direction: Direction): Json {
  const schema: Json = {};
  for (const [name, value] of Object.entries(definition)) {
    switch (name) {
      case 'properties':
        schema['properties'] = translateProperties(value, direction);
        break;
      case 'items':
      case 'additionalProperties':
        schema[name] = isObject(value) ? translate(value, direction) : value;
        break;
      case 'allOf':
        schema['allOf'] = Array.isArray(value) ? value.map((one) => translate(one, direction)) : value;
        break;
      case 'enum':
        schema['enumIgnoringCase'] = value;
        break;
      case 'required':
        schema['required'] = stillRequired(value, definition['properties'], direction);
        break;
      case '$ref':
      case 'type':
      case 'format':
      case 'pattern':
      case 'minLength':
      case 'maxLength':
      case 'minimum':
      case 'maximum':
        schema[name] = value;
    }
  }
  return definition['x-nullable'] === true ? { anyOf: [{ type: 'null' }, schema] } : schema;
}

function translateProperties(properties: unknown, direction: Direction): Json {
  const translated: Json = {};
  for (const [name, property] of Object.entries(isObject(properties) ? properties : {})) {
    if (!isObject(property)) continue;
    translated[name] = isForbidden(property, direction) ? { not: {} } : translate(property, direction);
  }
  return translated;
}

function stillRequired(required: unknown, properties: unknown, direction: Direction): string[] {
  const names = Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [];
  return names.filter((name) => {
    const property = isObject(properties) ? properties[name] : undefined;
    return !(isObject(property) && isForbidden(property, direction));
  });
}

function isForbidden(property: Json, direction: Direction): boolean {
  if (direction === 'request') return property['readOnly'] === true;
  const mutability = property['x-ms-mutability'];
  return property['x-ms-secret'] === true || (Array.isArray(mutability) && !mutability.includes('read'));
}
