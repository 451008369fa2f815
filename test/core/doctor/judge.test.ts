import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Json, part } from '../../../local/azure/json.ts';
import { deployed } from '../../../local/deployed.ts';
import { EventSubscriptionBody, StorageAccountBody } from '../../../shared/azure/doctor/bodies.ts';
import { shipped, storageNameOf } from '../../../shared/azure/doctor/shipped.ts';
import { judgeEventSubscription } from '../../../shared/core/doctor/judge-event-subscription.ts';
import { judgeRightsToRead, judgeRightsToWrite } from '../../../shared/core/doctor/judge-rights.ts';
import { judgeStorageAccount } from '../../../shared/core/doctor/judge-storage.ts';

const NOW = new Date('2026-11-28T12:00:00Z');
const SHIPPED = shipped('batchwarden');
const bodyOf = (type: string): Json => deployed(['s'], 'batchwarden').find((body) => body['type'] === type) ?? {};
const EVENTS = bodyOf('Microsoft.EventGrid/systemTopics/eventSubscriptions');
const STORAGE = bodyOf('Microsoft.Storage/storageAccounts');
const withProperties = (body: Json, properties: Json) => ({
  ...body,
  properties: { ...part(body, 'properties'), ...properties },
});

const FILTER = part(EVENTS, 'properties', 'filter');
const CONDITIONS = z
  .array(z.looseObject({ key: z.string(), values: z.array(z.string()) }))
  .parse(FILTER['advancedFilters']);
/** With other operations than were shipped. */
const operations = (change: (values: readonly string[]) => readonly string[]) =>
  CONDITIONS.map((each) => (each.key === 'subject' ? each : { ...each, values: change(each.values) }));
const filter = (changes: Json): Json => ({ filter: { ...FILTER, ...changes } });
const account = (name: string) =>
  `/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/${name}`;
const deadLetters = (resourceId: string): Json => ({
  deadLetterWithResourceIdentity: {
    deadLetterDestination: { endpointType: 'StorageBlob', properties: { resourceId } },
  },
});
const queue = (resourceId: string, queueName: string): Json => ({
  destination: null,
  deliveryWithResourceIdentity: {
    destination: { endpointType: 'StorageQueue', properties: { resourceId, queueName } },
  },
});

const DELIVERIES: readonly (readonly [string, Json, 'ok' | 'warn' | 'fail', RegExp])[] = [
  ['as shipped', {}, 'ok', /the function onResourceEvent, with filter and dead letters as shipped/],
  [
    'in other letters',
    filter({ advancedFilters: operations((values) => values.map((value) => value.toUpperCase())) }),
    'ok',
    /./,
  ],
  ['to the queue', queue(account('BatchWarden'), 'resource-events'), 'ok', /the queue resource-events/],
  ['to a queue of others', queue(account('other'), 'resource-events'), 'fail', /delivers to .*\/other and not to/],
  ['to another queue', queue(account('batchwarden'), 'sweep'), 'fail', /and not to onResourceEvent or the queue/],
  ['nowhere', { destination: null }, 'fail', /delivers to nothing/],
  [
    'without one operation',
    filter({ advancedFilters: operations((values) => values.slice(1)) }),
    'fail',
    /keeps back data\.operationName Microsoft\.Batch\/batchAccounts\/write$/,
  ],
  [
    'with an operation more',
    filter({ advancedFilters: operations((values) => [...values, 'a/b/action']) }),
    'warn',
    /also lets through data\.operationName a\/b\/action$/,
  ],
  [
    'without conditions',
    filter({ advancedFilters: null }),
    'warn',
    /lacks the condition StringContains of subject.*StringIn of data\.operationName/,
  ],
  [
    'with the opposite of a condition',
    filter({ advancedFilters: CONDITIONS.map((each) => ({ ...each, operatorType: 'StringNotIn' })) }),
    'fail',
    /a condition that was not shipped, StringNotIn of subject; .*lacks the condition StringIn of data\.operationName/,
  ],
  [
    'with a condition of its own',
    filter({ advancedFilters: [...CONDITIONS, { operatorType: 'IsNotNull', key: 'topic' }] }),
    'fail',
    /a condition that was not shipped, IsNotNull of topic/,
  ],
  [
    'without a type',
    filter({ includedEventTypes: ['Microsoft.Resources.ResourceWriteSuccess'] }),
    'fail',
    /keeps back event types Microsoft\.Resources\.ResourceDeleteSuccess, Microsoft\.Resources\.ResourceActionSuccess/,
  ],
  ['with all types', filter({ includedEventTypes: null }), 'ok', /./],
  [
    'of a beginning',
    filter({ subjectBeginsWith: '/subscriptions/x' }),
    'fail',
    /whose subject begins otherwise than with \/subscriptions\/x/,
  ],
  ['of an end', filter({ subjectEndsWith: '/x' }), 'fail', /whose subject ends otherwise than with \/x/],
  [
    'with dead letters elsewhere',
    deadLetters(account('other')),
    'fail',
    /its dead letters go to .*\/other, which is not the storage of this app/,
  ],
  ['without dead letters', { deadLetterWithResourceIdentity: null }, 'warn', /it has no dead letters/],
  ['that waits for somebody', { provisioningState: 'AwaitingManualAction' }, 'fail', /it is AwaitingManualAction/],
  ['that is being made', { provisioningState: 'Creating' }, 'warn', /it is creating/],
  ['that has ended', { expirationTimeUtc: '2026-01-01T00:00:00Z' }, 'fail', /it ended at 2026-01-01/],
  ['that will end', { expirationTimeUtc: '2027-01-01T00:00:00Z' }, 'warn', /it ends at 2027-01-01/],
];

