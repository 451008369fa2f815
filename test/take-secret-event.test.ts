import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { mainOf, type SecretRef } from '../shared/core/model/secret.ts';
import type { LogLine } from '../shared/core/plan/log-line.ts';
import { isOfVault, SecretEvent } from '../shared/messages.ts';
import { takeSecretEvent } from '../shared/take-secret-event.ts';
import { ACCOUNT_ID } from './support/snapshots.ts';

/** Not part of the project: where it is not, the examples are not read. */
const CONTRACT = join(import.meta.dirname, '..', '..', 'shared', 'contract', 'event-grid', 'Microsoft.KeyVault');

const VERSION = '0123456789abcdef0123456789abcdef';
const ID = `https://kv.vault.azure.net/secrets/artist/${VERSION}`;
const SECRET: SecretRef = { vault: 'https://kv.vault.azure.net', name: 'artist' };
const CREATED = 'Microsoft.KeyVault.SecretNewVersionCreated';
const now = new Date('2026-11-22T12:00:00Z');

const data = {
  Id: ID,
  VaultName: 'kv',
  ObjectType: 'Secret',
  ObjectName: 'artist',
  Version: VERSION,
  NBF: null,
  EXP: 1,
};

function eventGridEvent(changes: object = {}, ofData: object = {}) {
  return {
    id: '1',
    topic: '/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv',
    subject: 'artist',
    eventType: CREATED,
    eventTime: '2026-11-22T11:59:00Z',
    data: { ...data, ...ofData },
    dataVersion: '1',
    metadataVersion: '1',
    ...changes,
  };
}

function cloudEvent(type = CREATED) {
  return { specversion: '1.0', id: '1', source: '/s', subject: 'artist', type, time: '2026-11-22T11:59:00Z', data };
}

async function take(message: unknown, has: { accountOf?: string | null; isWatched?: boolean } = {}) {
  const asked: SecretRef[] = [];
  const wished: unknown[] = [];
  const lines: LogLine[] = [];
  await takeSecretEvent(
    {
      correlationId: 'c',
      version: 'v',
      signal: new AbortController().signal,
      now: () => now,
      isWatched: () => has.isWatched ?? true,
      async accountOf(secret) {
        asked.push(secret);
        return has.accountOf === undefined ? ACCOUNT_ID : has.accountOf;
      },
      enqueueLook: async (...given) => void wished.push(given),
      log: (line) => void lines.push(line),
      tell: async () => true,
      tellFailure: async () => {},
      tellEnded: async () => {},
    },
    message,
  );
  return { asked, wished, lines };
}

describe('an event of a secret', () => {
  const TYPES = ['SecretNearExpiry', 'SecretExpired', 'SecretNewVersionCreated'].map(
    (one) => `Microsoft.KeyVault.${one}`,
  );
  test.each(
    TYPES.flatMap((type) => [[type, eventGridEvent({ eventType: type })] as const, [type, cloudEvent(type)] as const]),
  )('%s leads to a look at the account that has it: %j', async (type, message) => {
    const { asked, wished, lines } = await take(message);
    expect(asked).toEqual([SECRET]);
    expect(wished).toEqual([[ACCOUNT_ID, now]]);
    const secret = 'https://kv.vault.azure.net/secrets/artist';
    expect(lines).toEqual([{ event: 'secret-event-taken', subject: secret, account: ACCOUNT_ID, reason: type }]);
  });

  test.each<[what: string, changes: object, ofData: object]>([
    ['times as numbers', {}, { NBF: 1_767_600_000, EXP: 1_775_376_000 }],
    ['times as text', {}, { NBF: '1767600000', EXP: '1775376000' }],
    ['times that are none', {}, { NBF: {}, EXP: 'soon' }],
    ['a space in a key', {}, { ObjectName: undefined, 'ObjectName ': 'artist' }],
    [
      'nothing but its id',
      { id: 7, topic: null, subject: undefined, eventTime: 'never' },
      { VaultName: 7, Version: [] },
    ],
    ['more than is known', { extra: { deep: [1] } }, { New: { of: 'theirs' } }],
    ['data as JSON text', { data: JSON.stringify(data) }, {}],
    ['another name than that in its id', { subject: 'other' }, { ObjectName: 'other', VaultName: 'other' }],
    ['an id without a version', {}, { Id: 'https://kv.vault.azure.net/secrets/artist' }],
    ['an id in other case', {}, { Id: `HTTPS://KV.vault.azure.net/Secrets/artist/${VERSION}` }],
  ])('with %s is taken', async (_, changes, ofData) => {
    const { asked, wished } = await take(eventGridEvent(changes, ofData));
    expect(asked).toEqual([SECRET]);
    expect(wished).toHaveLength(1);
  });

  test('of the version that prepares a rotation is of the secret that it is for', async () => {
    const Id = `https://kv.vault.azure.net/secrets/artist-pending/${VERSION}`;
    const { asked, lines } = await take(eventGridEvent({}, { Id }));
    expect(asked).toEqual([SECRET]);
    expect(lines).toMatchObject([{ subject: 'https://kv.vault.azure.net/secrets/artist-pending' }]);
  });

  test('that nobody has, or of an account that is not watched, is logged, and nobody looks', async () => {
    const secret = 'https://kv.vault.azure.net/secrets/artist';
    const nobody = await take(eventGridEvent(), { accountOf: null });
    expect(nobody.wished).toEqual([]);
    const reason = 'of no named user that a look has found';
    expect(nobody.lines).toEqual([{ event: 'secret-event-ignored', subject: secret, account: null, reason }]);
    const unwatched = await take(eventGridEvent(), { isWatched: false });
    expect(unwatched.wished).toEqual([]);
    expect(unwatched.lines).toEqual([
      { event: 'secret-event-ignored', subject: secret, account: ACCOUNT_ID, reason: 'not watched' },
    ]);
  });
});

