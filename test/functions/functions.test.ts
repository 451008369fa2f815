import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { app } from '@azure/functions';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import roles from '../../infra/role-actions.json' with { type: 'json' };
import { untilAtRest } from '../../local/at-rest.ts';
import { unauthorised } from '../../local/azure/faults.ts';
import { estate } from '../../local/estate/estate.ts';
import { type Installation, install } from '../../local/installation.ts';
import { logLineOf } from '../../local/log-in-words.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { memoryIn } from '../../shared/azure/state/memory.ts';
import { tableKey } from '../../shared/azure/state/storage.ts';
import { enqueueListing, enqueueLook } from '../../shared/azure/state/work-queues.ts';
import { idKey } from '../../shared/core/model/resource-id.ts';
import { after, MINUTE } from '../../shared/core/model/time.ts';
import type { LogLine } from '../../shared/core/plan/log-line.ts';
import { canaries, secretsSeenIn } from '../support/canaries/forms.ts';

const { accounts } = estate();
const ids = accounts.map(({ id }) => idKey(String(id)));
const RENDER = ids.find((id) => id.endsWith('/contosorender')) ?? '';
const GENOMICS = ids.find((id) => id.endsWith('/contosogenomics')) ?? '';
const LEGACY = ids.find((id) => id.endsWith('/contosolegacy')) ?? '';
const SUBSCRIPTION = RENDER.split('/')[2] ?? '';

let local: Installation;
let logged: string[] = [];
beforeAll(async () => {
  local = await install({
    ...estate(),
    queues: { visibilityTimeoutSeconds: 0 },
    log: ({ message }) => logged.push(message),
  });
});
afterAll(() => local.stop());

const lines = (): LogLine[] => logged.flatMap((message) => logLineOf(message) ?? []);
const never = new AbortController().signal;
const load = (id: string) => memoryIn(local.storage, never, () => {}).load(id);

async function until<T>(find: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  for (let tries = 0; tries < 400; tries++) {
    const found = await find();
    if (found !== undefined && found !== false) return found;
    await sleep(50);
  }
  throw new Error(`It did not come. The log's end: ${logged.slice(-5).join('\n')}`);
}

type Fields = Readonly<Record<string, unknown>>;

function lineOf(event: LogLine['event'], fits: (line: Fields) => boolean = () => true): Fields | undefined {
  return lines().find((line) => line.event === event && fits(line));
}

async function post(
  events: unknown,
  headers: Record<string, string> = { 'aeg-event-type': 'Notification' },
  to = 'onResourceEvent',
): Promise<number> {
  const { status } = await fetch(local.host.eventGridUrl(to), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(events),
  });
  return status;
}

const event = (subject: string, changes: object = {}) => ({
  id: crypto.randomUUID(),
  topic: `/subscriptions/${SUBSCRIPTION}`,
  subject,
  eventType: 'Microsoft.Resources.ResourceWriteSuccess',
  eventTime: '2026-11-22T12:00:00.1234567Z',
  dataVersion: '2',
  metadataVersion: '1',
  data: { operationName: 'Microsoft.Batch/batchAccounts/pools/write', claims: { appid: 'someone' } },
  ...changes,
});

test('eleven functions are registered with their triggers', () => {
  const found = [...local.host.functions.values()].map(({ name, type, trigger }) => {
    const { queueName, schedule, connection } = trigger;
    return [name, type, queueName ?? schedule ?? null, connection ?? null];
  });
  expect(found).toEqual([
    ['doctor', 'timerTrigger', '0 30 3 * * *', null],
    ['onEventPoison', 'queueTrigger', 'resource-events-poison', 'AzureWebJobsStorage'],
    ['onQueuedEvent', 'queueTrigger', 'resource-events', 'AzureWebJobsStorage'],
    ['onReconcilePoison', 'queueTrigger', 'reconcile-poison', 'AzureWebJobsStorage'],
    ['onResourceEvent', 'eventGridTrigger', null, null],
    ['onSecretEvent', 'eventGridTrigger', null, null],
    ['onSweepPoison', 'queueTrigger', 'sweep-poison', 'AzureWebJobsStorage'],
    ['reconcile', 'queueTrigger', 'reconcile', 'AzureWebJobsStorage'],
    ['sweepSubscription', 'queueTrigger', 'sweep', 'AzureWebJobsStorage'],
    ['sweep', 'timerTrigger', '0 0 2 * * *', null],
    ['wake', 'timerTrigger', '0 */5 * * * *', null],
  ]);
});