describe('an event subscription', () => {
  test.each(DELIVERIES)('%s', (_, properties, result, why) => {
    const known = [EventSubscriptionBody.parse(withProperties(EVENTS, properties))];
    const check = judgeEventSubscription({ eventSubscriptions: { known } }, SHIPPED, NOW);
    expect(check).toMatchObject({ result, why: expect.stringMatching(why) });
    expect(check.todo === null).toBe(result === 'ok');
  });

  test('of another installation is not ours', () => {
    const other = withProperties(EVENTS, {
      ...deadLetters(account('other')),
      destination: { endpointType: 'WebHook' },
    });
    const known = [EventSubscriptionBody.parse(other)];
    const check = judgeEventSubscription({ eventSubscriptions: { known } }, SHIPPED, NOW);
    expect(check).toMatchObject({
      result: 'fail',
      why: expect.stringMatching(/^no event subscription delivers to this app/),
    });
    const both = [...known, EventSubscriptionBody.parse(EVENTS)];
    expect(judgeEventSubscription({ eventSubscriptions: { known: both } }, SHIPPED, NOW).result).toBe('ok');
  });
});

const SETTINGS: readonly (readonly [string, Json, 'ok' | 'fail', RegExp])[] = [
  ['as shipped', {}, 'ok', /reached from any network by who is signed in/],
  [
    'closed',
    { networkAcls: { defaultAction: 'Deny' }, privateEndpointConnections: [{}] },
    'ok',
    /its network is closed/,
  ],
  ['keys', { allowSharedKeyAccess: true }, 'fail', /allowSharedKeyAccess is not false/],
  ['keys by default', { allowSharedKeyAccess: null }, 'fail', /allowSharedKeyAccess is not false/],
  ['anonymous access', { allowBlobPublicAccess: true }, 'fail', /allowBlobPublicAccess is not false/],
  ['old TLS', { minimumTlsVersion: 'TLS1_0' }, 'fail', /minimumTlsVersion is not TLS1_2/],
  ['http', { supportsHttpsTrafficOnly: false }, 'fail', /supportsHttpsTrafficOnly is not true/],
  [
    'open beside private endpoints',
    { privateEndpointConnections: [{}] },
    'fail',
    /1 private endpoint, .*defaultAction is not Deny/,
  ],
];

describe('the storage account', () => {
  test.each(SETTINGS)('%s', (_, properties, result, why) => {
    const known = StorageAccountBody.parse(withProperties(STORAGE, properties));
    expect(judgeStorageAccount({ known })).toMatchObject({ result, why: expect.stringMatching(why) });
  });

  test.each([
    ['https://stbatchwarden1.table.core.windows.net', 'stbatchwarden1'],
    ['https://127.0.0.1:4000/batchwarden', 'batchwarden'],
    ['https://localhost:4000/batchwarden', 'batchwarden'],
  ])('of %s is %s', (endpoint, name) => {
    expect(storageNameOf(endpoint)).toBe(name);
  });
});

describe('rights', () => {
  const NONE = { notActions: [], dataActions: [], notDataActions: [] };
  const may = (...actions: readonly string[]) => ({ permissions: { known: [{ ...NONE, actions }] }, isEnforced: true });

  test.each([
    ['*', 'ok', 'ok'],
    ['*/read', 'ok', 'fail'],
    ['Microsoft.Batch/*', 'fail', 'fail'],
  ])('%s: to read %s, to write %s', (action, toRead, toWrite) => {
    const results = [judgeRightsToRead(may(action), SHIPPED, true), judgeRightsToWrite(may(action), SHIPPED, true)];
    expect(results.map(({ result }) => result)).toEqual([toRead, toWrite]);
  });

  test('that one role takes out and another gives are there', () => {
    const known = [
      { ...NONE, actions: ['*'], notActions: ['Microsoft.Batch/*'] },
      { ...NONE, actions: ['Microsoft.Batch/*'] },
    ];
    expect(judgeRightsToRead({ permissions: { known }, isEnforced: true }, SHIPPED, true).result).toBe('ok');
    const less = { known: known.slice(0, 1) };
    expect(judgeRightsToRead({ permissions: less, isEnforced: true }, SHIPPED, true).result).toBe('fail');
  });

  test('that are not known are no rights', () => {
    const unseen = { permissions: { unseen: 'no answer' }, isEnforced: true };
    expect(judgeRightsToRead(unseen, SHIPPED, true).result).toBe('warn');
    expect(judgeRightsToWrite(unseen, SHIPPED, true).result).toBe('warn');
  });
});
