import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { QueueServiceClient } from '@azure/storage-queue';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { makeCertificate, trust } from '../../../local/certificate.ts';
import { type Host, startHost } from '../../../local/host/host.ts';
import type { LogLine } from '../../../local/host/invoke.ts';
import { type LocalStorage, startStorage } from '../../../local/storage.ts';
import { calls, hooked, mostAtOnce } from '../../support/host/seen.ts';
import { family, listeningAddresses } from '../../support/host/sockets.ts';
import { storageCredential } from '../../support/host/token.ts';

const lines: LogLine[] = [];
let storage: LocalStorage;
let queues: QueueServiceClient;
let host: Host;

beforeAll(async () => {
  const certificate = await makeCertificate();
  trust(certificate.cert);
  storage = await startStorage(certificate);
  queues = new QueueServiceClient(storage.queue, storageCredential());
  for (const name of ['work', 'slow', 'other-poison']) await queues.createQueue(name);
  host = await startHost({
    files: [fileURLToPath(new URL('../../support/host/functions.ts', import.meta.url))],
    environment: { WORK_QUEUE: 'work', SWEEP_SCHEDULE: '0 0 2 * * *' },
    queueClient: (name) => queues.getQueueClient(name),
    queues: { visibilityTimeoutSeconds: 1, maxDequeueCount: 2, batchSize: 3, pollingIntervalMs: 50, holdSeconds: 2 },
    log: (line) => lines.push(line),
  });
});

afterAll(async () => {
  await host.stop();
  await storage.stop();
});

beforeEach(async () => {
  await host.idle();
  for (const list of [calls, hooked, lines]) list.length = 0;
  mostAtOnce.clear();
});

async function send(queue: string, ...messages: unknown[]): Promise<void> {
  for (const message of messages) {
    const text = typeof message === 'string' ? message : JSON.stringify(message);
    await queues.getQueueClient(queue).sendMessage(Buffer.from(text).toString('base64'));
  }
}

async function count(queue: string): Promise<number | undefined> {
  return (await queues.getQueueClient(queue).getProperties()).approximateMessagesCount;
}

const callsOf = (name: string) => calls.filter(({ context }) => context.functionName === name);
const inputsOf = (name: string) => callsOf(name).map(({ input }) => input);
const eventually = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 60_000, interval: 20 });

test('the app is what its files registered, settings resolved', () => {
  const described = [...host.functions.values()].map(({ name, type, trigger }) => ({ ...trigger, name, type }));
  expect(described).toMatchObject([
    { name: 'work', type: 'queueTrigger', queueName: 'work', connection: 'AzureWebJobsStorage' },
    { name: 'slow', type: 'queueTrigger', queueName: 'slow' },
    { name: 'on-poison', type: 'queueTrigger', queueName: 'other-poison' },
    { name: 'nightly', type: 'timerTrigger', schedule: '0 0 2 * * *' },
    { name: 'often', type: 'timerTrigger' },
    { name: 'on-event', type: 'eventGridTrigger' },
  ]);
});

