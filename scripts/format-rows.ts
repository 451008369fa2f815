import { z } from 'zod';
import { FORMAT_NAMES, FORMATS } from '../cli/formats.ts';
import { CSV_COLUMNS } from '../shared/report/csv.ts';
import { reportJsonSchema } from '../shared/report/report-schema.ts';

/** As much of a JSON schema as a report has. */
interface Schema {
  readonly type?: string | undefined;
  readonly description?: string | undefined;
  readonly enum?: readonly string[] | undefined;
  readonly const?: number | string | undefined;
  readonly properties?: Readonly<Record<string, Schema>> | undefined;
  readonly items?: Schema | undefined;
  readonly anyOf?: readonly Schema[] | undefined;
}

const Schema: z.ZodType<Schema> = z.lazy(() =>
  z.object({
    type: z.string().optional(),
    description: z.string().optional(),
    enum: z.array(z.string()).optional(),
    const: z.union([z.number(), z.string()]).optional(),
    properties: z.record(z.string(), Schema).optional(),
    items: Schema.optional(),
    anyOf: z.array(Schema).optional(),
  }),
);

/** For docs/formats.md: every format of `scan`. */
export function formatRows(): string {
  const rows = FORMAT_NAMES.map((name) => {
    const { endings, summary } = FORMATS[name];
    return [code(name), endings.map(code).join(', '), summary];
  });
  return table(['`--format`', 'Endings for `-o`', 'What it is'], rows);
}

/** For docs/formats.md: every key of a report, in its order. */
export function fieldRows(): string {
  return table(['Key', 'Type', 'Says'], fieldsOf('', Schema.parse(reportJsonSchema())));
}

/** For docs/formats.md: every column of CSV. */
export function columnRows(): string {
  const rows = Object.entries(CSV_COLUMNS).map(([name, { means }]) => [code(name), means]);
  return table(['Column', 'Says'], rows);
}

/** The keys below one, each with what it is. */
function fieldsOf(above: string, { properties = {}, items, anyOf = [] }: Schema): string[][] {
  if (items !== undefined) return fieldsOf(`${above}[]`, items);
  const rows = Object.entries(properties).flatMap(([name, schema]) => {
    const path = above === '' ? name : `${above}.${name}`;
    return [[code(path), typeOf(schema), schema.description ?? ''], ...fieldsOf(path, schema)];
  });
  return [...rows, ...anyOf.flatMap((one) => fieldsOf(above, one))];
}

const MOST_VALUES = 6;

function typeOf({ type, enum: values, const: value, anyOf = [] }: Schema): string {
  if (value !== undefined) return code(String(value));
  if (values !== undefined && values.length <= MOST_VALUES) return values.map(code).join(', ');
  if (anyOf.length > 0) return [...new Set(anyOf.map(typeOf))].join(' or ');
  return type ?? 'any';
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  return `${line(head)}|${'---|'.repeat(head.length)}\n${rows.map(line).join('')}`;
}

function code(text: string): string {
  return `\`${text}\``;
}
