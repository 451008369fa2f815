import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { rules } from '../../../shared/rules/index.ts';
import { policyFaults } from '../../support/policy-faults.ts';
import { runs } from '../../support/runs.ts';

const BATCH = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/farm/providers/Microsoft.Batch';
const RUNS = runs(4000, 40);

const VALID = `mode: audit
freeze: false
trustTags: true
pipelines:
  - 11111111-2222-4333-8444-555555555555
drains:
  max: 2
  begin: any
  watch: PT15M
  notice: P1D
  deadline: PT6H
  deallocation: Requeue
  windows:
    - { days: [ Sat, Sun ], from: '02:00', to: '06:00', timeZone: Europe/Paris }
namedUsers:
  vault: https://renders.vault.azure.net
  maxAge: P60D
  grace: P7D
  kind: both
  mintMissing: true
  bindings:
    - account: ${BATCH}/batchAccounts/renders
      pool: sim-*
      user: batch
      secret: https://legacy.vault.azure.net/secrets/{pool}-batch
rules:
  account-aad-only: enforce
  pool-remote-access:
    mode: enforce
    options: { allow: [ 10.1.0.0/16 ], ports: [ 22, 3389 ], assumeMapped: true }
  pool-public-ip:
    options: { egress: confirmed, allowUserManaged: true }
  pool-image-support:
    options: { within: P365D }
  account-private-endpoint:
    options: { groups: [ batchAccount ] }
scopes:
  - match: { subscription: a, resourceGroup: 'sandbox-*', account: b, pool: c, tags: { env: prod } }
    rules: { account-aad-only: off, pool-identity: { mode: audit, options: { assignable: [] } } }
    namedUsers: { maxAge: P30D } # a comment
`;

/** How the libraries begin what they say, and what only those say who know them. */
const LIBRARIES =
  /invalid|expected|received|unrecognized|too (?:small|big)|nan\b|undefined|null|\[object|implicit|mapping|scalar|sequence|flow |unresolved|unexpected|indicator|compact|sufficiently|not allowed as/i;
const OURS =
  /must (?:be|have|not be|name) |is not known here|stands before what it names|is bound by|can be the secret of|: a scope by tag |: one secret for many pools: /;

const JUNK: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  1e21,
  '',
  'x',
  'yes',
  'Enforced',
  '15m',
  '7',
  'x'.repeat(600),
  '\u0007\ud800',
  [],
  ['x'],
  [[]],
  {},
  { x: 1 },
  [{ x: {} }],
  Array.from({ length: 501 }, () => ({})),
];

test('the policy of these tests has no fault', () => {
  expect(policyFaults(VALID, rules)).toEqual([]);
});

test('what is wrong with a value is told in our words, in the order of lines', () => {
  const steps = stepsIn(parse(VALID), []);
  const mutation = fc.record({
    path: fc.constantFrom(...steps),
    how: fc.constantFrom('value', 'value', 'value', 'name', 'without'),
    value: fc.constantFrom(...JUNK),
    name: fc.constantFrom('x', 'mod', 'enforce', 'allow', 'vault', '__proto__', 'y'.repeat(1000)),
  });
  let told = 0;
  const kinds = new Set<string>();
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) => {
      const broken = mutations.reduce(mutated, parse(VALID) as unknown);
      const faults = policyFaults(stringify(broken, { aliasDuplicateObjects: false }), rules);
      for (const { message } of faults) {
        if (/^and \d+ more/.test(message)) continue;
        expect(message).toMatch(OURS);
        kinds.add(message.replace(/^[\w.-]+: |here it is .*/g, ''));
      }
      told += check(faults);
    }),
    { numRuns: RUNS },
  );
  console.log(`broken values: ${RUNS} policies, ${told} faults in ${kinds.size} wordings`);
  expect(told).toBeGreaterThan(RUNS / 2);
});

test('what is wrong with the text is told in our words, in the order of lines', () => {
  const pieces = [
    '"',
    "'",
    '[',
    ']',
    '{',
    '}',
    ',',
    ':',
    ': ',
    '- ',
    '\t',
    '\n',
    '\n ',
    '*',
    '&',
    '!x ',
    '|',
    '@',
    '%',
  ];
  const cut = fc.record({
    at: fc.nat({ max: VALID.length }),
    less: fc.nat({ max: 12 }),
    more: fc.array(fc.constantFrom(...pieces), { maxLength: 2 }),
  });
  let told = 0;
  fc.assert(
    fc.property(fc.array(cut, { minLength: 1, maxLength: 3 }), (cuts) => {
      const broken = cuts.reduce(
        (text, { at, less, more }) => text.slice(0, at) + more.join('') + text.slice(at + less),
        VALID,
      );
      told += check(policyFaults(broken, rules));
    }),
    { numRuns: RUNS },
  );
  console.log(`broken texts: ${RUNS} policies, ${told} faults`);
  expect(told).toBeGreaterThan(RUNS / 2);
});

