import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseAccountId } from '../shared/core/model/resource-id.ts';
import { parseExemptions } from '../shared/core/policy/parse-exemptions.ts';
import { parsePolicy } from '../shared/core/policy/parse-policy.ts';
import { rules } from '../shared/rules/index.ts';

const ROOT = join(import.meta.dirname, '..');
const EXEMPTIONS = 'examples/exemptions.yaml';
const EXAMPLES = globSync('examples/*', { cwd: ROOT })
  .filter((path) => path !== EXEMPTIONS)
  .toSorted();
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** The rules that write to an account in the resource group, with these tags. */
function enforced(example: string, resourceGroup: string, tags = {}): string[] {
  const text = `/subscriptions/s/resourceGroups/${resourceGroup}/providers/Microsoft.Batch/batchAccounts/trading`;
  const id = parseAccountId(text);
  if (id === null) throw new Error(`${text} is no id`);
  const bound = parsePolicy(read(`examples/${example}`), rules).rulesFor({ id, tags });
  return bound.filter(({ mode }) => mode === 'enforce').map(({ rule }) => rule.id);
}

describe.each(EXAMPLES)('%s', (path) => {
  test('is a policy, and the schema that its first line names accepts it', () => {
    const text = read(path);
    expect(parsePolicy(text, rules).freeze).toBe(false);
    const schema = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text)?.[1] ?? '';
    const validate = new Ajv2020({ strict: false }).compile(JSON.parse(read(join(dirname(path), schema))));
    expect({ valid: validate(parse(text)), errors: validate.errors }).toEqual({ valid: true, errors: null });
    expect(validate({ ...parse(text), freze: true })).toBe(false);
  });
});

test('the exemptions are some, and the schema that their first line names accepts them', () => {
  const text = read(EXEMPTIONS);
  expect(parseExemptions(text, rules, new Date('2026-11-28')).map(({ rule }) => rule)).toHaveLength(3);
  expect(text.startsWith('# yaml-language-server: $schema=../docs/exemptions.schema.json\n')).toBe(true);
  const validate = new Ajv2020({ strict: false }).compile(JSON.parse(read('docs/exemptions.schema.json')));
  expect({ valid: validate(parse(text)), errors: validate.errors }).toEqual({ valid: true, errors: null });
  expect(read('docs/exemptions.md')).toContain(`(../${EXEMPTIONS})`);
});

test('there are some, and their page lists them all', () => {
  console.log(`examples: ${EXAMPLES.length} policies`);
  expect(EXAMPLES.length).toBeGreaterThan(1);
  const page = read('docs/policy.md');
  expect(EXAMPLES.filter((path) => !page.includes(`(../${path})`))).toEqual([]);
});

test('they write where they say', () => {
  expect(enforced('audit-only.yaml', 'sandbox-1')).toEqual([]);
  expect(enforced('sandbox.yaml', 'trading-prod')).toEqual([]);
  expect(enforced('sandbox.yaml', 'sandbox-1')).toEqual([
    'account-aad-only',
    'account-node-identity',
    'pool-remote-access',
  ]);
  expect(enforced('production.yaml', 'trading-prod')).not.toContain('account-public-network');
  expect(enforced('production.yaml', 'trading-prod', { network: 'private' })).not.toContain('account-public-network');
  expect(enforced('production.yaml', 'private-trading')).toContain('account-public-network');
});

test('one drains pools, those without nodes, on weekend nights', () => {
  const draining = EXAMPLES.filter((path) => parsePolicy(read(path), rules).drains.max > 0);
  expect(draining).toEqual(['examples/idle-drains.yaml']);
  expect(parsePolicy(read('examples/idle-drains.yaml'), rules).drains).toMatchObject({
    max: 1,
    begin: 'idle',
    windows: [{ days: ['Sat', 'Sun'], from: 120, to: 360, timeZone: 'Europe/Paris' }],
  });
  expect(enforced('idle-drains.yaml', 'trading-prod')).toEqual(['pool-remote-access']);
});
