import { describe, expect, test } from 'vitest';
import { readSettings } from '../../shared/azure/settings.ts';

const complete = {
  WATCHED_SUBSCRIPTIONS: ' sub1, sub2 ,',
  SWEEP_SCHEDULE: '0 0 2 * * *',
  AzureWebJobsStorage__blobServiceUri: 'https://store.blob.core.windows.net/',
  AzureWebJobsStorage__queueServiceUri: 'https://store.queue.core.windows.net',
  AzureWebJobsStorage__tableServiceUri: 'https://store.table.core.windows.net',
};

test('settings are read, with the public cloud and the system-assigned identity unless told', () => {
  expect(readSettings(complete)).toEqual({
    watchedSubscriptions: ['sub1', 'sub2'],
    storage: {
      blob: 'https://store.blob.core.windows.net',
      queue: 'https://store.queue.core.windows.net',
      table: 'https://store.table.core.windows.net',
    },
    armEndpoint: 'https://management.azure.com',
    clientId: null,
    findingsTopic: null,
    findingsFormat: 'batch-warden',
    settling: 10_000,
    busy: 30_000,
    looksPerSecond: 4,
    isDevelopment: false,
  });
});

test('a topic for findings and Core Tools are told apart from nothing', () => {
  const given = { FINDINGS_TOPIC: 'https://topic.example/api/events', AZURE_FUNCTIONS_ENVIRONMENT: 'Development' };
  expect(readSettings({ ...complete, ...given })).toMatchObject({
    findingsTopic: 'https://topic.example/api/events',
    isDevelopment: true,
  });
  const { isDevelopment } = readSettings({ ...complete, AZURE_FUNCTIONS_ENVIRONMENT: 'Production' });
  expect(isDevelopment).toBe(false);
});

test('looks are counted by the second, in fractions too', () => {
  expect(readSettings({ ...complete, LOOKS_PER_SECOND: '0.5' })).toMatchObject({ looksPerSecond: 0.5 });
});

test('delays are seconds', () => {
  const given = { SETTLING_SECONDS: '0', BUSY_SECONDS: '3600' };
  expect(readSettings({ ...complete, ...given })).toMatchObject({ settling: 0, busy: 3_600_000 });
});

test('what may be left out may be empty', () => {
  const empty = {
    ARM_ENDPOINT: '',
    AZURE_CLIENT_ID: '',
    FINDINGS_TOPIC: '',
    FINDINGS_FORMAT: '',
    SETTLING_SECONDS: '',
    BUSY_SECONDS: '',
  };
  expect(readSettings({ ...complete, ...empty, LOOKS_PER_SECOND: '' })).toEqual(readSettings(complete));
});

describe('what is wrong is named, all at once', () => {
  test.each([
    [{ ...complete, WATCHED_SUBSCRIPTIONS: '' }, /WATCHED_SUBSCRIPTIONS: name at least one subscription id/],
    [{ ...complete, WATCHED_SUBSCRIPTIONS: ' , ' }, /WATCHED_SUBSCRIPTIONS/],
    [{ ...complete, WATCHED_SUBSCRIPTIONS: 'sub1, x/../y' }, /WATCHED_SUBSCRIPTIONS.1: a subscription id has letters/],
    [{ ...complete, ARM_ENDPOINT: 'http://management.azure.com' }, /ARM_ENDPOINT/],
    [{ ...complete, FINDINGS_TOPIC: 'topic.example' }, /FINDINGS_TOPIC/],
    [{ ...complete, FINDINGS_FORMAT: 'OCSF' }, /FINDINGS_FORMAT/],
    [{ ...complete, SETTLING_SECONDS: 'soon' }, /SETTLING_SECONDS/],
    [{ ...complete, SETTLING_SECONDS: '1.5' }, /SETTLING_SECONDS/],
    [{ ...complete, BUSY_SECONDS: '3601' }, /BUSY_SECONDS/],
    [{ ...complete, LOOKS_PER_SECOND: '0' }, /LOOKS_PER_SECOND/],
    [{ ...complete, LOOKS_PER_SECOND: 'many' }, /LOOKS_PER_SECOND/],
    [{ ...complete, AzureWebJobsStorage__tableServiceUri: undefined }, /AzureWebJobsStorage__tableServiceUri/],
    [{}, /WATCHED_SUBSCRIPTIONS.*SWEEP_SCHEDULE.*blobServiceUri.*queueServiceUri.*tableServiceUri/],
  ])('%j', (environment, message) => {
    expect(() => readSettings(environment)).toThrow(message);
  });
});
