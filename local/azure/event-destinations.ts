import { randomUUID } from 'node:crypto';
import type { QueueClient } from '@azure/storage-queue';
import { isObject } from './json.ts';

/** A webhook, or a queue that gets each event as a message of its own. */
export type Destination = { readonly url: string } | { readonly queue: Pick<QueueClient, 'sendMessage'> };
export type Schema = 'EventGridSchema' | 'CloudEventSchemaV1_0';

const ORIGIN = 'eventgrid.azure.net';

/** Has a webhook prove, as Azure does, that it wants events. @throws Error when it does not */
export async function prove(destination: Destination, schema: Schema): Promise<void> {
  if (!('url' in destination)) return;
  await (schema === 'EventGridSchema' ? validate(destination.url) : askForAbuseProtection(destination.url));
}

/** The status that the destination answers; 0 when there is no answer. */
export async function send(
  destination: Destination,
  schema: Schema,
  events: readonly unknown[],
  signal: AbortSignal,
): Promise<number> {
  try {
    return await ('url' in destination
      ? post(destination.url, schema, events, signal)
      : enqueue(destination.queue, events));
  } catch {
    return 0;
  }
}

async function post(url: string, schema: Schema, events: readonly unknown[], signal: AbortSignal): Promise<number> {
  const type = schema === 'EventGridSchema' ? 'application/json' : 'application/cloudevents-batch+json';
  const headers = { 'content-type': `${type}; charset=utf-8`, 'aeg-event-type': 'Notification' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(events), signal });
  await response.arrayBuffer();
  return response.status;
}

/** As in Azure the messages are base64 and never expire. */
async function enqueue(queue: Pick<QueueClient, 'sendMessage'>, events: readonly unknown[]): Promise<number> {
  for (const event of events) {
    const text = Buffer.from(JSON.stringify(event)).toString('base64');
    await queue.sendMessage(text, { messageTimeToLive: -1 });
  }
  return 200;
}

async function validate(url: string): Promise<void> {
  const validationCode = randomUUID();
  const event = {
    id: randomUUID(),
    topic: '/subscriptions/local',
    subject: '',
    data: { validationCode, validationUrl: `https://${ORIGIN}/validate?id=${validationCode}` },
    eventType: 'Microsoft.EventGrid.SubscriptionValidationEvent',
    eventTime: new Date().toISOString(),
    metadataVersion: '1',
    dataVersion: '2',
  };
  const headers = { 'content-type': 'application/json', 'aeg-event-type': 'SubscriptionValidation' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify([event]) });
  const answer: unknown = response.status === 200 ? await response.json() : await response.text();
  if (!isObject(answer) || answer['validationResponse'] !== validationCode)
    throw new Error(`${url} did not return the validation code: ${response.status}`);
}

async function askForAbuseProtection(url: string): Promise<void> {
  const response = await fetch(url, { method: 'OPTIONS', headers: { 'WebHook-Request-Origin': ORIGIN } });
  await response.arrayBuffer();
  const allowed = response.headers.get('WebHook-Allowed-Origin') ?? '';
  if (response.status !== 200 || (allowed !== '*' && allowed.toLowerCase() !== ORIGIN))
    throw new Error(`${url} does not allow ${ORIGIN}: ${response.status}`);
}
