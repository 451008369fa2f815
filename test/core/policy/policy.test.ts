import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { parsePolicy } from '../../../shared/core/policy/parse-policy.ts';
import { builtInPolicy, type Target } from '../../../shared/core/policy/policy.ts';
import { policyJsonSchema } from '../../../shared/core/policy/policy-document.ts';
import { defineRule } from '../../../shared/core/policy/rule.ts';
import { rules } from '../../../shared/rules/index.ts';
import { armId } from '../../support/arm-id.ts';
import { policyFaults } from '../../support/policy-faults.ts';
import { runs } from '../../support/runs.ts';

const facts = {
  title: 'A rule',
  advice: 'mend it',
  severity: 'low',
  sources: [],
  permissions: [],
  reads: [],
  sets: [],
  breaks: null,
} as const;
const options = z.strictObject({ allow: z.array(z.string()).default([]), strict: z.boolean().default(false) });
const account = defineRule({ ...facts, id: 'account-rule', scope: 'account', options, check: () => [] });
const pool = defineRule({ ...facts, id: 'pool-rule', scope: 'pool', options, check: () => [] });
const two = [account, pool];
const RUNS = runs(20_000, 40);

const target: Target = {
  id: {
    text: armId('/subscriptions/sub1'),
    subscription: 'sub1',
    resourceGroup: 'prod-west',
    account: 'acct1',
    pool: 'pool1',
  },
  tags: { Env: 'prod' },
};

function bound(text: string, to: Target = target) {
  const entries = parsePolicy(text, two).rulesFor(to);
  return Object.fromEntries(entries.map(({ rule, mode, options: given }) => [rule.id, { mode, ...given }]));
}

describe('modes and options', () => {
  test('without a policy every rule is audited with its defaults', () => {
    const modes = builtInPolicy(rules)
      .rulesFor(target)
      .map(({ mode }) => mode);
    expect(modes).toEqual(rules.filter(({ defaultOff }) => !defaultOff).map(() => 'audit'));
  });

  test.each([
    ['mode: enforce', { account: 'enforce', quiet: undefined }],
    ['mode: enforce\nrules: { quiet-rule: audit }', { account: 'enforce', quiet: 'audit' }],
    ['mode: enforce\nrules: { quiet-rule: { options: { strict: true } } }', { account: 'enforce', quiet: 'enforce' }],
    ['mode: enforce\nrules: { quiet-rule: off }', { account: 'enforce', quiet: undefined }],
    ['scopes: [{ match: { account: acct1 }, rules: { quiet-rule: enforce } }]', { account: 'audit', quiet: 'enforce' }],
    ['scopes: [{ match: { account: other }, rules: { quiet-rule: enforce } }]', { account: 'audit', quiet: undefined }],
  ])('a rule that is off by default runs only where it is named: %s', (text, expected) => {
    const quiet = defineRule({
      ...facts,
      id: 'quiet-rule',
      scope: 'account',
      options,
      defaultOff: true,
      check: () => [],
    });
    const modes = new Map(
      parsePolicy(text, [account, quiet])
        .rulesFor(target)
        .map(({ rule, mode }) => [rule.id, mode]),
    );
    expect({ account: modes.get('account-rule'), quiet: modes.get('quiet-rule') }).toEqual(expected);
  });

  test.each([
    ['mode: enforce', 'enforce', 'enforce'],
    ['mode: off\nrules: { pool-rule: approve }', undefined, 'approve'],
    ['rules: { account-rule: off }', undefined, 'audit'],
    ['mode: enforce\nrules: { account-rule: { options: { strict: true } } }', 'enforce', 'enforce'],
    ['rules: { account-rule: { mode: enforce } }', 'enforce', 'audit'],
  ])('%j', (text, ofAccount, ofPool) => {
    const rulesNow = bound(text);
    expect([rulesNow['account-rule']?.mode, rulesNow['pool-rule']?.mode]).toEqual([ofAccount, ofPool]);
  });

  test('options that are not given are the default ones', () => {
    expect(bound('rules: { pool-rule: { options: { strict: true } } }')['pool-rule']).toEqual({
      mode: 'audit',
      allow: [],
      strict: true,
    });
  });
});

