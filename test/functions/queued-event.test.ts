import { setTimeout as sleep } from 'node:timers/promises';
import { app } from '@azure/functions';
import { ManagedIdentityCredential } from '@azure/identity';
import { QueueClient } from '@azure/storage-queue';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { accountIdOf, estate } from '../../local/estate/estate.ts';
import { type Installation, install } from '../../local/installation.ts';
import { logLineOf } from '../../local/log-in-words.ts';
import { idKey, sameId } from '../../shared/core/model/resource-id.ts';
import type { LogLine } from '../../shared/core/plan/log-line.ts';

const RENDER = accountIdOf('contosorender');
const LEGACY = accountIdOf('contosolegacy');
const POOL = `${RENDER}/pools/linux-open-ssh`;

let local: Installation;
let logged: string[] = [];
beforeAll(async () => {
  local = await install({
    ...estate(),
    events: 'queue',
    queues: { visibilityTimeoutSeconds: 0 },
    log: ({ message }) => logged.push(message),
  });
});
afterAll(() => local.stop());
beforeEach(() => {
  logged = [];
});

const lines = (): LogLine[] => logged.flatMap((message) => logLineOf(message) ?? []);

async function until(event: LogLine['event'], fits: (line: LogLine) => boolean = () => true): Promise<LogLine> {
  for (let tries = 0; tries < 400; tries++) {
    const found = lines().find((line) => line.event === event && fits(line));
    if (found !== undefined) return found;
    await sleep(50);
  }
  throw new Error(`No ${event} came. The log's end: ${logged.slice(-5).join('\n')}`);
}

/** As Event Grid does it. */
async function put(event: unknown): Promise<void> {
  await local.storage.resourceEvents.sendMessage(Buffer.from(JSON.stringify(event)).toString('base64'));
}

async function untilEmpty(): Promise<void> {
  const count = async () => (await local.storage.resourceEvents.getProperties()).approximateMessagesCount;
  for (let tries = 0; tries < 400 && (local.host.busy || (await count()) !== 0); tries++) await sleep(50);
  expect(await count()).toBe(0);
}

const isLook = (line: LogLine) => line.event === 'look' && sameId(line.account, RENDER);

test('a change through ARM comes by the queue and ends in a look', async () => {
  local.azure.asPerson('Ada Example').patch(POOL, { properties: { metadata: [{ name: 'a', value: 'b' }] } });
  const taken = await until('event-taken');
  expect(taken).toMatchObject({ reason: 'Microsoft.Batch/batchAccounts/pools/write' });
  await until('look', isLook);
  expect(local.azure.eventGrid.deadLettered).toEqual([]);
  const hints = await Array.fromAsync(local.storage.hints.listEntities());
  expect(hints.map(({ rowKey }) => rowKey)).toContain(idKey(POOL).replaceAll('/', '|'));
});

test('a CloudEvent is taken too', async () => {
  await put({
    specversion: '1.0',
    id: '1',
    source: '/subscriptions/s',
    subject: POOL,
    type: 'Microsoft.Resources.ResourceWriteSuccess',
    time: '2026-11-22T12:00:00Z',
    data: {},
  });
  expect(await until('event-taken')).toMatchObject({ subject: POOL });
});

const ofSecret = {
  id: '1',
  subject: 'artist',
  eventType: 'Microsoft.KeyVault.SecretNearExpiry',
  eventTime: '2026-11-22T12:00:00Z',
  data: { Id: 'https://kv.vault.azure.net/secrets/artist/0123456789abcdef0123456789abcdef' },
};
const index = (account: string) =>
  local.storage.secrets.upsertEntity({ partitionKey: 'kv.vault.azure.net', rowKey: 'artist', account }, 'Replace');

test('an event of a secret comes by the same queue', async () => {
  await index(RENDER);
  await put(ofSecret);
  expect(await until('secret-event-taken')).toMatchObject({ account: RENDER });
  await until('look', isLook);
  await untilEmpty();
  expect(lines().some(({ event }) => event === 'event-ignored')).toBe(false);
});

test.each([
  ['not an event', { nothing: 'of the kind' }],
  ['text', 'hello'],
  [
    'of something else',
    {
      id: '1',
      subject: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a',
      eventType: 'Microsoft.Resources.ResourceWriteSuccess',
      eventTime: '2026-11-22T12:00:00Z',
      data: {},
    },
  ],
])('%s: ignored, and gone from the queue', async (_, message) => {
  await put(message);
  await until('event-ignored');
  await untilEmpty();
  expect(lines().some(({ event }) => event === 'poison')).toBe(false);
});

test('an event that no try can take is poison, and the log names nobody', async () => {
  const failing = app.hook.preInvocation((context) => {
    if (context.invocationContext.functionName !== 'onQueuedEvent') return;
    context.functionHandler = () => Promise.reject(new Error('storage is down'));
  });
  onTestFinished(() => failing.dispose());
  await put({
    id: '1',
    subject: POOL,
    eventType: 'Microsoft.Resources.ResourceWriteSuccess',
    eventTime: '2026-11-22T13:00:00Z',
    data: { claims: { appid: 'someone', name: 'Grace Example' } },
  });
  expect(await until('poison')).toEqual({ event: 'poison', queue: 'resource-events', message: POOL });
  expect(logged.join('\n')).not.toContain('Grace');
});

test('poison that is an event still asks for a look', async () => {
  const queue = new QueueClient(`${local.storage.resourceEvents.url}-poison`, new ManagedIdentityCredential());
  await queue.createIfNotExists();
  const write = { eventType: 'Microsoft.Resources.ResourceWriteSuccess', eventTime: '2026-11-22T13:00:00Z', data: {} };
  for (const message of [{ id: '1', subject: LEGACY, ...write }, { nothing: 'of the kind' }])
    await queue.sendMessage(Buffer.from(JSON.stringify(message)).toString('base64'));
  await until('poison', (line) => line.event === 'poison' && line.message === LEGACY);
  await until('poison', (line) => line.event === 'poison' && line.message === 'not an Event Grid event');
  const look = await until('look', (line) => line.event === 'look' && sameId(line.account, LEGACY));
  expect(look).toMatchObject({ result: 'looked' });

  await index(LEGACY);
  await queue.sendMessage(Buffer.from(JSON.stringify(ofSecret)).toString('base64'));
  await until('poison', (line) => line.event === 'poison' && line.message === 'artist');
  expect(await until('secret-event-taken')).toMatchObject({ account: LEGACY });
});
