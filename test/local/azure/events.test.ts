import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { part } from '../../../local/azure/json.ts';
import type { LocalAzure } from '../../../local/azure/local-azure.ts';
import { startLocalAzure } from '../../../local/azure/local-azure.ts';
import { makeCertificate } from '../../../local/certificate.ts';
import { estate } from '../../../local/estate/estate.ts';
import { accountId, PRODUCTION } from '../../../local/estate/parts.ts';
import { startHook } from '../../support/event-hook.ts';

const RENDER = accountId(PRODUCTION, 'rendering', 'contosorender');
const OPEN = `${RENDER}/pools/linux-open-ssh`;
const METADATA = { properties: { metadata: [{ name: 'a', value: 'b' }] } };

let azure: LocalAzure;
let hook: Awaited<ReturnType<typeof startHook>>;
const certificate = await makeCertificate();

beforeEach(async () => {
  azure = await startLocalAzure({ ...certificate, ...estate(), delivery: { backOff: [5, 5, 5], timeout: 200 } });
  hook = await startHook();
});
afterEach(async () => {
  hook.close();
  await azure.stop();
  expect(azure.specViolations).toEqual([]);
});

it('tells in its own schema of a write through ARM, with the claims of who made it', async () => {
  await azure.eventGrid.subscribe({ url: hook.url, schema: 'EventGridSchema' });
  azure.asPerson('Grace').patch(OPEN, METADATA);
  await azure.eventGrid.idle();
  const [delivery] = hook.deliveries;
  expect(delivery).toMatchObject({ type: 'Notification', contentType: 'application/json; charset=utf-8' });
  expect(delivery?.events).toMatchObject([
    {
      topic: `/subscriptions/${PRODUCTION}`,
      subject: OPEN.replace('resourceGroups', 'resourcegroups'),
      eventType: 'Microsoft.Resources.ResourceWriteSuccess',
      dataVersion: '2',
      metadataVersion: '1',
      data: {
        operationName: 'Microsoft.Batch/batchAccounts/pools/write',
        authorization: { action: 'Microsoft.Batch/batchAccounts/pools/write', evidence: { principalType: 'User' } },
        claims: { appid: expect.any(String), name: 'Grace' },
        correlationId: expect.any(String),
        status: 'Succeeded',
      },
    },
  ]);
  const claims = part(delivery?.events[0], 'data', 'claims');
  expect(claims['http://schemas.microsoft.com/identity/claims/objectidentifier']).toMatch(/^[0-9a-f-]{36}$/);
});

it('tells in CloudEvents too', async () => {
  await azure.eventGrid.subscribe({ url: hook.url, schema: 'CloudEventSchemaV1_0' });
  azure.asPerson().delete(OPEN);
  await azure.eventGrid.idle();
  expect(hook.deliveries[0]?.contentType).toBe('application/cloudevents-batch+json; charset=utf-8');
  expect(hook.deliveries[0]?.events).toMatchObject([
    { specversion: '1.0', type: 'Microsoft.Resources.ResourceDeleteSuccess', source: `/subscriptions/${PRODUCTION}` },
  ]);
});

it('tells of actions and refusals, in one batch, and of nothing that passes ARM by', async () => {
  await azure.eventGrid.subscribe({ url: hook.url, schema: 'EventGridSchema' });
  const ada = azure.asPerson();
  azure.world.changePool(OPEN, (pool) => pool);
  azure.world.setNodes(OPEN, 1);
  ada.act(RENDER, 'listKeys');
  expect(() => ada.patch(OPEN, METADATA, { ifMatch: '"0x1"' })).toThrow('ConditionNotMet');
  ada.act(OPEN, 'stopResize');
  const pool = azure.world.pool(OPEN) ?? {};
  ada.put({ ...pool, id: `${RENDER}/pools/linux-second` });
  await azure.eventGrid.idle();
  expect(hook.deliveries).toHaveLength(1);
  expect(hook.deliveries[0]?.events.map(({ eventType, data }) => [eventType, part(data)['operationName']])).toEqual([
    ['Microsoft.Resources.ResourceActionSuccess', 'Microsoft.Batch/batchAccounts/listkeys/action'],
    ['Microsoft.Resources.ResourceWriteFailure', 'Microsoft.Batch/batchAccounts/pools/write'],
    ['Microsoft.Resources.ResourceActionSuccess', 'Microsoft.Batch/batchAccounts/pools/stopResize/action'],
    ['Microsoft.Resources.ResourceWriteSuccess', 'Microsoft.Batch/batchAccounts/pools/write'],
  ]);
  expect(azure.validated.events).toBe(4);
});

it('filters by type', async () => {
  const eventTypes = ['Microsoft.Resources.ResourceWriteSuccess'];
  await azure.eventGrid.subscribe({ url: hook.url, schema: 'EventGridSchema', eventTypes });
  azure.asPerson().act(RENDER, 'listKeys');
  azure.asPerson().patch(OPEN, METADATA);
  await azure.eventGrid.idle();
  expect(azure.eventGrid.delivered).toHaveLength(1);
});

it.each([
  ['500, 404 and a time-out are tried again', [500, 404, 0], { attempts: 4, delivered: 1, dead: 0 }],
  ['400 is not', [400], { attempts: 1, delivered: 0, dead: 1 }],
  ['413 is not', [413], { attempts: 1, delivered: 0, dead: 1 }],
  ['after the last attempt it is dead', [503, 503, 503, 503, 503], { attempts: 4, delivered: 0, dead: 1 }],
])('%s', async (_, statuses, { attempts, delivered, dead }) => {
  await azure.eventGrid.subscribe({ url: hook.url, schema: 'EventGridSchema' });
  hook.statuses.push(...statuses);
  azure.asPerson().patch(OPEN, METADATA);
  expect(azure.eventGrid.pending).toBe(1);
  await azure.eventGrid.idle();
  expect(hook.deliveries).toHaveLength(attempts);
  expect(azure.eventGrid.delivered).toHaveLength(delivered);
  expect(azure.eventGrid.deadLettered).toHaveLength(dead);
});

it('delivers what a test makes up, in batches', async () => {
  azure.eventGrid.settings.batchSize = 2;
  await azure.eventGrid.subscribe({ url: hook.url, schema: 'EventGridSchema' });
  azure.eventGrid.publish([{ nonsense: true }, { nonsense: true }, { id: 'x', subject: 'not Batch' }]);
  await azure.eventGrid.idle();
  expect(hook.deliveries.map(({ events }) => events.length)).toEqual([2, 1]);
});

it('does not subscribe an endpoint that does not answer the handshake', async () => {
  const deaf = createServer((_, response) => response.writeHead(200).end('{}'));
  await new Promise<void>((resolve) => deaf.listen(0, '127.0.0.1', resolve));
  // The address of a server that listens on TCP.
  const url = `http://127.0.0.1:${(deaf.address() as AddressInfo).port}/`;
  await expect(azure.eventGrid.subscribe({ url, schema: 'EventGridSchema' })).rejects.toThrow('validation code');
  await expect(azure.eventGrid.subscribe({ url, schema: 'CloudEventSchemaV1_0' })).rejects.toThrow('does not allow');
  deaf.close();
});
