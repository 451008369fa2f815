import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import packageJson from '../../package.json' with { type: 'json' };
import { compiled, templatesIn } from '../support/templates/compiled.ts';

const ROOT = join(import.meta.dirname, '..', '..');
/** Stands in for the Azure CLI: writes down what it is asked, with the file of parameters. */
const AZ = `#!/usr/bin/env node
const { appendFileSync, readFileSync } = require('node:fs');
const args = process.argv.slice(2);
const at = (name) => args[args.indexOf(name) + 1];
const { parameters } = JSON.parse(readFileSync(at('--parameters'), 'utf8'));
const call = { verb: args.slice(0, 3), name: at('--name'), location: at('--location'), subscription: at('--subscription'), template: at('--template-file'), parameters };
appendFileSync(process.env.AZ_CALLS, JSON.stringify(call) + '\\n');
const calls = readFileSync(process.env.AZ_CALLS, 'utf8').trim().split('\\n').length;
const failure = JSON.parse(process.env.AZ_FAILS ?? '[]')[calls - 1];
if (failure) {
  console.error(failure);
  process.exitCode = 1;
}
`;
const Call = z.strictObject({
  verb: z.array(z.string()),
  name: z.string(),
  location: z.string(),
  subscription: z.string(),
  template: z.string(),
  parameters: z.record(z.string(), z.strictObject({ value: z.unknown() })),
});
/** What azd gives: the outputs of main. */
const GIVEN = {
  deploymentLocation: 'westeurope',
  functionAppId: '/subscriptions/s1/resourceGroups/g/providers/Microsoft.Web/sites/app',
  storageAccountId: '/subscriptions/s1/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/st',
  appPrincipalId: 'p1',
  actionGroupId: '/subscriptions/s1/resourceGroups/g/providers/Microsoft.Insights/actionGroups/a',
  eventDelivery: 'queue',
  watchedSubscriptionIds: 's1, s2',
};
const VAULTS = ['users', 'finance'].map(
  (name) => `/subscriptions/s3/resourceGroups/g/providers/Microsoft.KeyVault/vaults/${name}`,
);
const TOPIC = '/subscriptions/S2/resourceGroups/g/providers/Microsoft.EventGrid/systemTopics/t';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hooks-'));
  writeFileSync(join(folder, 'az'), AZ);
  chmodSync(join(folder, 'az'), 0o755);
});
afterEach(() => rmSync(folder, { recursive: true }));

function runHook(name: string, changes: Readonly<Record<string, string>> = {}) {
  const calls = join(mkdtempSync(join(folder, 'run-')), 'calls');
  const { status, stderr, stdout } = spawnSync(process.execPath, [join(ROOT, 'infra', 'hooks', name)], {
    cwd: ROOT,
    encoding: 'utf8',
    env: {
      PATH: `${folder}${delimiter}${process.env.PATH}`,
      AZ_CALLS: calls,
      RETRY_SECONDS: '0',
      ...GIVEN,
      ...changes,
    },
  });
  const lines = existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : [];
  return { status, stderr, stdout, calls: lines.map((line) => Call.parse(JSON.parse(line))) };
}

/** The values of the parameters of each deployment. */
function given(hook: string, changes: Readonly<Record<string, string>> = {}) {
  return runHook(hook, changes).calls.map(({ parameters }) =>
    Object.fromEntries(Object.entries(parameters).map(([name, { value }]) => [name, value])),
  );
}

/** The parameters of a template, and of them those that have no default. */
function parametersOf(text: string) {
  const [template] = templatesIn(text);
  const all = Object.entries(template?.parameters ?? {});
  const required = all.filter(([, given]) => !z.looseObject({ defaultValue: z.unknown() }).safeParse(given).success);
  return { all: all.map(([name]) => name), required: required.map(([name]) => name) };
}

