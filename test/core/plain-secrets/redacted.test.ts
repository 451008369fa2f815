import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { redacted, redactedIn } from '../../../shared/core/plain-secrets/redacted.ts';
import { canaries, secretsSeenIn } from '../../support/canaries/forms.ts';
import { runs } from '../../support/runs.ts';

/** Around what a text holds, as messages, paths, ids and JSON have it. */
const AROUND: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => `the value "${text}" is not allowed`,
  (text) => `properties.metadata[${text}].value`,
  (text) => `${text}, and ${text}`,
  (text) => JSON.stringify({ error: { message: text } }),
  (text) => JSON.stringify({ error: JSON.stringify([text]) }),
  encodeURIComponent,
];

test('12: nothing of a secret is left of a text, whatever is around it, and redacting twice changes nothing', () => {
  let texts = 0;
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      for (const canary of canaries(seed)) {
        for (const around of AROUND) {
          const told = redacted(around(canary.text));
          expect(secretsSeenIn(told, [canary])).toEqual([]);
          expect(redacted(told)).toBe(told);
          texts += 1;
        }
      }
    }),
    { numRuns: runs(80) },
  );
  console.log(`redacted: ${texts} texts`);
  expect(texts).toBeGreaterThan(3000);
});

test.each([
  'contoso/pool1',
  '/subscriptions/11111111-aaaa-4aaa-8aaa-111111111111/resourceGroups/rg1/providers/Microsoft.Batch/batchAccounts/acct1',
  'https://learn.microsoft.com/azure/batch/batch-certificate-migration-guide',
  'https://management.azure.com/subscriptions/11111111-aaaa-4aaa-8aaa-111111111111/resourceGroups/rg1',
  'https://kv1.vault.azure.net/secrets/render/0123456789abcdef0123456789abcdef',
  'https://store1.blob.core.windows.net/tools-2024-11/NVIDIA-Linux-x86_64-535.104.05.run',
  'The pool has 4 nodes: give sourceAddressPrefix 10.0.0.0/8 at priority 150.',
  'C:\\tools\\new 100%25 %PATH%',
])('what holds no secret is told as it is: %s', (text) => {
  expect(redacted(text)).toBe(text);
});

test('12: a value whose name says secret is left out, however they stand beside each other; what is no text stays', () => {
  const at = new Date(0);
  const password = 'correct horse';
  expect(
    redactedIn({
      at,
      n: 1,
      none: null,
      set: { password, list: [password] },
      pairs: [{ name: 'DB_PASSWORD', value: password }],
    }),
  ).toEqual({
    at,
    n: 1,
    none: null,
    set: { password: '***', list: [password] },
    pairs: [{ name: 'DB_PASSWORD', value: '***' }],
  });
});

test('12: where something is stays whole, whatever it is called', () => {
  const account =
    '/subscriptions/s/resourceGroups/sk-proj-a1234567890123456789/providers/Microsoft.Batch/batchAccounts/a';
  const line = { account, resource: `${account}/pools/npm_${'a'.repeat(36)}`, subject: '/subscriptions/s' };
  expect(redactedIn(line)).toEqual(line);
  expect(redactedIn({ resource: 'AccountKey=abcdefgh12345678', why: line.resource })).toEqual({
    resource: expect.not.stringContaining('abcdefgh'),
    why: expect.not.stringContaining('aaaa'),
  });
});

test('17.6: the reason of a failed sign-in is told whole, and no secret beside it', () => {
  const reason =
    'CredentialUnavailableError: Azure CLI could not be found.\nEnvironmentCredentialError: password=hunter2hunter2';
  expect(redacted(reason)).toBe(reason.replace('hunter2hunter2', '***'));
});