test('sweep lists every watched subscription, and every account is looked at', async () => {
  await local.host.runTimer('sweep');
  expect(lineOf('sweep-started')).toMatchObject({ subscriptions: 2, notLookedAt: null });
  await untilAtRest(local);
  expect(lines().filter(({ event: name }) => name === 'subscription-listed')).toHaveLength(2);
  for (const id of ids) expect((await load(id)).lookedFrom).not.toBeNull();
});

test('the second sweep tells how many accounts were not looked at since the first', async () => {
  logged = [];
  await local.host.runTimer('sweep');
  expect(lineOf('sweep-started')?.notLookedAt).toBe(0);
  await untilAtRest(local);
});

describe('onResourceEvent', () => {
  test('takes events about Batch, and is stopped by no other in the same delivery', async () => {
    logged = [];
    const status = await post([
      event(`${RENDER}/pools/linux-open-ssh`),
      event('/subscriptions/x/resourcegroups/y/providers/Microsoft.Storage/storageAccounts/z'),
      { nothing: 'of the kind' },
      event(`${LEGACY}/privateEndpointConnections/pe1`),
    ]);
    expect(status).toBe(202);
    expect(lines().filter((line) => line.event === 'event-taken')).toHaveLength(2);
    expect(lines().filter((line) => line.event === 'event-ignored')).toHaveLength(2);
    await until(() => lineOf('look', ({ account }) => account === RENDER));
    await until(() => lineOf('look', ({ account }) => account === LEGACY));
  });

  test('4: takes none of a subscription that is not watched', async () => {
    logged = [];
    const hints = async () => (await Array.fromAsync(local.storage.hints.listEntities())).length;
    const before = await hints();
    const elsewhere = RENDER.replace(SUBSCRIPTION, 'ffffffff-0000-4000-8000-000000000000');
    await post([event(elsewhere), event(`${elsewhere}/pools/p`)]);
    expect(lines()).toMatchObject([
      { event: 'event-ignored', subject: elsewhere, reason: 'not watched' },
      { event: 'event-ignored', reason: 'not watched' },
    ]);
    await untilAtRest(local);
    expect(await hints()).toBe(before);
    expect(lines()).toHaveLength(2);
  });

  test('takes CloudEvents too', async () => {
    logged = [];
    const { id, subject, data, eventType: type, eventTime: time, topic: source } = event(GENOMICS);
    const status = await post([{ specversion: '1.0', id, subject, data, type, time, source }], {
      'content-type': 'application/cloudevents-batch+json',
    });
    expect(status).toBe(202);
    expect(lineOf('event-taken')?.subject).toBe(GENOMICS);
  });

  test('keeps who did it as a hint', async () => {
    const rows = await Array.fromAsync(local.storage.hints.listEntities());
    expect(rows.find(({ rowKey }) => rowKey === tableKey(`${RENDER}/pools/linux-open-ssh`))).toMatchObject({
      application: 'someone',
      operation: 'Microsoft.Batch/batchAccounts/pools/write',
    });
    await untilAtRest(local);
  });
});

describe('onSecretEvent', () => {
  const ofSecret = (name: string) =>
    event(name, {
      eventType: 'Microsoft.KeyVault.SecretNewVersionCreated',
      data: { Id: `https://kv.vault.azure.net/secrets/${name}/0123456789abcdef0123456789abcdef` },
    });
  const send = (events: unknown) => post(events, undefined, 'onSecretEvent');

  test('asks for a look at the account that has the secret, and is stopped by no other event in the same delivery', async () => {
    logged = [];
    const row = { partitionKey: 'kv.vault.azure.net', rowKey: 'artist', account: RENDER };
    await local.storage.secrets.createEntity(row);
    expect(await send([ofSecret('of-others'), { nothing: 'of the kind' }, ofSecret('artist')])).toBe(202);
    expect(lines().filter((line) => line.event === 'secret-event-ignored')).toHaveLength(2);
    expect(lineOf('secret-event-taken')).toMatchObject({ account: RENDER });
    await until(() => lineOf('look', ({ account }) => account === RENDER));
    await untilAtRest(local);
  });

  test('of an account that is not watched is logged, and nobody looks', async () => {
    logged = [];
    const elsewhere = RENDER.replace(SUBSCRIPTION, 'ffffffff-0000-4000-8000-000000000000');
    await local.storage.secrets.createEntity({ partitionKey: 'kv.vault.azure.net', rowKey: 'x', account: elsewhere });
    await local.storage.secrets.createEntity({ partitionKey: 'kv.vault.azure.net', rowKey: 'y', account: 'evil' });
    await send([ofSecret('x'), ofSecret('y')]);
    await untilAtRest(local);
    expect(lines().filter((line) => line.event !== 'bad-rows')).toMatchObject([
      { event: 'secret-event-ignored', account: elsewhere, reason: 'not watched' },
      { event: 'secret-event-ignored', account: null },
    ]);
    expect(lineOf('bad-rows')).toMatchObject({ table: 'secrets', rows: ['kv.vault.azure.net/y'] });
  });
});

