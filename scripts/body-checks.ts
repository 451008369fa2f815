import { z } from 'zod';
import { AccountBody } from '../shared/azure/codec/account-body.ts';
import { DateText } from '../shared/azure/codec/date-text.ts';
import { PoolBody } from '../shared/azure/codec/pool-body.ts';

/** Where what is written here stands. */
export const BODY_CHECKS = 'shared/azure/codec/body-checks.ts';

/** The text of `BODY_CHECKS`: for each schema of a body a function that only says whether the body is as the schema has it. */
export function bodyChecksFile(): string {
  const head = [
    "import type { AccountBody } from './account-body.ts';",
    "import { isDateText, isList, isNone, isObject } from './body-parts.ts';",
    "import type { PoolBody } from './pool-body.ts';",
    '',
    '/* Written by `npm run pages` from the schemas of the bodies; not by hand. What is wrong, only the schemas say. */',
  ];
  const checks = [checkOf('AccountBody', AccountBody), checkOf('PoolBody', PoolBody)];
  return `${head.join('\n')}\n\n${checks.join('\n')}`;
}

function checkOf(type: string, schema: z.core.$ZodType): string {
  const lines = [...statements(schema, 'body', new Names(type)), 'return true;'];
  return `export function is${type}(body: unknown): body is ${type} {\n${indented(lines).join('\n')}\n}\n`;
}

/** Names of variables, each once: a second `name` becomes `name2`. */
class Names {
  readonly #taken = new Map([['body', 1]]);
  /** Where in the schema: for errors. */
  readonly where: string;

  constructor(where: string) {
    this.where = where;
  }

  next(wanted: string): string {
    const count = (this.#taken.get(wanted) ?? 0) + 1;
    this.#taken.set(wanted, count);
    return count === 1 ? wanted : `${wanted}${count}`;
  }
}

/** Statements that return false where the variable is not as the schema has it. @throws TypeError for what it does not know */
function statements(schema: z.core.$ZodType, variable: string, names: Names): string[] {
  const mayBe = new Set<string>();
  let inner = schema;
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodNullable) {
    mayBe.add(inner instanceof z.ZodOptional ? 'undefined' : 'null');
    inner = inner.unwrap();
  }
  if (inner instanceof z.ZodUnknown) return [];
  const given = mayBe.size > 1 ? [`!isNone(${variable})`] : [...mayBe].map((none) => `${variable} !== ${none}`);
  const fault = faultOf(inner, variable, names);
  const parts = partsOf(inner, variable, names);
  if (parts.length === 0) return [`if (${[...given, fault].join(' && ')}) return false;`];
  const whole = [`if (${fault}) return false;`, ...parts];
  return given.length === 0 ? whole : [`if (${given.join()}) {`, ...indented(whole), '}'];
}

/** When the variable itself is wrong. */
function faultOf(schema: z.core.$ZodType, variable: string, { where }: Names): string {
  if (schema === DateText) return `!isDateText(${variable})`;
  if (schema instanceof z.ZodString && isBare(schema)) return `typeof ${variable} !== 'string'`;
  if (schema instanceof z.ZodNumber && schema.isInt && schema.def.checks?.length === 1)
    return `!Number.isSafeInteger(${variable})`;
  if (schema instanceof z.ZodBoolean && isBare(schema)) return `typeof ${variable} !== 'boolean'`;
  if (schema instanceof z.ZodArray && isBare(schema)) return `!isList(${variable})`;
  if (schema instanceof z.ZodRecord && isBare(schema)) return `!isObject(${variable})`;
  const isLoose = schema instanceof z.ZodObject && schema.def.catchall instanceof z.ZodUnknown;
  if (isLoose && isBare(schema)) return `!isObject(${variable})`;
  throw new TypeError(`${where}: no check is known for what the schema says of ${variable}`);
}

function isBare({ def }: { readonly def: z.core.$ZodTypeDef }): boolean {
  return (def.checks ?? []).length === 0;
}

function partsOf(schema: z.core.$ZodType, variable: string, names: Names): string[] {
  if (schema instanceof z.ZodObject) {
    return Object.entries(schema.shape).flatMap(([key, field]) => {
      const name = names.next(key);
      const lines = statements(field, name, names);
      return lines.length === 0 ? [] : [`const ${name} = ${variable}.${key};`, ...lines];
    });
  }
  if (schema instanceof z.ZodArray) {
    const item = names.next('item');
    const lines = statements(schema.element, item, names);
    return lines.length === 0 ? [] : [`for (const ${item} of ${variable}) {`, ...indented(lines), '}'];
  }
  if (schema instanceof z.ZodRecord) {
    const value = names.next('value');
    const lines = statements(schema.valueType, value, names);
    if (lines.length === 0) return [];
    return [`for (const ${value} of Object.values(${variable})) {`, ...indented(lines), '}'];
  }
  return [];
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