test.each<[text: string, line: number, column: number, message: string]>([
  [
    'mode: "audit\nfreeze: true\n',
    1,
    7,
    'a quote is opened here and not closed: a quote of the same kind is missing after the text',
  ],
  [
    "freeze: 'no'\nmode: 'audit\n",
    2,
    7,
    'a quote is opened here and not closed: a quote of the same kind is missing after the text',
  ],
  ['rules:\n\tpool-subnet: audit', 2, 1, 'a tab at the beginning of a line: use spaces'],
  ['mode audit\nfreeze: true', 1, 1, 'a key without a value: ": " is missing after it'],
  ['mode:enforce', 1, 1, 'did you mean "mode: enforce", with a space after the colon?'],
  ['pool-subnet: audit', 1, 1, '"pool-subnet" is not known here: it belongs in "rules"'],
  ['rules: { pool-remote-access: { allow: [] } }', 1, 32, '"allow" is not known here: it belongs in "options"'],
  [
    'rules: { pool-subnet: { options: { allowed: subnet } } }',
    1,
    36,
    'must be a list; here it is "subnet": did you mean a list of it, ["subnet"]?',
  ],
  [
    'rules: { pool-remote-access: { options: { ports: 22 } } }',
    1,
    43,
    'must be "all", or a list; here it is 22: did you mean a list of it, [22]?',
  ],
  ['rules: { pool-remote-access: { options: { ports: [0] } } }', 1, 51, 'must be at least 1; here it is 0'],
  [
    'rules:\n  - pool-subnet: audit',
    1,
    1,
    'must be a map (key: value); here it is a list: write its entries without "- ", one key: value a line',
  ],
  ['rules:', 1, 1, 'must be a map (key: value); nothing stands here: write {} for an empty one'],
  ['pipelines:', 1, 1, 'must be a list; nothing stands here: write [] for an empty one'],
  ['rules: { pool-certificates: { options: { x: 1 } } }', 1, 42, '"x" is not known here: there are no keys here'],
  ['namedUsers: { maxAge: 400 days }', 1, 15, 'here it is "400 days": did you mean "P400D"?'],
  ['namedUsers: { maxAge: 3 days }', 1, 15, 'here it is "3 days"'],
])('a newcomer reads: %j', (text, line, column, words) => {
  expect(policyFaults(text, rules)).toEqual([
    { line, column, message: expect.stringMatching(new RegExp(`${escaped(words)}$`)) },
  ]);
});

test('a password at the wrong place is not told', () => {
  const told = ['vault: https://me:hunter2@team.vault.azure.net', 'bindings: [{ secret: hunter2 }]']
    .flatMap((text) => policyFaults(`namedUsers: { ${text} }`, rules))
    .map(({ message }) => message);
  expect(told.length).toBeGreaterThan(1);
  expect(told.join('\n')).not.toContain('hunter2');
});

/** @returns how many faults were checked */
function check(faults: ReturnType<typeof policyFaults>): number {
  for (const [index, { line, column, message }] of faults.entries()) {
    expect(message.replaceAll(/"(?:[^"\\]|\\.)*"/g, '')).not.toMatch(LIBRARIES);
    expect(message.length).toBeLessThan(600);
    const { line: before, column: beside } = faults[index - 1] ?? { line: 0, column: 0 };
    expect(line > before || (line === before && column >= beside)).toBe(true);
  }
  return faults.length;
}

function stepsIn(value: unknown, above: readonly string[]): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [above];
  const below = Object.entries(value).flatMap(([key, inner]) => stepsIn(inner, [...above, key]));
  return above.length === 0 ? below : [above, ...below];
}

interface Mutation {
  readonly path: readonly string[];
  readonly how: string;
  readonly value: unknown;
  readonly name: string;
}

/** The value with one of its parts changed; as it is where an earlier change took the part away. */
function mutated(value: unknown, { path, ...change }: Mutation): unknown {
  const [step, ...rest] = path;
  if (step === undefined || typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return value;
  const entries = Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
    if (key !== step) return [[key, inner]];
    if (rest.length > 0) return [[key, mutated(inner, { path: rest, ...change })]];
    if (change.how === 'without') return [];
    return [change.how === 'name' ? [change.name, inner] : [key, change.value]];
  });
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

test.each([
  ['mode: report', '"audit"'],
  ['rules: { account-aad-only: Deny }', '"enforce"'],
  ['rules: { account-aad-only: { mode: disabled } }', '"off"'],
  ['rules: { account-aad-only: true }', '"audit" or "enforce"'],
  ['rules: { account-aad-only: no }', '"off"'],
  ['mode: manual', '"approve"'],
  ['mode: nonsense', null],
  ['drains: { begin: report }', null],
])('17.7: what others call a mode is understood: %s', (text, meant) => {
  const faults = policyFaults(text, rules).map(({ message }) => message);
  const guesses = faults.map((fault) => /: did you mean (.*)\?$/.exec(fault)?.[1] ?? null);
  expect(guesses).toEqual([meant]);
});
