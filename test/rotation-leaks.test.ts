import { afterAll, beforeAll, expect, test } from 'vitest';
import { FORMAT_NAMES } from '../cli/formats.ts';
import { untilAtRest } from '../local/at-rest.ts';
import { text } from '../local/azure/json.ts';
import { account, accountId, fixed, LINUX, PRODUCTION, pool } from '../local/estate/parts.ts';
import { type Installation, install, putPolicy } from '../local/installation.ts';
import { file, inProcess } from './support/cli/harness.ts';
import { leaksIn } from './support/leaks.ts';

const ACCOUNT = account(accountId(PRODUCTION, 'laws', 'leakless'), 'westeurope', {});
const VAULT = {
  name: 'leakless',
  id: `/subscriptions/${PRODUCTION}/resourceGroups/laws/providers/Microsoft.KeyVault/vaults/leakless`,
};
const USERS = ['svc', 'mpi'];
/** Nodes take keys of both. */
const POOL = pool(text(ACCOUNT['id']), 'frames', '2026-01-10T09:30:12.4412398Z', {
  properties: {
    ...fixed(2),
    interNodeCommunication: 'Enabled',
    deploymentConfiguration: LINUX,
    userAccounts: USERS.map((name) => ({ name, elevationLevel: 'NonAdmin' })),
  },
});

const logged: string[] = [];
let local: Installation;
let policy = '';

beforeAll(async () => {
  local = await install({
    accounts: [ACCOUNT],
    pools: [POOL],
    vaults: [VAULT],
    findingsTopic: true,
    resizes: { takes: 300 },
    log: (line) => logged.push(JSON.stringify(line)),
  });
  policy = `mode: 'off'
namedUsers: { vault: '${local.azure.vaults.url(VAULT.name)}', mintMissing: true, grace: PT0S }
drains: { max: 1, begin: any }
rules: { pool-named-user-secret: enforce }
`;
});
afterAll(() => local.stop());

/** All that the program keeps, logs and tells. */
async function everything(): Promise<Readonly<Record<string, string>>> {
  const { storage, azure } = local;
  const { accounts, findings, hints, requests, drains, journal, budget, secrets } = storage;
  const tables = [accounts, findings, hints, requests, drains, journal, budget, secrets];
  const rows = await Promise.all(tables.map((table) => Array.fromAsync(table.listEntities())));
  const queues = [storage.reconcile, storage.sweep, storage.resourceEvents];
  const messages = await Promise.all(queues.map((queue) => queue.peekMessages({ numberOfMessages: 32 })));
  return {
    rows: JSON.stringify(rows),
    messages: JSON.stringify(
      messages.map(({ peekedMessageItems }) => peekedMessageItems.map(({ messageText }) => messageText)),
    ),
    log: logged.join('\n'),
    events: JSON.stringify(azure.topic.requests),
    pool: JSON.stringify(azure.world.pool(text(POOL['id']))),
    vaultLog: JSON.stringify(azure.vaults.log),
  };
}

async function commands(): Promise<Readonly<Record<string, string>>> {
  const named = await file('policy.yaml', policy);
  const input = await file('bodies.json', [ACCOUNT, local.azure.world.pool(text(POOL['id']))]);
  const outputs = await Promise.all([
    ...FORMAT_NAMES.map((format) =>
      inProcess(['scan', '--subscription', PRODUCTION, '--policy', named, '--format', format]),
    ),
    inProcess(['explain', 'leakless/frames', '--input', input, '--policy', named]),
  ]);
  return Object.fromEntries(outputs.map(({ out, err }, index) => [`command ${index}`, out + err]));
}

test('7 no secret leaves: what the program logs, keeps, tells and prints of a rotation holds no value', async () => {
  await putPolicy(local.storage, policy);
  const { vaults, world } = local.azure;
  vaults.faults.add({ method: 'PATCH', nth: 1, do: { drop: 'after' } });
  await local.host.runTimer('sweep');
  await untilAtRest(local);
  const given = [...world.givenUsers(text(POOL['id'])).values()].flatMap(({ password, sshPrivateKey }) => [
    password ?? '',
    sshPrivateKey ?? '',
  ]);
  const values = [...vaults.allValues(), ...given];
  const told = { ...(await everything()), ...(await commands()) };
  const named = Object.entries(told).map(([name, all]) => `${name}: ${all.length}`);
  console.log(`looked for ${values.length} values in ${named.join(', ')} characters`);
  expect(given.filter((value) => value !== '')).toHaveLength(4);
  for (const [name, all] of Object.entries(told)) expect([name, leaksIn([all], values)]).toEqual([name, []]);
});