test('wake looks at accounts whose alarm has come', async () => {
  logged = [];
  const memory = memoryIn(local.storage, never, () => {});
  await memory.defer(LEGACY, after(new Date(), -MINUTE), await memory.load(LEGACY));
  await local.host.runTimer('wake');
  const beat = lineOf('heartbeat');
  expect(beat).toMatchObject({ version: packageJson.version, policy: 'built-in', due: 1 });
  expect(beat?.queues).toEqual([
    { queue: 'reconcile', messages: 1, oldestSeconds: null }, // it waits for others still
    { queue: 'sweep', messages: 0, oldestSeconds: null },
    { queue: 'resource-events', messages: 0, oldestSeconds: null },
  ]);
  await until(() => lineOf('look', ({ account }) => account === LEGACY));
});

describe('doctor', () => {
  const ALL = Object.values(roles).flat();
  const ofDoctor = ({ rule }: Fields) => rule === 'doctor';

  test('runs with the first wake after a deployment, finds all well, and does not run with the next', async () => {
    await untilAtRest(local);
    logged = [];
    const key = { partitionKey: 'sweep', rowKey: 'doctor' };
    await local.storage.accounts.upsertEntity({ ...key, at: new Date(0), deployment: 'before' });
    await local.host.runTimer('wake');
    expect(lineOf('doctor')).toMatchObject({ version: packageJson.version, fail: 0 });
    const kept = await local.storage.accounts.getEntity<{ deployment: string }>('sweep', 'doctor');
    expect(kept.deployment).toMatch(/^[0-9a-f]{12}$/);
    // The timer rings by itself, too.
    await untilAtRest(local);
    logged = [];
    await local.host.runTimer('wake');
    expect(lineOf('heartbeat')).toBeDefined();
    expect(lineOf('doctor')).toBeUndefined();
  });

  test('keeps and tells what fails, once, until it is well again', async () => {
    logged = [];
    local.azure.grant(ALL.filter((action) => action !== 'Microsoft.Insights/diagnosticSettings/read'));
    await local.host.runTimer('doctor');
    await local.host.runTimer('doctor');
    local.azure.grant(ALL);
    const opened = lines().filter((line) => line.event === 'finding-opened' && line.rule === 'doctor');
    expect(opened).toHaveLength(2); // one of each subscription
    expect(opened).toContainEqual(
      expect.objectContaining({
        resource: `/subscriptions/${SUBSCRIPTION}`,
        path: 'rights-to-read',
        severity: 'high',
        status: 'open',
        why: expect.stringContaining('Microsoft.Insights/diagnosticSettings/read'),
      }),
    );
    expect(lineOf('doctor')).toMatchObject({ fail: 2 });
    logged = [];
    await local.host.runTimer('doctor');
    expect(lines().filter((line) => line.event === 'finding-closed' && line.rule === 'doctor')).toHaveLength(2);
    expect(lineOf('finding-closed', ofDoctor)).toMatchObject({ closedCode: 'checked-again' });
  });
});

test('an account that is gone is noted, its findings end, and a sweep still asks for it', async () => {
  await untilAtRest(local);
  logged = [];
  local.azure.world.deleteAccount(GENOMICS, 'AccountNotFound');
  await local.host.runTimer('sweep');
  await until(() => lineOf('look', ({ account, result }) => account === GENOMICS && result === 'gone'));
  expect(lineOf('subscription-listed', ({ missing }) => missing === 1)).toMatchObject({ accounts: 1 });
  const { goneSince, findings } = await load(GENOMICS);
  expect(goneSince).not.toBeNull();
  expect(findings.every(({ status }) => status === 'closed')).toBe(true);
  expect(findings.length).toBeGreaterThan(0);
});

test('an account that no try can look at becomes a finding, which the next look closes', async () => {
  await untilAtRest(local);
  logged = [];
  local.azure.faults.add({
    path: /contosolegacy\?/,
    times: 99,
    do: unauthorised('Microsoft.Batch/batchAccounts/read'),
  });
  await enqueueLook(local.storage, { accountId: LEGACY, since: new Date() }, 0);
  await until(() => lineOf('poison'));
  await until(async () =>
    (await load(LEGACY)).findings.some(({ ruleId, status }) => ruleId === 'could-not-look' && status === 'unknown'),
  );
  const failures = logged.filter((message) => logLineOf(message) === null && message.includes('AuthorizationFailed'));
  expect(failures).toHaveLength(5);
  expect(lineOf('finding-opened', ({ rule }) => rule === 'could-not-look')?.why).toMatch(/AuthorizationFailed/);

  local.azure.faults.clear();
  await enqueueLook(local.storage, { accountId: LEGACY, since: new Date() }, 0);
  await until(() => lineOf('finding-closed', ({ rule }) => rule === 'could-not-look'));
});