describe('a queue function', () => {
  test('gets JSON parsed, else text, and its messages are deleted', async () => {
    await send('work', { accountId: 'a', nested: { list: [1] } }, 'plain text', '12');
    await eventually(() => expect(callsOf('work')).toHaveLength(3));
    await host.idle();
    expect(host.busy).toBe(false);
    expect(inputsOf('work')).toEqual(
      expect.arrayContaining([{ accountId: 'a', nested: { list: [1] } }, 'plain text', 12]),
    );
    expect(await count('work')).toBe(0);
  });

  test('has a context made by the library, hooks and logs', async () => {
    await send('work', { accountId: 'a', dequeueCount: 'mine' });
    await eventually(() => expect(callsOf('work')).toHaveLength(1));
    await host.idle();
    const context = callsOf('work')[0]?.context;
    expect(context?.triggerMetadata).toMatchObject({
      id: expect.any(String),
      accountId: 'a',
      dequeueCount: 'mine',
      insertionTime: expect.stringMatching(/^\d{4}-.*Z$/),
      queueTrigger: { accountId: 'a' },
    });
    expect(context?.options.trigger).toMatchObject({ type: 'queueTrigger', queueName: 'work' });
    expect(hooked.filter((line) => line.includes('work'))).toEqual(['before work', 'after work']);
    expect(lines).toContainEqual({
      functionName: 'work',
      invocationId: context?.invocationId,
      level: 'information',
      message: 'saw work',
    });
  });

  test('that fails gets the message again, then it is poison', async () => {
    await send('work', { fail: true });
    await eventually(() => expect(callsOf('work')).toHaveLength(1));
    await host.idle();
    expect(await count('work')).toBe(1);
    await eventually(async () => expect(await count('work-poison')).toBe(1));
    await host.idle();
    expect(callsOf('work').map(({ context }) => context.triggerMetadata?.['dequeueCount'])).toEqual([1, 2]);
    expect(await count('work')).toBe(0);
    const [poison] = (await queues.getQueueClient('work-poison').peekMessages()).peekedMessageItems;
    expect(Buffer.from(poison?.messageText ?? '', 'base64').toString()).toBe('{"fail":true}');
    const errors = lines.filter(({ level }) => level === 'error');
    expect(errors).toHaveLength(2);
    expect(errors[0]?.message).toMatch(/^Error: as told\n +at /);
    expect(hooked).toContain('after work failed');
  });

  test('that fails once succeeds on its second try', async () => {
    await send('work', { fail: 2 });
    await eventually(() => expect(callsOf('work')).toHaveLength(2));
    await host.idle();
    expect(lines.filter(({ level }) => level === 'error')).toHaveLength(1);
    expect(await count('work')).toBe(0);
  });

  test('never sees what is not base64; that is poison too', async () => {
    const before = await count('work-poison');
    await queues.getQueueClient('work').sendMessage('not base64!');
    await eventually(async () => expect(await count('work-poison')).toBe((before ?? 0) + 1));
    expect(callsOf('work')).toEqual([]);
  });

  test('runs a batch at a time', async () => {
    await send('slow', ...Array.from({ length: 8 }, (_, n) => ({ n, wait: 150 })));
    await eventually(() => expect(callsOf('slow')).toHaveLength(8));
    await host.idle();
    expect(mostAtOnce.get('slow')).toBe(3);
  });

  test('may take longer than a message is hidden', async () => {
    await send('slow', { wait: 2800 });
    await eventually(() => expect(callsOf('slow')).toHaveLength(1));
    await host.idle();
    expect(await count('slow')).toBe(0);
    await sleep(300);
    expect(callsOf('slow')).toHaveLength(1);
  });

  test('of a poison queue has no poison queue of its own, and its message stays', async () => {
    await send('other-poison', { fail: 3 });
    await eventually(() => expect(callsOf('on-poison')).toHaveLength(3));
    await host.idle();
    expect(await count('other-poison')).toBe(0);
    expect(await queues.getQueueClient('other-poison-poison').exists()).toBe(false);
  });

  test('waits for a queue that is not there', async () => {
    await queues.deleteQueue('slow');
    await sleep(200);
    expect(lines.filter(({ level }) => level === 'warning')).toEqual([]);
    await queues.createQueue('slow');
    await send('slow', 'back');
    await eventually(() => expect(inputsOf('slow')).toEqual(['back']));
  });
});

describe('a timer function', () => {
  test('runs by its schedule, not at the start', async () => {
    await eventually(() => expect(callsOf('often').length).toBeGreaterThanOrEqual(2));
    expect(callsOf('nightly')).toEqual([]);
    expect(inputsOf('often')[0]).toMatchObject({ scheduleStatus: null, isPastDue: false });
  });

  test('runs when told, with the timer of Azure, and never twice at once', async () => {
    await Promise.all([host.runTimer('nightly'), host.runTimer('nightly')]);
    expect(callsOf('nightly')).toHaveLength(2);
    expect(mostAtOnce.get('nightly')).toBe(1);
    expect(inputsOf('nightly')[0]).toEqual({
      schedule: { adjustForDST: true },
      scheduleStatus: {
        last: '0001-01-01T00:00:00',
        next: expect.stringMatching(/T02:00:00\.000Z$/),
        lastUpdated: expect.any(String),
      },
      isPastDue: false,
    });
    expect(callsOf('nightly')[0]?.context.triggerMetadata).toBeUndefined();
    await expect(host.runTimer('work')).rejects.toThrow('no timer function work');
  });
});