describe('scopes', () => {
  const scoped = (match: string, rule = '{ mode: enforce }') =>
    `rules: { pool-rule: { options: { strict: true, allow: [a] } } }\nscopes: [{ match: ${match}, rules: { pool-rule: ${rule} } }]`;

  test.each([
    ['{ subscription: SUB1 }', true],
    ['{ resourceGroup: prod-* }', true],
    ['{ resourceGroup: prod }', false],
    ['{ resourceGroup: "*-WEST", account: acct1 }', true],
    ['{ account: acct1, pool: other }', false],
    ['{ account: "acct." }', false],
    ['{ tags: { env: prod } }', true],
    ['{ tags: { env: prod, team: "*" } }', true],
    ['{ tags: { team: x* } }', false],
    ['{ tags: { team: prod } }', false],
    ['{}', true],
  ])('match %s fits: %s', (match, fits) => {
    expect(bound(scoped(match))['pool-rule']?.mode).toBe(fits ? 'enforce' : 'audit');
  });

  test("pool: '*' holds for the account too, a name does not", () => {
    const { pool: _, ...ofAccount } = target.id;
    expect(bound(scoped("{ pool: '*' }"), { ...target, id: ofAccount })['pool-rule']?.mode).toBe('enforce');
    expect(bound(scoped('{ pool: pool1 }'), { ...target, id: ofAccount })['pool-rule']?.mode).toBe('audit');
  });

  test('later ones win, key by key', () => {
    const text = `rules: { pool-rule: { mode: approve, options: { strict: true, allow: [a] } } }
scopes:
  - { match: {}, rules: { pool-rule: { mode: enforce, options: { allow: [b] } } } }
  - { match: {}, rules: { pool-rule: { options: { allow: [c] } } } }
  - { match: { account: other }, rules: { pool-rule: off } }`;
    expect(bound(text)['pool-rule']).toEqual({ mode: 'enforce', strict: true, allow: ['c'] });
  });

  test('a scope can switch a rule off', () => {
    expect(bound(scoped('{}', 'off'))['pool-rule']).toBeUndefined();
  });
});

const faultsOf = (text: string) => policyFaults(text, two);

describe('faults, with line and column', () => {
  test.each([
    [
      'mode: enforc',
      1,
      1,
      /^mode: must be one of off, audit, approve, enforce; here it is "enforc": did you mean "enforce"\?$/,
    ],
    ['mode: audit\nmods: {}', 2, 1, /^"mods" is not known here: did you mean "mode"\?$/],
    ['rules:\n  pool-rul: enforce', 2, 3, /^rules: "pool-rul" is not known here: did you mean "pool-rule"\?$/],
    [
      'rules:\n  pool-rule: enforced',
      2,
      3,
      /^rules\.pool-rule: must be one of off, audit, approve, enforce, or a map of mode, options; here it is "enforced": did you mean "enforce"\?$/,
    ],
    [
      'rules:\n  pool-rule:\n    mode: audit\n    option: {}',
      4,
      5,
      /^rules\.pool-rule: "option" is not known here: did you mean "options"\?$/,
    ],
    ['rules:\n  pool-rule: { options: { strict: 1 } }', 2, 27, /options\.strict: must be true or false; here it is 1$/],
    [
      'rules:\n  pool-rule: { options: { wide: 1 } }',
      2,
      27,
      /options: "wide" is not known here; known are allow, strict$/,
    ],
    [
      'rules:\n  pool-rule: { options: { allow: [a, 2] } }',
      2,
      38,
      /options\.allow\.1: must be text; here it is 2: did you mean "2", in quotes\?$/,
    ],
    [
      'scopes:\n  - rules: { pool-rule: off }',
      2,
      5,
      /^scopes\.0\.match: must be a map of subscription, resourceGroup, account, pool, tags; it is missing$/,
    ],
    ['scopes:\n  - match: { pools: x }\n    rules: {}', 2, 14, /"pools" is not known here: did you mean "pool"\?$/],
    [
      'scopes:\n  - match: {}\n    rules: { other: off }',
      3,
      14,
      /"other" is not known here; known are account-rule, pool-rule$/,
    ],
    ['mode: audit\nmode: off', 2, 1, /unique/],
    ['mode: [audit', 1, 13, /^a \[ is opened before this and not closed: \] is missing/],
    ['', 1, 1, /the policy is empty/],
    ['# nothing\n', 1, 1, /the policy is empty/],
    ['- audit', 1, 1, /^must be a map of mode, freeze, .*, scopes; here it is a list: write its entries without "- "/],
  ])('%j', (text, line, column, message) => {
    expect(faultsOf(text)[0]).toEqual({ line, column, message: expect.stringMatching(message) });
  });

  test('more aliases than a policy can need are a fault like any other', () => {
    const aliases = Array.from({ length: 150 }, () => '*s').join();
    const [fault] = faultsOf(`scopes: [&s { match: {}, rules: { pool-rule: off } }, ${aliases}]`);
    expect(fault?.message).toMatch(/alias/);
  });

  test('every fault is told', () => {
    expect(() => parsePolicy('rules: { nope: off }\nfreze: 1\nmode: x', two)).toThrow(/line 1.*line 2.*line 3/);
    expect(() => parsePolicy('mode: x\nfreeze: 1\nrules: { nope: off }', two)).toThrow(/line 1.*line 2.*line 3/);
  });
});