test('a subscription that no try can list becomes a finding, which its next listing closes', async () => {
  logged = [];
  const list = new RegExp(`subscriptions/${SUBSCRIPTION}/providers`, 'i');
  local.azure.faults.add({ path: list, times: 99, do: unauthorised('Microsoft.Batch/batchAccounts/read') });
  // A refusal is believed after a quarter of an hour.
  await enqueueListing(local.storage, { subscription: SUBSCRIPTION, since: after(new Date(), -16 * MINUTE) }, 0);
  await until(() =>
    lineOf(
      'finding-opened',
      ({ rule, resource }) => rule === 'could-not-look' && resource === `/subscriptions/${SUBSCRIPTION}`,
    ),
  );
  local.azure.faults.clear();
  await local.host.runTimer('sweep');
  const ended = await until(() =>
    lineOf('finding-closed', ({ resource }) => resource === `/subscriptions/${SUBSCRIPTION}`),
  );
  expect(ended).toMatchObject({ status: 'closed' });
});

describe('14: listing nothing is not health', () => {
  const ALL = Object.values(roles).flat();
  const ofSubscription = ({ resource }: Fields) => resource === `/subscriptions/${SUBSCRIPTION}`;

  test.each([
    ['without any role', [], /^whether all its accounts are listed is not known: .* AuthorizationFailed/],
    [
      'with a role that does not show accounts',
      ALL.filter((action) => action !== 'Microsoft.Batch/batchAccounts/read'),
      /^it lists no account, and 1 account of it had not gone/,
    ],
  ])('%s the subscription has a finding, what is remembered is looked at, and nothing is gone', async (_, may, why) => {
    await untilAtRest(local);
    logged = [];
    local.azure.grant(may);
    await local.host.runTimer('sweep');
    const opened = await until(() => lineOf('finding-opened', ofSubscription));
    expect(opened).toMatchObject({ rule: 'could-not-look', status: 'unknown', why: expect.stringMatching(why) });
    expect(lineOf('subscription-listed', ({ subscription }) => subscription === SUBSCRIPTION)?.accounts).toBe(0);
    await until(() =>
      lineOf('finding-opened', ({ resource, rule }) => rule === 'could-not-look' && resource === RENDER),
    );
    expect(
      lines().filter((line) => line.event === 'look' && line.result === 'gone' && line.account !== GENOMICS),
    ).toEqual([]);
    expect((await load(RENDER)).goneSince).toBeNull();

    await untilAtRest(local);
    local.azure.grant(ALL);
    await local.host.runTimer('sweep');
    await until(() => lineOf('finding-closed', ofSubscription));
    await until(() => lineOf('finding-closed', ({ resource }) => resource === RENDER));
  });
});

test('a message that is no wish is poison, and stops nothing', async () => {
  await untilAtRest(local);
  logged = [];
  const text = Buffer.from(JSON.stringify({ accountId: 'nowhere', since: 'never' })).toString('base64');
  await local.storage.reconcile.sendMessage(text);
  await until(() => lineOf('poison', ({ message }) => String(message).includes('nowhere')));
  expect(local.azure.specViolations).toEqual([]);
});

test('12: what a function throws is logged without secrets, and not without end', async () => {
  logged = [];
  const secret = canaries(5).map(({ text }) => text);
  const cause = new Error(secret.join('\n'));
  const thrown = new Error(`${secret.join(' ')}${' and on'.repeat(1e5)}`, { cause });
  const planted = app.hook.preInvocation((context) => {
    context.functionHandler = () => Promise.reject(Object.assign(thrown, { request: secret }));
  });
  const told = await local.host.runTimer('wake').catch((error: unknown) => error);
  planted.dispose();
  const [line = ''] = logged.filter((message) => message.startsWith('Error: '));
  expect(secretsSeenIn(`${inspect(told, { depth: 9 })} ${line}`, canaries(5))).toEqual([]);
  expect(line).toMatch(/functions\.test\.ts/);
  expect(line.length).toBeLessThan(40_000);
  expect(secret.length).toBeGreaterThanOrEqual(43);
});
