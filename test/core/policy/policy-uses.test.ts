import { expect, test } from 'vitest';
import { parsePolicy } from '../../../shared/core/policy/parse-policy.ts';
import { rules } from '../../../shared/rules/index.ts';

const scope = (match: string, mode: string) =>
  `scopes: [{ match: { ${match} }, rules: { account-aad-only: ${mode} } }]`;

test.each([
  ['mode: audit', false],
  ['mode: approve', true],
  ['mode: enforce', true],
  ['rules: { account-aad-only: enforce }', true],
  ['rules: { account-aad-only: { mode: enforce } }', true],
  ['rules: { account-aad-only: audit }', false],
  [scope('subscription: s*', 'enforce'), true],
  [scope('subscription: other', 'enforce'), false],
  [scope('resourceGroup: prod-*', 'enforce'), true],
  [scope("pool: '*'", 'audit'), false],
])('%s lets a rule write in the subscription s1: %s', (text, writes) => {
  expect(parsePolicy(text, rules).writesIn('s1')).toBe(writes);
});

test.each([
  ['mode: audit', false],
  ['namedUsers: { maxAge: P90D }', false],
  ['namedUsers: { vault: "https://one.vault.azure.net" }', true],
  ['scopes: [{ match: { account: a }, namedUsers: { vault: "https://one.vault.azure.net" } }]', true],
])('%s names a vault: %s', (text, names) => {
  expect(parsePolicy(text, rules).namesVault).toBe(names);
});
