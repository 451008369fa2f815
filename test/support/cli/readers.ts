import { existsSync, readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse as parseCsv } from 'csv-parse/sync';
import { marked, type Token } from 'marked';
import { type DefaultTreeAdapterTypes, parse as parseHtml } from 'parse5';
import { SaxesParser } from 'saxes';
import { z } from 'zod';
import type { FormatName } from '../../../cli/formats.ts';
import { closedReportSchema, reportJsonSchema } from '../../../shared/report/report-schema.ts';
import { sarifRun } from './sarif.ts';

/** Each format, read by a program that is not ours. @returns how many findings, or cases, it tells of @throws where it is none */
export const read: Readonly<Record<FormatName, (text: string) => number>> = {
  table: (text) => text.split('\n').length,
  json: (text) => reportIn(text).findings.length,
  sarif: (text) => sarifRun(text).results.length,
  html: (text) => dataIn(text).columns.why.length,
  csv: (text) => rowsIn(text).length,
  junit: (text) => elementsIn(text).filter(({ name }) => name === 'testcase').length,
  markdown: (text) => cellsIn(text).length,
  ocsf: (text) => ocsfIn(text, 2003).length,
};

const isReport = [reportJsonSchema(), closedReportSchema()].map((schema) => {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  return ajv.compile(schema);
});

const Findings = z.looseObject({ findings: z.array(z.looseObject({ why: z.string() })) });

export function reportIn(text: string) {
  const report: unknown = JSON.parse(text);
  for (const validate of isReport) hold(validate, report);
  return Findings.parse(report);
}

/** By csv-parse, which refuses rows of another length than the header. */
export function rowsIn(text: string): Record<string, string>[] {
  return z.array(z.record(z.string(), z.string())).parse(parseCsv(text, { columns: true }));
}

const PageData = z.looseObject({ columns: z.looseObject({ why: z.array(z.unknown()) }) });

/** By parse5, which reads as browsers do. @throws where the page is broken, or has another script than its data and its own */
function dataIn(page: string): z.infer<typeof PageData> {
  const faults: string[] = [];
  const document = parseHtml(page, {
    onParseError: ({ code, startLine }) => void faults.push(`${code} at ${startLine}`),
  });
  if (faults.length > 0) throw new Error(faults.join('; '));
  const [data, own, ...others] = scriptsIn(document);
  if (data === undefined || own === undefined || others.length > 0)
    throw new Error('Not a script for data and one more');
  return PageData.parse(JSON.parse(data));
}

function scriptsIn(node: DefaultTreeAdapterTypes.ParentNode): string[] {
  return node.childNodes.flatMap((child) => {
    if (!('childNodes' in child)) return [];
    if (child.nodeName !== 'script') return scriptsIn(child);
    return [child.childNodes.map((text) => ('value' in text ? text.value : '')).join('')];
  });
}

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  text: string;
}

/** By saxes, which holds to XML 1.0. */
export function elementsIn(xml: string): Element[] {
  const elements: Element[] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => void elements.push({ name, attributes, text: '' }));
  parser.on('text', (text) => {
    const last = elements.at(-1);
    if (last !== undefined) last.text += text;
  });
  parser.write(xml).close();
  return elements;
}

/** Rows of tables by marked, each cell as a reader sees it. @throws where a text is more than text */
export function cellsIn(markdown: string): string[][] {
  return marked.lexer(markdown).flatMap((token) => {
    if (token.type === 'space') return [];
    if (token.type === 'heading' || token.type === 'paragraph') {
      plain(token.tokens ?? []);
      return [];
    }
    if (token.type !== 'table') throw new Error(`Markdown of a text: ${JSON.stringify(token)}`);
    const rows = z.array(z.array(z.looseObject({ tokens: z.array(z.custom<Token>()) }))).parse(token['rows']);
    return rows.map((cells) => cells.map(({ tokens }) => plain(tokens)));
  });
}

function plain(tokens: readonly Token[]): string {
  const other = tokens.filter(({ type }) => type !== 'text' && type !== 'escape');
  if (other.length > 0) throw new Error(`Markdown of a text: ${JSON.stringify(other[0])}`);
  return tokens.map((token) => ('text' in token ? token.text : '')).join('');
}

const FOLDER = '../shared/contract/ocsf';
/** The schemas of OCSF are no part of the project: where they are not, events are only parsed. */
export const HAS_OCSF = existsSync(FOLDER);

const isOcsf = new Map(
  (HAS_OCSF ? [2003, 7001] : []).map((id) => {
    const ajv = new Ajv2020({ strict: true, strictRequired: false, allErrors: true });
    addFormats.default(ajv);
    return [id, ajv.compile(JSON.parse(readFileSync(`${FOLDER}/ocsf-${id}.schema.json`, 'utf8')))];
  }),
);

const Event = z.looseObject({ class_uid: z.int(), message: z.string(), status: z.string(), activity_name: z.string() });

/** The events of JSON lines, once each is valid. */
export function ocsfIn(lines: string, classUid: 2003 | 7001) {
  return lines
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const event: unknown = JSON.parse(line);
      const validate = isOcsf.get(classUid);
      if (validate !== undefined) hold(validate, event);
      return Event.extend({ class_uid: z.literal(classUid) }).parse(event);
    });
}

function hold(validate: ValidateFunction, value: unknown): void {
  if (!validate(value)) throw new Error(JSON.stringify(validate.errors?.slice(0, 5), null, 1));
}