test('the JSON schema names every rule and its options', () => {
  const schema = JSON.stringify(policyJsonSchema(rules));
  for (const rule of rules) expect(schema).toContain(`"${rule.id}"`);
  expect(schema).toContain('"allowTaskToken"');
});

describe('8: a hostile text', () => {
  const many = (n: number, of: (index: number) => string) => Array.from({ length: n }, (_, index) => of(index));
  const bomb = ['freeze: &a0 [x, x]', ...many(30, (n) => `k${n}: &a${n + 1} [*a${n}, *a${n}]`)].join('\n');
  const UNIQUE = /^keys must be unique: "k" stands here again$/;
  const TAG = /^not a tag of YAML's core schema: write the value without it$/;

  test.each<[what: string, text: string, line: number, column: number, message: RegExp]>([
    ['a long text', `mode: audit #${'x'.repeat(300_000)}`, 1, 1, /^the policy is longer than 262144 characters/],
    ['lists in lists', `rules: ${'['.repeat(100_000)}`, 1, 29, /^nested deeper than 20 levels/],
    ['maps in maps', many(400, (n) => `${' '.repeat(n)}a:`).join('\n'), 22, 23, /^nested deeper than 20 levels/],
    ['values', `pipelines: [${'a,'.repeat(25_000)}]`, 1, 1, /^more than 20000 values$/],
    [
      'aliases',
      `a: &a 1\nb: [${'*a,'.repeat(101)}]`,
      2,
      305,
      /^more than 100 aliases \(\*name\): write the values out$/,
    ],
    ['aliases of aliases', bomb, 1, 1, /^(?:an alias .* names too much|more than 20000 values)/],
    ['a value inside itself', 'rules: &a { b: *a }', 1, 1, /^more than 20000 values, those of aliases/],
    [
      'an alias of nothing',
      'mode: audit\nscopes: [{ match: { pool: *x* } }]',
      2,
      27,
      /^an alias of nothing: .* in quotes$/,
    ],
    ['an alias before its anchor', 'mode: *x\nfreeze: &x audit', 1, 1, /^an alias .* stands before what it names/],
    ['keys that are repeated', 'k: 1\nk: 2', 2, 1, UNIQUE],
    ['keys that are repeated deep down', 'rules:\n  - { k: 1, "k": 2 }', 2, 13, UNIQUE],
    [
      'a scope for each account',
      `scopes: [${'{ match: {}, rules: {} },'.repeat(501)}]`,
      1,
      1,
      /^scopes: must have at most 500 entries; here it has 501 entries$/,
    ],
    [
      'a long pattern',
      `scopes: [{ match: { pool: '${'*a'.repeat(300)}' }, rules: {} }]`,
      1,
      21,
      /pool: must have at most 512 characters; here it has 600 characters$/,
    ],
    ['a tag of its own', 'mode: !mine audit', 1, 7, TAG],
    ['a tag of a language', 'mode: !!js/function audit', 1, 7, TAG],
    ['a tag beyond the core schema', 'mode: !!binary YXVkaXQ=', 1, 7, TAG],
    ['a set', 'rules: !!set { pool-rule }', 1, 8, TAG],
    ['a tag under another name', '%TAG ! tag:x,2000:\n---\nmode: !b audit', 3, 7, TAG],
    ['a key that is a list', '? [mode]\n: audit', 1, 3, /^a key is a name, not a list or a map$/],
    ['two documents', 'mode: audit\n---\nmode: off', 2, 1, /^a policy is one document/],
    ['a prototype', '"__proto__": { mode: enforce }', 1, 1, /"__proto__" is not known here/],
    ['a merge', 'rules: { <<: { pool-rule: off } }', 1, 10, /"<<" is not known here/],
  ])('%s is a fault with its place', (_, text, line, column, message) => {
    expect(faultsOf(text)[0]).toEqual({ line, column, message: expect.stringMatching(message) });
  });

  test('an older YAML in the first line makes no other words of modes', () => {
    expect(bound('%YAML 1.1\n---\nmode: enforce\nrules: { pool-rule: off }')).toEqual({
      'account-rule': { mode: 'enforce', allow: [], strict: false },
    });
  });

  test('of many faults the first are told, and how many more, each in bounded words', () => {
    const keys = many(5000, (n) => `${'x'.repeat(n === 0 ? 1000 : 10)}${n}: 1`);
    const faults = faultsOf(keys.join('\n'));
    expect(faults).toHaveLength(21);
    expect(faults.at(-1)).toEqual({ line: 21, column: 1, message: 'and 4980 more faults' });
    expect(Math.max(...faults.map(({ message }) => message.length))).toBeLessThan(600);
  });

  test('whatever stands there, it is a policy or a PolicyError', () => {
    const parts = [
      'mode',
      ':',
      ' ',
      '\n',
      '  ',
      '- ',
      '[',
      ']',
      '{',
      '}',
      ',',
      '&a ',
      '*a',
      '!!str ',
      '!x ',
      '"',
      "'",
      '|',
      '>',
    ]
      .concat([
        '---\n',
        '...\n',
        '%YAML 1.1\n',
        '? ',
        '# c\n',
        'audit',
        'rules',
        'scopes',
        'match',
        'tags',
        'pool-rule',
        '\0',
      ])
      .concat(['\ud800', '\ufeff', '\r', '\t', '@', '`', '0x', '.nan', '~', '<<']);
    const begins = fc.constantFrom('', 'mode: audit\n', 'rules: { pool-rule: off } ');
    let faulty = 0;
    fc.assert(
      fc.property(begins, fc.array(fc.constantFrom(...parts), { maxLength: 25 }), (begin, text) => {
        const faults = faultsOf(begin + text.join(''));
        faulty += faults.length > 0 ? 1 : 0;
        for (const { line, column } of faults) expect(Math.min(line, column)).toBeGreaterThan(0);
      }),
      { numRuns: RUNS },
    );
    console.log(`hostile policies: ${RUNS} read, ${faulty} with faults`);
    expect(faulty).toBeGreaterThan(RUNS / 2);
    expect(faulty).toBeLessThan(RUNS);
  });
});