describe('the hooks of azd', () => {
  test.each([
    ['roles.mjs', ['s1']],
    ['events.mjs', ['s1', 's2']],
  ])('%s deploys its template with parameters that it has', (name, subscriptions) => {
    const { status, calls } = runHook(name);
    expect(status).toBe(0);
    expect(calls.map(({ subscription }) => subscription)).toEqual(subscriptions);
    for (const { verb, name: called, location, template, parameters } of calls) {
      expect(verb).toEqual(['deployment', 'sub', 'create']);
      expect([called, location]).toEqual([expect.stringMatching(/^batch-warden-\w+-westeurope$/), 'westeurope']);
      const { all, required } = parametersOf(readFileSync(template, 'utf8'));
      expect(all).toEqual(expect.arrayContaining(Object.keys(parameters)));
      expect(Object.keys(parameters)).toEqual(expect.arrayContaining(required));
    }
  });

  test('the roles can be assigned in all subscriptions, and only read without ENFORCE', () => {
    expect(given('roles.mjs')).toEqual([
      { principalId: 'p1', subscriptions: ['s1', 's2'], identities: [], vaults: [], enforce: false, nameSuffix: '' },
    ]);
    const identities = ['/subscriptions/s1/a', '/subscriptions/s3/b'];
    const changes = { ENFORCE: 'true', NAME_SUFFIX: ' (test)', ASSIGNABLE_IDENTITIES: identities.join() };
    expect(given('roles.mjs', changes)).toMatchObject([{ enforce: true, nameSuffix: ' (test)', identities }]);
  });

  test('the events lead to the app, in each subscription', () => {
    const { functionAppId, storageAccountId, actionGroupId } = GIVEN;
    const same = { functionAppId, storageAccountId, actionGroupId, delivery: 'queue', existingTopicId: '' };
    const usual = { ...same, eventSubscriptionName: 'batch-warden' };
    expect(given('events.mjs')).toEqual([usual, usual]);
    expect(given('events.mjs', { EVENT_SUBSCRIPTION_NAME: 'test' })[0]).toEqual({
      ...same,
      eventSubscriptionName: 'test',
    });
  });

  test('the vaults get their role, and lead their events to the app', () => {
    expect(given('roles.mjs', { VAULT_IDS: VAULTS.join() })).toMatchObject([{ vaults: VAULTS }]);
    const { calls } = runHook('events.mjs', { VAULT_IDS: VAULTS.join(), EXISTING_VAULT_TOPICS: `finance=${TOPIC}` });
    const ofVaults = calls.filter(({ template }) => template.endsWith('vault-events.json'));
    expect(calls.map(({ subscription }) => subscription)).toEqual(['s1', 's2', 's3', 's3']);
    expect(ofVaults.map(({ parameters }) => parameters)).toMatchObject([
      { vaultId: { value: VAULTS[0] }, existingTopicId: { value: '' }, delivery: { value: 'queue' } },
      { vaultId: { value: VAULTS[1] }, existingTopicId: { value: TOPIC } },
    ]);
    const { all, required } = parametersOf(compiled('vault-events'));
    for (const { parameters } of ofVaults) {
      expect(all).toEqual(expect.arrayContaining(Object.keys(parameters)));
      expect(Object.keys(parameters)).toEqual(expect.arrayContaining(required));
    }
  });

  test('a topic of a vault that is not named stops before anything is deployed', () => {
    const { status, stderr, calls } = runHook('events.mjs', { EXISTING_VAULT_TOPICS: `users=${TOPIC}` });
    expect({ status, calls }).toEqual({ status: 1, calls: [] });
    expect(stderr).toContain('EXISTING_VAULT_TOPICS: users is no vault of VAULT_IDS.');
  });

  test('an existing topic is for its own subscription only', () => {
    const { calls } = runHook('events.mjs', { EXISTING_TOPIC_IDS: TOPIC });
    expect(calls.map(({ parameters }) => parameters['existingTopicId']?.value)).toEqual(['', TOPIC]);
  });

  test.each([
    ['roles.mjs', 'SKIP_ROLES'],
    ['events.mjs', 'SKIP_EVENTS'],
  ])('%s does nothing with %s', (name, variable) => {
    expect(runHook(name, { [variable]: 'true' })).toMatchObject({ status: 0, calls: [] });
  });

  test('a deployment that fails, and a value that is missing, stop with what to do', () => {
    const failed = runHook('events.mjs', { AZ_FAILS: '["InvalidTemplate"]' });
    expect(failed).toMatchObject({ status: 1, stderr: expect.stringContaining('events to subscription s1 failed') });
    expect(failed.calls).toHaveLength(1);
    const missing = runHook('roles.mjs', { appPrincipalId: '' });
    expect(missing).toMatchObject({ status: 1, stderr: expect.stringContaining('after azd provision'), calls: [] });
  });
});