const OTHER_TYPE = 'none of the events of secrets that are taken';
const NO_ID = 'not the id of a secret';

describe('what is no event of a secret asks the index nothing, and is logged in words of our own', () => {
  test.each<[what: string, message: unknown, reason: string | RegExp]>([
    ['of a key', eventGridEvent({ eventType: 'Microsoft.KeyVault.KeyNearExpiry' }), OTHER_TYPE],
    ['of a type yet to come', cloudEvent('Microsoft.KeyVault.SecretImagined'), OTHER_TYPE],
    ['of another service', cloudEvent('Microsoft.Imagined.SecretExpired'), OTHER_TYPE],
    ['of a resource', cloudEvent('Microsoft.Resources.ResourceWriteSuccess'), OTHER_TYPE],
    ['of no type', eventGridEvent({ eventType: 7 }), OTHER_TYPE],
    ['without data', eventGridEvent({ data: undefined }), /expected object/],
    ['with data that is text', eventGridEvent({ data: 'text' }), /expected object/],
    ['without an id', eventGridEvent({}, { Id: undefined }), 'without the id of a secret'],
    ['with an id that is a number', eventGridEvent({}, { Id: 7 }), 'without the id of a secret'],
    ['null', null, /expected object/],
    ['text', 'event', /expected object/],
    ['a list', [eventGridEvent()], /./],
  ])('%s', async (_, message, reason) => {
    const { asked, wished, lines } = await take(message);
    expect([asked, wished]).toEqual([[], []]);
    const told = expect.stringMatching(reason);
    expect(lines).toEqual([{ event: 'secret-event-ignored', subject: '', account: null, reason: told }]);
  });

  test.each([
    '',
    'artist',
    'http://kv.vault.azure.net/secrets/artist/v',
    'https://kv.vault.azure.net/keys/artist/v',
    'https://kv.vault.azure.net/secrets',
    'https://kv.vault.azure.net/secrets/',
    'https://kv.vault.azure.net/secrets/artist/v/x',
    'https://kv.vault.azure.net/secrets/artist%2fother/v',
    'https://kv.vault.azure.net/secrets/art_ist/v',
    'https://kv.vault.azure.net/secrets/../v',
    `https://kv.vault.azure.net/secrets/${'n'.repeat(128)}/v`,
    'https://kv.vault.azure.net:8443/secrets/artist/v',
    'https://me:word@kv.vault.azure.net/secrets/artist/v',
    'https://kv.vault.azure.net#.evil.example/secrets/artist/v',
    'https://kv.vault.azure.net?x/secrets/artist/v',
    'https://kv\\evil/secrets/artist/v',
    'https://kv.vault.azure.net/secrets/artist\n/v',
    'https://Kelvin\u{212a}v.vault.azure.net/secrets/artist/v',
    `https://${'a.'.repeat(300)}net/secrets/artist/v`,
    'x'.repeat(100_000),
  ])('with the id %j', async (Id) => {
    const { asked, wished, lines } = await take(eventGridEvent({}, { Id }));
    expect([asked, wished]).toEqual([[], []]);
    expect(lines).toEqual([{ event: 'secret-event-ignored', subject: '', account: null, reason: NO_ID }]);
  });
});

test('what a vault sent is told from what is of a resource, in either envelope', () => {
  for (const message of [eventGridEvent(), cloudEvent(), cloudEvent('Microsoft.KeyVault.KeyNearExpiry')])
    expect(isOfVault(message)).toBe(true);
  const others = [
    cloudEvent('Microsoft.Resources.ResourceWriteSuccess'),
    eventGridEvent({ eventType: 7 }),
    null,
    'x',
    [],
  ];
  for (const message of others) expect(isOfVault(message)).toBe(false);
});

test.each([
  ['artist', 'artist'],
  ['artist-pending', 'artist'],
  ['Artist-PENDING', 'Artist'],
  ['artist-pending-pending', 'artist-pending'],
  ['-pending', '-pending'],
  ['pending', 'pending'],
])('the secret of %s is %s', (name, main) => {
  expect(mainOf({ ...SECRET, name })).toEqual({ ...SECRET, name: main });
});

describe.skipIf(!existsSync(CONTRACT))('the official examples of Microsoft.KeyVault', () => {
  const examples = globSync('**/examples/**/secret_*.json', { cwd: CONTRACT });

  test('are there, in both envelopes', () => {
    console.log(`events of vaults: ${examples.length} official examples`);
    expect(examples.length).toBeGreaterThanOrEqual(2);
  });

  test.each(examples)('%s', (file) => {
    const body: unknown = JSON.parse(readFileSync(join(CONTRACT, file), 'utf8'));
    for (const event of [body].flat()) {
      const secret = { vault: 'https://sample-kv.vault.azure.net', name: 'newsecret' };
      expect(SecretEvent.parse(event)).toEqual({ type: CREATED, secret });
      expect(isOfVault(event)).toBe(true);
    }
  });
});
