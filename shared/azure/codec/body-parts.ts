/** An object of a body. One with a field `__proto__` is left to the schemas, which drop that field. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Object.hasOwn(value, '__proto__');
}

export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

export function isDateText(value: unknown): value is string {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value));
}

export function isNone(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}