describe('an Event Grid function', () => {
  const event = { id: '1', eventType: 'Microsoft.Resources.ResourceWriteSuccess', subject: 's', data: { a: 1 } };
  const cloudEvent = { id: '2', specversion: '1.0', type: 'Microsoft.Resources.ResourceWriteSuccess', source: 's' };

  function post(body: unknown, headers: Record<string, string>, url = host.eventGridUrl('on-event')) {
    return fetch(url, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body), headers });
  }

  test('shakes hands in both schemas', async () => {
    const data = { validationCode: 'code-1' };
    const answer = await post([{ id: '0', data }], { 'aeg-event-type': 'SubscriptionValidation' });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ validationResponse: 'code-1' });

    const headers = { 'WebHook-Request-Origin': 'eventgrid.azure.net' };
    const allowed = await fetch(host.eventGridUrl('on-event'), { method: 'OPTIONS', headers });
    expect(allowed.status).toBe(200);
    expect(allowed.headers.get('WebHook-Allowed-Origin')).toBe('eventgrid.azure.net');
    expect(callsOf('on-event')).toEqual([]);
  });

  test('is called once per event, in both schemas', async () => {
    const notification = { 'aeg-event-type': 'Notification' };
    expect((await post([event, { ...event, id: '1b' }], notification)).status).toBe(202);
    expect((await post(cloudEvent, { 'Content-Type': 'application/cloudevents+json; charset=utf-8' })).status).toBe(
      202,
    );
    const batch = { 'Content-Type': 'application/cloudevents-batch+json', ...notification };
    expect((await post([{ ...cloudEvent, id: '3' }], batch)).status).toBe(202);
    expect(inputsOf('on-event')).toEqual([event, { ...event, id: '1b' }, cloudEvent, { ...cloudEvent, id: '3' }]);
    expect(callsOf('on-event')[0]?.context.triggerMetadata).toEqual({ data: { a: 1 } });
  });

  test('that throws for one event of a batch fails the batch', async () => {
    const batch = [event, { ...event, id: 'b', data: { bad: true } }, { ...event, id: 'c' }];
    const answer = await post(batch, { 'aeg-event-type': 'Notification' });
    expect(answer.status).toBe(500);
    expect(await answer.text()).toBe('bad event');
    expect(callsOf('on-event')).toHaveLength(3);
    expect(lines.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  test.each([
    ['an unknown function', 404, [event], { 'aeg-event-type': 'Notification' }, 'nobody'],
    ['a function of another trigger', 404, [event], { 'aeg-event-type': 'Notification' }, 'work'],
    ['a body that is not JSON', 400, 'no json', { 'aeg-event-type': 'Notification' }, 'on-event'],
    ['a body that is a number', 400, 12, { 'aeg-event-type': 'Notification' }, 'on-event'],
    ['a handshake without code', 400, [event], { 'aeg-event-type': 'SubscriptionValidation' }, 'on-event'],
    ['no kind', 400, [event], {}, 'on-event'],
    ['a farewell', 202, [], { 'aeg-event-type': 'Unsubscribe' }, 'on-event'],
  ])('answers %s with %i', async (_, status, body, headers, name) => {
    const url = host.eventGridUrl('on-event').replace('=on-event', `=${name}`);
    expect((await post(body, { ...headers }, url)).status).toBe(status);
    expect(callsOf('on-event')).toEqual([]);
  });
});

test.runIf(process.platform === 'linux')('host and storage listen on loopback only', () => {
  const addresses = listeningAddresses(family(process.pid));
  expect(addresses.length).toBeGreaterThanOrEqual(4);
  expect(new Set(addresses)).toEqual(new Set(['0100007F']));
});

test('the end waits for what runs, and then nothing runs any more', async () => {
  const url = host.eventGridUrl('on-event');
  await send('slow', { wait: 500 });
  await eventually(() => expect(callsOf('slow')).toHaveLength(1));
  expect(host.busy).toBe(true);
  await host.stop();
  expect(host.busy).toBe(false);
  expect(hooked).toContain('after slow');
  expect(await count('slow')).toBe(0);
  await send('slow', 'late');
  await expect(fetch(url)).rejects.toThrow('fetch failed');
  const before = calls.length;
  await sleep(1200);
  expect(calls).toHaveLength(before);
});
