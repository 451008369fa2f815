import { expect, test } from 'vitest';
import { queueOptions, readQueueOptions } from '../../../local/host/options.ts';

const version = '2.0';

test('host.json has four messages worked on at once', async () => {
  expect(await readQueueOptions()).toMatchObject({ batchSize: 4, newBatchThreshold: 0, maxDequeueCount: 5 });
});

test('what it does not say is as the host has it', () => {
  expect(queueOptions({ version })).toEqual({
    batchSize: 16,
    newBatchThreshold: 8,
    maxDequeueCount: 5,
    visibilityTimeoutSeconds: 0,
    pollingIntervalMs: 60_000,
    holdSeconds: 600,
  });
  expect(queueOptions({ version, extensions: { queues: { batchSize: 4 } } })).toMatchObject({ newBatchThreshold: 2 });
});

test.each([
  ['newBatchSize', { extensions: { queues: { batchSize: 4, newBatchSize: 0 } } }],
  ['storageQueues', { extensions: { storageQueues: {} } }],
  ['functionTimeOut', { functionTimeOut: '00:10:00' }],
  ['loglevel', { logging: { loglevel: {} } }],
])('a name that the host does not know is refused: %s', (name, part) => {
  expect(() => queueOptions({ version, ...part })).toThrow(name);
});

test('batches larger than a read can be are refused', () => {
  expect(() => queueOptions({ version, extensions: { queues: { batchSize: 33 } } })).toThrow('batchSize');
});
