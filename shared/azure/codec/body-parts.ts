/** An object of a body. One with a field `__proto__` is left to the schemas, which drop that field. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Object.hasOwn(value, '__proto__');
}

export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** As ARM writes a time, on a day that every month has: to match is quicker than to parse. */
const SURELY_DATE = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3])(?::[0-5]\d){2}(?:\.\d{1,9})?Z$/;

export function isDateText(value: unknown): value is string {
  return typeof value === 'string' && (SURELY_DATE.test(value) || !Number.isNaN(Date.parse(value)));
}

export function isNone(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}
