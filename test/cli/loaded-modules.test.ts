import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { accountBody, openPool } from '../support/cli/bodies.ts';
import { batchWarden, file } from '../support/cli/harness.ts';

const input = await file('account.json', [accountBody(), openPool()]);
const policy = await file('policy.yaml', 'mode: audit');

/** Keeps the address of each module that is loaded. */
const LISTING = `
import { writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
const loaded = new Set();
registerHooks({ load: (url, context, next) => next(loaded.add(url) && url, context) });
process.on('exit', () => writeFileSync(process.env.LOADED_MODULES, JSON.stringify([...loaded])));`;

const TO_REACH_AZURE = /node_modules\/@(azure|typespec)\/|shared\/(wire|azure\/(?!files|codec))/;
/** Packages that only some commands use. */
const FOR_SOME = ['csv-stringify', 'marked', 'yaml'];

async function loadedBy(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const list = await file('loaded.json', []);
  const hook = `--import data:text/javascript,${encodeURIComponent(LISTING)}`;
  const { code } = await batchWarden(args, { env: { ...env, NODE_OPTIONS: hook, LOADED_MODULES: list } });
  const urls = z.array(z.string()).parse(JSON.parse(await readFile(list, 'utf8')));
  const toReachAzure = urls.filter((url) => TO_REACH_AZURE.test(url));
  const forSome = FOR_SOME.filter((name) => urls.some((url) => url.includes(`node_modules/${name}/`)));
  console.log(`${urls.length} modules, ${toReachAzure.length} of them to reach Azure`);
  return { code, loaded: urls.length, toReachAzure, forSome };
}

test.each([
  ['a scan', ['scan', '--input', input], 1, []],
  ['a scan as SARIF', ['scan', '--format', 'sarif', '--input', input], 1, []],
  ['a scan as CSV', ['scan', '--format', 'csv', '--input', input], 1, ['csv-stringify']],
  ['a scan by a policy', ['scan', '--policy', policy, '--input', input], 1, ['yaml']],
  ['a plan of files', ['plan', '--policy', policy, '--input', input], 0, ['yaml']],
  ['checking a policy', ['policy', policy], 0, ['yaml']],
  ['explaining a resource', ['explain', 'acct1/open1', '--input', input], 0, []],
  ['explaining a rule', ['explain', 'pool-remote-access'], 0, ['marked']],
])('%s loads what it uses, and nothing to reach Azure', async (_, args, code, uses) => {
  const done = await loadedBy(args);
  expect(done).toEqual({ code, loaded: expect.any(Number), toReachAzure: [], forSome: uses });
  expect(done.loaded).toBeGreaterThan(100);
});

test('reading Azure loads its SDKs, so the list would show them', async () => {
  const signedOut = { PATH: '', AZURE_TOKEN_CREDENTIALS: 'AzureCliCredential' };
  const { code, toReachAzure } = await loadedBy(['scan', '--subscription', 'subid'], signedOut);
  expect(code).toBe(2);
  expect(toReachAzure.length).toBeGreaterThan(100);
  expect(toReachAzure.some((url) => url.includes('@azure/identity/'))).toBe(true);
});
