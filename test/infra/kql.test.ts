import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { checkQuery } from '../support/kql/query-faults.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const textOf = (...path: readonly string[]) => readFileSync(join(ROOT, ...path), 'utf8');

const FILES = readdirSync(join(ROOT, 'infra', 'app', 'alarms'));
const TEMPLATE = textOf('infra', 'app', 'alarms.bicep');
const WORKBOOK = textOf('infra', 'app', 'workbook.json');
const HOST = textOf('host.json');

const Item = z.object({ name: z.string(), content: z.object({ query: z.string().optional() }) });
const Workbook = z.object({ items: z.array(Item) });
const QUERIES: readonly (readonly [name: string, query: string])[] = [
  ...FILES.map((file) => [file, textOf('infra', 'app', 'alarms', file)] as const),
  ...Workbook.parse(JSON.parse(WORKBOOK)).items.flatMap(({ name, content: { query } }) =>
    query === undefined ? [] : [[`workbook: ${name}`, query] as const],
  ),
];

/** What the host does not send on: neither our lines nor what it says of messages that it puts aside. */
const QUIET = ['Host.Aggregator', 'Azure.Core'];
const Host = z.object({
  logging: z.object({
    logLevel: z.record(z.string(), z.string()),
    applicationInsights: z.object({ samplingSettings: z.object({ excludedTypes: z.string() }) }),
  }),
});

function appFaults(query: string): string[] {
  return /^\| where AppRoleName =~ '\{app\}'(?: and (?!.*\bor\b).*)?$/m.test(query) ? [] : ['not only of the app'];
}