describe('8: a scope by tag', () => {
  const tagged = (entry: string, before = '', scopes = '') =>
    `${before}\nscopes:\n${scopes}  - match: { tags: { team: x } }\n    rules: { pool-rule: ${entry} }`;
  const audits = '  - match: { pool: p }\n    rules: { pool-rule: audit }\n';
  const enforces = '  - match: { pool: p }\n    rules: { pool-rule: enforce }\n';
  const lowers = (from: string, to: string) =>
    new RegExp(
      `^scopes\\.\\d\\.rules\\.pool-rule.*: a scope by tag lowers it from ${from} to ${to}, so .*: match it by subscription, resource group or account, or set trustTags: true$`,
    );
  const OPTIONS = /^scopes\.0\.rules\.pool-rule\.options: a scope by tag gives options, so .*, or set trustTags: true$/;

  test.each<[text: string, line: number, column: number, message: RegExp]>([
    [tagged('off'), 4, 14, lowers('audit', 'off')],
    [tagged('audit', 'mode: enforce'), 4, 14, lowers('enforce', 'audit')],
    [tagged('audit', 'mode: approve'), 4, 14, lowers('approve', 'audit')],
    [tagged('{ mode: approve }', 'rules: { pool-rule: enforce }'), 4, 27, lowers('enforce', 'approve')],
    [tagged('audit', '', enforces), 6, 14, lowers('enforce', 'audit')],
    [tagged('{ options: { allow: [Internet] } }'), 4, 27, OPTIONS],
    [tagged('{ mode: enforce, options: { strict: true } }'), 4, 42, OPTIONS],
  ])('that weakens is a fault, unless tags are trusted: %j', (text, line, column, message) => {
    expect(faultsOf(text)).toEqual([{ line, column, message: expect.stringMatching(message) }]);
    expect(faultsOf(`trustTags: true\n${text}`)).toEqual([]);
  });

  test.each([
    [tagged('enforce')],
    [tagged('audit')],
    [tagged('approve', 'mode: enforce\nrules: { pool-rule: audit }')],
    [tagged('audit', 'mode: off', audits)],
    [`${tagged('audit')}\n${enforces}`],
    ['scopes: [{ match: { tags: {} }, rules: { pool-rule: off } }]'],
  ])('that does not is none: %j', (text) => {
    expect(faultsOf(text)).toEqual([]);
  });

  test.each([
    ['mode: enforce', 'audit', []],
    ['mode: enforce\nrules: { quiet-rule: { options: {} } }', 'audit', [lowers('enforce', 'audit')]],
    ['mode: enforce\nrules: { quiet-rule: off }', 'audit', []],
  ])('of a rule that is off by default lowers what the policy names: %j', (before, mode, messages) => {
    const quiet = defineRule({ ...facts, id: 'pool-rule', scope: 'pool', options, defaultOff: true, check: () => [] });
    const text = tagged(mode, before.replace('quiet-rule', 'pool-rule'));
    expect(policyFaults(text, [quiet]).map(({ message }) => message)).toEqual(
      messages.map((one) => expect.stringMatching(one)),
    );
  });

  test('of a rule that is off by default lowers what a later scope only gives options', () => {
    const quiet = defineRule({ ...facts, id: 'pool-rule', scope: 'pool', options, defaultOff: true, check: () => [] });
    const later = '\n  - match: { pool: p }\n    rules: { pool-rule: { options: {} } }\n';
    expect(policyFaults(`${tagged('audit', 'mode: enforce')}${later}`, [quiet])).toHaveLength(1);
  });
});

test('8: what is kept of a policy has a bound', () => {
  const letters = 'abcdefghijkl'.split('');
  const scopes = letters.map((letter) => ({ match: { pool: `*${letter}*` }, rules: {} }));
  const policy = parsePolicy(JSON.stringify({ scopes }), two);
  const rulesOf = (name: string) => policy.rulesFor({ ...target, id: { ...target.id, pool: name } });
  const first = rulesOf('');
  expect(rulesOf('')).toBe(first);
  for (let set = 1; set <= 1000; set++) rulesOf(letters.filter((_, bit) => set & (1 << bit)).join(''));
  expect(rulesOf('')).not.toBe(first);
  expect(rulesOf('')).toEqual(first);
});