describe('what Azure does not know everywhere yet', () => {
  test.each([
    'Managed Identity Authorization Error: the identity cannot write to the destination',
    'PrincipalNotFound',
    'RoleDefinitionDoesNotExist',
    'Destination endpoint not found',
  ])('is waited for: %s', (message) => {
    const { status, stdout, calls } = runHook('events.mjs', { AZ_FAILS: JSON.stringify([message, message]) });
    expect(status).toBe(0);
    expect(calls.map(({ subscription }) => subscription)).toEqual(['s1', 's1', 's1', 's2']);
    expect(stdout).toContain('does not know everywhere yet');
  });

  test('is not waited for without end', () => {
    const { status, calls } = runHook('events.mjs', { AZ_FAILS: JSON.stringify(Array(20).fill('PrincipalNotFound')) });
    expect({ status, calls: calls.length }).toEqual({ status: 1, calls: 6 });
  });

  test('is another thing than a right that is missing', () => {
    const missing = "it does not have permission to perform action 'Microsoft.Authorization/roleAssignments/write'";
    const { status, calls } = runHook('events.mjs', { AZ_FAILS: JSON.stringify([missing]) });
    expect({ status, calls: calls.length }).toEqual({ status: 1, calls: 1 });
  });
});

describe('what azd reads', () => {
  test('names parameters, outputs and folders that there are', () => {
    const Parameters = z.object({ parameters: z.record(z.string(), z.object({ value: z.string() })) });
    const { parameters } = Parameters.parse(JSON.parse(readFileSync(join(ROOT, 'infra/main.parameters.json'), 'utf8')));
    const { all, required } = parametersOf(compiled('main'));
    expect(all).toEqual(expect.arrayContaining(Object.keys(parameters)));
    expect(Object.keys(parameters)).toEqual(expect.arrayContaining(required));
    const [main] = templatesIn(compiled('main'));
    expect(Object.keys(main?.outputs ?? {})).toEqual(expect.arrayContaining(Object.keys(GIVEN)));
  });

  test('the page on deploying tells every variable that can be set', () => {
    const files = ['infra/main.parameters.json', ...globSync('infra/hooks/*.mjs', { cwd: ROOT })];
    const text = files.map((file) => readFileSync(join(ROOT, file), 'utf8')).join('\n');
    const named = new Set([...text.matchAll(/\$\{([A-Z_]+)|process\.env\.([A-Z_]+)/g)].map(([, a, b]) => a ?? b ?? ''));
    const page = readFileSync(join(ROOT, 'docs/deploy.md'), 'utf8');
    const ofAzd = ['AZURE_ENV_NAME', 'AZURE_LOCATION', 'AZURE_PRINCIPAL_ID'];
    const untold = [...named].filter((name) => !ofAzd.includes(name) && !page.includes(`\`${name}\``));
    console.log(`azd: ${named.size} variables`);
    expect(untold).toEqual([]);
    expect(named.size).toBeGreaterThan(10);
  });

  test('what is deployed is what npm run package makes', () => {
    const { services } = z
      .object({ services: z.object({ app: z.object({ dist: z.string() }) }) })
      .parse(parse(readFileSync(join(ROOT, 'azure.yaml'), 'utf8')));
    expect(packageJson.main).toBe(`${services.app.dist}/dist/main.cjs`);
  });
});