function templateFaults(template: string, files: readonly string[]): string[] {
  const loaded = Array.from(template.matchAll(/loadTextContent\('alarms\/([^']+)'\)/g), ([, file]) => String(file));
  const filled = template.includes("replace(alarm.query, '{app}', appName)");
  return [
    ...files.filter((file) => !loaded.includes(file)).map((file) => `${file} is no alarm`),
    ...loaded.filter((file) => !files.includes(file)).map((file) => `${file} is no file`),
    ...loaded.filter((file, index) => loaded.indexOf(file) !== index).map((file) => `${file} is there twice`),
    ...(filled ? [] : ['{app} stays']),
  ];
}

function hostFaults(host: string): string[] {
  const { logLevel, applicationInsights } = Host.parse(JSON.parse(host)).logging;
  const sampled = applicationInsights.samplingSettings.excludedTypes.split(';');
  const quiet = Object.keys(logLevel).filter((name) => logLevel[name] !== 'Information' && !QUIET.includes(name));
  return [
    ...['Request', 'Trace', 'Exception'].filter((type) => !sampled.includes(type)).map((type) => `${type} is sampled`),
    ...('default' in logLevel ? [] : ['no default level']),
    ...quiet.map((name) => `${name} is quiet`),
  ];
}

describe('the queries of the alarms and of the workbook', () => {
  test.each(QUERIES)('%s', (_name, query) => {
    const { faults, fields, literals } = checkQuery(query);
    expect([...faults, ...appFaults(query)]).toEqual([]);
    // What the host says of runs has no lines of ours.
    const ofRuns = /^AppRequests$/m.test(query);
    expect([fields > 0, literals > 0]).toEqual([!ofRuns, !ofRuns]);
  });

  test('were all looked at', () => {
    const checked = QUERIES.map(([, query]) => checkQuery(query));
    const sum = (what: 'fields' | 'literals') => checked.reduce((total, each) => total + each[what], 0);
    console.log(`queries: ${FILES.length} of alarms, ${QUERIES.length - FILES.length} of the workbook`);
    console.log(`held to the log lines: ${sum('fields')} reads of fields, ${sum('literals')} literals of enums`);
    expect(FILES.length).toBeGreaterThan(6);
    expect(QUERIES.length - FILES.length).toBe(WORKBOOK.match(/"query":/g)?.length);
  });

  test('are the alarms, and the host passes on what they read', () => {
    expect(templateFaults(TEMPLATE, FILES)).toEqual([]);
    expect(hostFaults(HOST)).toEqual([]);
  });
});

const LINE = 'AppTraces | extend line = parse_json(Message)';
const WRITE = `${LINE} | where tostring(line.event) == 'write'`;
const FINDING = `${LINE} | extend event = tostring(line.event)
  | where event in ('finding-opened', 'finding-closed') | extend severity = tostring(line.severity)`;

describe('a fault is seen', () => {
  test.each([WRITE, FINDING])('in what is added to %s', (query) => {
    expect(checkQuery(query).faults).toEqual([]);
  });

  test.each([
    ['a misspelt field', `${WRITE} | project tostring(line.outcom)`, /^outcom is no field of write$/],
    ['a field of another line', `${WRITE} | project tostring(line.severity)`, /^severity is no field of write$/],
    [
      'a field of only some of the lines',
      `${LINE} | where tostring(line.event) in ('write', 'look') | project tostring(line.outcome)`,
      /^outcome is no field of look$/,
    ],
    ['an unknown event', `${LINE} | where tostring(line.event) == 'wriet'`, /^event is never 'wriet'/],
    ['an unknown event of a list', `${LINE} | where tostring(line.event) in ('write', 'x')`, /^event is never 'x'$/],
    ['an unknown event, behind prev', `${FINDING} | extend x = prev(event) == 'opened'`, /^event is never 'opened'$/],
    ['an unknown outcome', `${WRITE} and tostring(line.outcome) == 'ok'`, /^outcome is never 'ok'$/],
    ['one that is excluded', `${WRITE} and tostring(line.outcome) !in ('ok')`, /^outcome is never 'ok'$/],
    ['an unknown severity, by its column', `${FINDING} | where 'hihg' == severity`, /^severity is never 'hihg'$/],
    ['one in a condition', `${FINDING} | extend x = iff(severity == 'huge', 1, 0)`, /^severity is never 'huge'$/],
    ['one in a group', `${FINDING} | summarize countif(severity == 'huge')`, /^severity is never 'huge'$/],
    ['no filter by event', `${LINE} | where tostring(line.event) startswith 'write'`, /no filter by event was found$/],
    ['filters that no event passes', `${WRITE} | where tostring(line.event) == 'look'`, /^no event passes/],
    ['a start that no line has', `${WRITE} and Message startswith '[{'`, /^no event passes/],
    ['a filter that lets more through', `${WRITE} or SeverityLevel > 1 | project line.outcome`, /^outcome is no field/],
    ['text for a list', `${WRITE} | project strcat_array(line.reason, ' ')`, /^strcat_array\(line.reason, ' '\): the/],
    ['an unknown operator', `${WRITE} | union AppTraces`, /^not understood: union AppTraces$/],
    ['two statements', `let x = 1; ${WRITE}`, /^not understood: let x/],
    ['a field by its name in text', `${WRITE} | project line['outcom']`, /^not understood: line\['outcom'\]$/],
    ['a whole line', `${WRITE} | project bag_keys(line)`, /^not understood: /],
    ['a column of unknown origin', `${WRITE} | extend x = strcat('a', 'b') | where x == 'ab'`, /^not understood: x ==/],
    ['a syntax error', `${WRITE} | wher x`, /^KS\d+ at \d+: /],
    ['an unknown column of runs', 'AppRequests | where Sucess == false', /^KS\d+ at \d+: .*Sucess/],
    ['an unknown table', 'AppTrace | where Message == 1', /^KS\d+ at \d+: .*AppTrace/],
    ['an unknown column', `${WRITE} | where AppRole == 'x'`, /^KS\d+ at \d+: .*AppRole/],
    ['an unknown function', `${WRITE} | extend x = tostrin(line.outcome)`, /^KS\d+ at \d+: .*tostrin/],
  ])('%s', (_what, query, expected) => {
    expect(checkQuery(query).faults.join('\n')).toMatch(expected);
  });

  test('in the template, in the host and in the filter by app', () => {
    expect(templateFaults(TEMPLATE, [...FILES, 'more.kql'])).toEqual(['more.kql is no alarm']);
    expect(templateFaults(TEMPLATE, FILES.slice(1))).toEqual([`${FILES[0]} is no file`]);
    expect(templateFaults(TEMPLATE.replace("'{app}'", "'{a}'"), FILES)).toEqual(['{app} stays']);
    expect(hostFaults(HOST.replace('Trace;', ''))).toEqual(['Trace is sampled']);
    expect(hostFaults(HOST.replace('Request;', ''))).toEqual(['Request is sampled']);
    expect(hostFaults(HOST.replace('"default": "Information"', '"default": "Warning"'))).toEqual(['default is quiet']);
    expect(hostFaults(HOST.replace('Host.Aggregator', 'Function'))).toEqual(['Function is quiet']);
    expect(appFaults(`| where AppRoleName =~ '{app}' or Message startswith '{'`)).toHaveLength(1);
    expect(appFaults(WRITE)).toHaveLength(1);
  });
});
