import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DefaultAzureCredential } from '@azure/identity';
import { QueueServiceClient } from '@azure/storage-queue';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { theIdentity } from '../../local/azure/identity.ts';
import { makeCertificate, trust } from '../../local/certificate.ts';
import { startStorage } from '../../local/storage.ts';
import { readSettings, SETTING_NAMES } from '../../shared/azure/settings.ts';
import { wire } from '../../shared/wire.ts';

const Sample = z.strictObject({ IsEncrypted: z.literal(false), Values: z.record(z.string(), z.string()) });
const text = readFileSync(join(import.meta.dirname, '..', '..', 'local.settings.sample.json'), 'utf8');
const { Values: sample } = Sample.parse(JSON.parse(text));

/** What only the host reads. */
const OF_THE_HOST = ['FUNCTIONS_WORKER_RUNTIME'];

test('the sample names every setting that the app reads, and no other', () => {
  console.log(`settings: ${SETTING_NAMES.length} read, ${Object.keys(sample).length} in the sample`);
  expect(SETTING_NAMES.length).toBeGreaterThan(8);
  expect(Object.keys(sample).toSorted()).toEqual([...SETTING_NAMES, ...OF_THE_HOST].toSorted());
});

test('it is for the storage emulator over https, signed in as the developer, without any key', () => {
  const settings = readSettings(sample);
  expect(Object.values(settings.storage).every((url) => /^https:\/\/127\.0\.0\.1:1000[0-2]\//.test(url))).toBe(true);
  expect(settings).toMatchObject({ isDevelopment: true, clientId: null, findingsTopic: null });
  expect(sample['FUNCTIONS_WORKER_RUNTIME']).toBe('node');
  expect(text).not.toMatch(/AccountKey|UseDevelopmentStorage/);
});

test('the app works with it: it signs in, makes its stores and takes a wish', async () => {
  const certificate = await makeCertificate();
  trust(certificate.cert);
  const [storage, identity] = await Promise.all([startStorage(certificate), theIdentity()]);
  onTestFinished(() => storage.stop());
  Object.assign(process.env, sample, {
    // The emulator of this test has ports of its own, and nobody is signed in here but the local identity.
    AzureWebJobsStorage__blobServiceUri: storage.blob,
    AzureWebJobsStorage__queueServiceUri: storage.queue,
    AzureWebJobsStorage__tableServiceUri: storage.table,
    IDENTITY_ENDPOINT: identity.endpoint,
    IDENTITY_HEADER: identity.header,
  });
  const quiet = () => {};
  const ports = await wire({ invocationId: 'sample', log: quiet, warn: quiet, error: quiet });
  await ports.enqueueListing('sub-1', new Date(), new Date());
  const queue = new QueueServiceClient(storage.queue, new DefaultAzureCredential()).getQueueClient('sweep');
  expect((await queue.getProperties()).approximateMessagesCount).toBe(1);
});
