import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { BatchManagementClient } from '@azure/arm-batch';
import { TableClient } from '@azure/data-tables';
import { ManagedIdentityCredential } from '@azure/identity';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { makeCertificate, trust } from '../../local/certificate.ts';
import { type LocalStorage, startStorage } from '../../local/storage.ts';
import { family, isAlive, listeningAddresses } from '../support/host/sockets.ts';
import { storageCredential } from '../support/host/token.ts';

const certificate = await makeCertificate();
let storage: LocalStorage;

beforeAll(async () => {
  trust(certificate.cert);
  storage = await startStorage(certificate);
});

afterAll(() => storage.stop());

test('blobs, queues and tables answer to a token over HTTPS', async () => {
  const credential = storageCredential();
  const container = new BlobServiceClient(storage.blob, credential).getContainerClient('config');
  await container.create();
  await container.getBlockBlobClient('policy.yaml').upload('mode: audit', 11);
  expect((await container.getBlobClient('policy.yaml').downloadToBuffer()).toString()).toBe('mode: audit');

  const queue = new QueueServiceClient(storage.queue, credential).getQueueClient('reconcile');
  await queue.create();
  await queue.sendMessage('aGVsbG8=');
  expect((await queue.peekMessages()).peekedMessageItems).toHaveLength(1);

  const table = new TableClient(storage.table, 'accounts', credential);
  await table.createTable();
  await table.createEntity({ partitionKey: 'a', rowKey: 'b' });
  expect(await table.getEntity('a', 'b')).toMatchObject({ partitionKey: 'a', rowKey: 'b' });
});

test('nobody gets in without a token', async () => {
  const queues = new QueueServiceClient(storage.queue);
  await expect(queues.getQueueClient('reconcile').getProperties()).rejects.toMatchObject({ statusCode: 403 });
});

test('the clients of ARM and of the managed identity trust the certificate too', async () => {
  const expires = String(Math.floor(Date.now() / 1000) + 3600);
  const server = createServer(certificate, (request, response) => {
    response.setHeader('Content-Type', 'application/json');
    const token = { access_token: 'token', expires_on: expires, resource: 'x', token_type: 'Bearer' };
    response.end(JSON.stringify(request.url?.startsWith('/msi') ? token : { value: [] }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server that listens on a port has an address of this type.
  const endpoint = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  vi.stubEnv('IDENTITY_ENDPOINT', `${endpoint}/msi`);
  vi.stubEnv('IDENTITY_HEADER', 'secret');
  try {
    const arm = new BatchManagementClient(new ManagedIdentityCredential(), 'subscription', { endpoint });
    expect(await Array.fromAsync(arm.batchAccountOperations.list())).toEqual([]);
  } finally {
    vi.unstubAllEnvs();
    server.close();
    server.closeAllConnections();
  }
});

test.runIf(process.platform === 'linux')('nothing listens beyond loopback', () => {
  const pids = family(process.pid);
  const addresses = listeningAddresses(pids);
  expect(pids.length).toBeGreaterThan(1);
  expect(addresses.length).toBeGreaterThanOrEqual(3);
  expect(new Set(addresses)).toEqual(new Set(['0100007F']));
});

test.runIf(process.platform === 'linux')('Azurite dies with its parent, also with a killed one', async () => {
  const parent = fork(new URL('../support/host/parent.ts', import.meta.url), { execArgv: [], stdio: 'ignore' });
  const [endpoint]: unknown[] = await once(parent, 'message');
  const [, ...children] = family(parent.pid ?? 0);
  expect(children).toHaveLength(1);
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  await expect.poll(() => children.filter(isAlive)).toEqual([]);
  await expect(fetch(String(endpoint))).rejects.toThrow('fetch failed');
});
