import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { PolicyError, type PolicyFault, parsePolicy } from '../../../shared/core/policy/parse-policy.ts';
import { builtInPolicy, type Target } from '../../../shared/core/policy/policy.ts';
import { policyJsonSchema } from '../../../shared/core/policy/policy-document.ts';
import { defineRule } from '../../../shared/core/policy/rule.ts';
import { rules } from '../../../shared/rules/index.ts';
import { armId } from '../../support/arm-id.ts';

const facts = { title: 'A rule', severity: 'low', sources: [], permissions: [], reads: [], sets: [] } as const;
const options = z.strictObject({ allow: z.array(z.string()).default([]), strict: z.boolean().default(false) });
const account = defineRule({ ...facts, id: 'account-rule', scope: 'account', options, check: () => [] });
const pool = defineRule({ ...facts, id: 'pool-rule', scope: 'pool', options, check: () => [] });
const two = [account, pool];

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

function faultsOf(text: string): readonly PolicyFault[] {
  try {
    parsePolicy(text, two);
    return [];
  } catch (error) {
    if (error instanceof PolicyError) return error.faults;
    throw error;
  }
}

describe('faults, with line and column', () => {
  test.each([
    ['mode: enforc', 1, 1, /mode: Invalid option/],
    ['mode: audit\nmods: {}', 2, 1, /"mods" is not known here/],
    ['rules:\n  pool-rul: enforce', 2, 3, /rules: "pool-rul" is not known here/],
    ['rules:\n  pool-rule: enforced', 2, 3, /rules.pool-rule: Invalid option/],
    ['rules:\n  pool-rule:\n    mode: audit\n    option: {}', 4, 5, /"option" is not known here/],
    ['rules:\n  pool-rule: { options: { strict: 1 } }', 2, 27, /options.strict: Invalid input: expected boolean/],
    ['rules:\n  pool-rule: { options: { wide: 1 } }', 2, 27, /options: "wide" is not known here/],
    ['rules:\n  pool-rule: { options: { allow: [a, 2] } }', 2, 38, /options.allow.1: Invalid input: expected string/],
    ['scopes:\n  - rules: { pool-rule: off }', 2, 5, /scopes.0.match: Invalid input/],
    ['scopes:\n  - match: { pools: x }\n    rules: {}', 2, 14, /"pools" is not known here/],
    ['scopes:\n  - match: {}\n    rules: { other: off }', 3, 14, /"other" is not known here/],
    ['mode: audit\nmode: off', 2, 1, /unique/],
    ['mode: [audit', 1, 13, /.+/],
    ['', 1, 1, /the policy is empty/],
    ['# nothing\n', 1, 1, /the policy is empty/],
    ['- audit', 1, 1, /expected object/],
  ])('%j', (text, line, column, message) => {
    expect(faultsOf(text)[0]).toEqual({ line, column, message: expect.stringMatching(message) });
  });

  test('more aliases than a policy can need are a fault like any other', () => {
    const aliases = Array.from({ length: 150 }, () => '*s').join();
    const [fault] = faultsOf(`scopes: [&s { match: {}, rules: { pool-rule: off } }, ${aliases}]`);
    expect(fault?.message).toMatch(/alias/);
  });

  test('every fault is told', () => {
    expect(() => parsePolicy('mode: x\nfreeze: 1\nrules: { nope: off }', two)).toThrow(/line 1.*line 2.*line 3/);
  });
});

test('the JSON schema names every rule and its options', () => {
  const schema = JSON.stringify(policyJsonSchema(rules));
  for (const rule of rules) expect(schema).toContain(`"${rule.id}"`);
  expect(schema).toContain('"allowTaskToken"');
});
