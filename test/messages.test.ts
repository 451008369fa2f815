import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ReconcileMessage, ResourceEvent, SweepMessage } from '../shared/messages.ts';

const ACCOUNT = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Batch/batchAccounts/a';
const examples = globSync('test/contract/event-grid/Microsoft.Resources/**/examples/**/*.json', {
  cwd: join(import.meta.dirname, '..'),
});

describe('Event Grid events', () => {
  test.each(examples)('%s', (file) => {
    const body: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const [event] = [body].flat();
    expect(ResourceEvent.parse(event)).toMatchObject({
      subject: expect.stringMatching(/^\/subscriptions\//),
      type: expect.stringMatching(/^Microsoft\.Resources\.Resource/),
      time: expect.any(Date),
      operation: expect.any(String),
    });
  });

  test('all official examples were there', () => {
    console.log(`events: ${examples.length} official examples parsed`);
    expect(examples).toHaveLength(18);
  });

  const event = {
    id: '1',
    subject: ACCOUNT,
    eventType: 'Microsoft.Resources.ResourceWriteSuccess',
    eventTime: '2026-11-22T12:00:00Z',
    data: {},
  };

  test('who did it is told by claims, as an object or as text', () => {
    const claims = { appid: 'app', 'http://schemas.microsoft.com/identity/claims/objectidentifier': 'oid' };
    for (const given of [claims, JSON.stringify(claims)]) {
      const parsed = ResourceEvent.parse({ ...event, data: { claims: given } });
      expect(parsed).toMatchObject({ application: 'app', objectId: 'oid' });
    }
    expect(ResourceEvent.parse(event)).toMatchObject({ application: null, objectId: null, operation: null });
  });

  test.each([
    { data: null },
    { data: 'text' },
    { data: { operationName: null, claims: null } },
    { data: { operationName: 7, claims: 'no JSON' } },
    { data: { claims: { appid: null, name: null } } },
    { data: { claims: '{"appid": 7}' } },
  ])('%j: a hint that is not as expected is none, and the event is taken', (changes) => {
    expect(ResourceEvent.parse({ ...event, ...changes })).toMatchObject({ subject: ACCOUNT, application: null });
  });

  test('15: of a newer version are read as this one knows them', () => {
    const more = { eventType: 'Microsoft.Resources.ResourceImagined', metadataVersion: '9', extra: { deep: [1] } };
    const data = { operationName: 'x', claims: { appid: 'app', new: 1 }, new: { of: 'ours' } };
    expect(ResourceEvent.parse({ ...event, ...more, data })).toEqual({
      id: '1',
      subject: ACCOUNT,
      type: 'Microsoft.Resources.ResourceImagined',
      time: new Date(event.eventTime),
      operation: 'x',
      application: 'app',
      objectId: null,
    });
  });

  test.each([
    ['no subject', { ...event, subject: undefined }],
    ['no time', { ...event, eventTime: 'soon' }],
    ['a subject that no table key can hold', { ...event, subject: `${ACCOUNT}${'x'.repeat(1000)}` }],
    ['null', null],
    ['text', 'event'],
  ])('%s: none', (_name, body) => {
    expect(ResourceEvent.safeParse(body).success).toBe(false);
  });
});

describe('queue messages', () => {
  test('are what the program writes', () => {
    const since = new Date('2026-11-22T12:00:00Z');
    expect(ReconcileMessage.parse({ accountId: ACCOUNT, since: since.toISOString() })).toEqual({
      accountId: ACCOUNT,
      since,
    });
    expect(SweepMessage.parse({ subscription: 's', since: since.toISOString() })).toEqual({ subscription: 's', since });
  });

  test.each([
    [{ accountId: `${ACCOUNT}/pools/p`, since: '2026-11-22' }],
    [{ accountId: ACCOUNT, since: 'never' }],
    [{ accountId: ACCOUNT }],
    ['text'],
  ])('%j is none', (body) => {
    expect(ReconcileMessage.safeParse(body).success).toBe(false);
  });

  test('15: of a newer version are read as this one knows them', () => {
    const since = new Date('2026-11-22T12:00:00Z');
    const more = { since: since.toISOString(), reason: 'event', version: 7, trace: { id: 'x' }, action: 'delete' };
    expect(ReconcileMessage.parse({ ...more, accountId: ACCOUNT })).toEqual({ accountId: ACCOUNT, since });
    expect(SweepMessage.parse({ ...more, subscription: 's' })).toEqual({ subscription: 's', since });
  });

  test.each(['', 'x/../y', 'x/resourceGroups/y', 'x?y'])('a subscription is not %j', (subscription) => {
    expect(SweepMessage.safeParse({ subscription, since: '2026-11-22' }).success).toBe(false);
  });
});
