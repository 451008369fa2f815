import type { HttpClient, PipelineResponse } from '@azure/core-rest-pipeline';
import { expect, test } from 'vitest';
import { managedIdentity } from '../../../local/azure/caller.ts';
import { credentialOf } from '../../../local/key-vault/credential.ts';
import { apply } from '../../../shared/azure/apply.ts';
import type { Arm } from '../../../shared/azure/arm/arm.ts';
import { giveSecrets } from '../../../shared/azure/key-vault/give-secrets.ts';
import { Secret } from '../../../shared/azure/key-vault/secret.ts';
import { openVaults } from '../../../shared/azure/key-vault/vaults.ts';
import { writeSecret } from '../../../shared/azure/key-vault/write-secret.ts';
import { setPool, setSecret } from '../../../shared/core/model/change.ts';
import { pendingOf } from '../../../shared/core/model/secret.ts';
import { DAY } from '../../../shared/core/model/time.ts';
import { writeOf } from '../../../shared/core/plan/write.ts';
import { tagsOf } from '../../../shared/core/rotation/secret-owner.ts';
import { threeVaults } from '../../support/key-vault/vaults.ts';
import { leaksIn } from '../../support/leaks.ts';
import { aSecret } from '../../support/rotations/examples.ts';
import { aPool, snapshotOf } from '../../support/snapshots.ts';

const secret = aSecret({ main: { vault: 'https://one.vault.azure.net', name: 'render' } });
const { signal } = new AbortController();

type Break = (response: PipelineResponse, sent: string) => Partial<PipelineResponse>;

/** Clients of a vault whose answers something on the way breaks. */
function vaultsThat(breaks: Break) {
  const { vaults } = threeVaults();
  const inner = vaults.httpClient();
  const httpClient: HttpClient = {
    async sendRequest(request) {
      const response = await inner.sendRequest(request);
      if (response.status !== 200) return response;
      return { ...response, ...breaks(response, typeof request.body === 'string' ? request.body : '') };
    },
  };
  return { vaults, ours: openVaults(credentialOf(managedIdentity('app')), httpClient) };
}

test.each<[string, Break]>([
  ['is cut', ({ bodyAsText }) => ({ bodyAsText: bodyAsText?.slice(0, -3) ?? '' })],
  ['has something before it', ({ bodyAsText }) => ({ bodyAsText: `x${bodyAsText}` })],
  [
    'repeats what was sent',
    (_response, sent) => ({
      status: 400,
      bodyAsText: JSON.stringify({ error: { code: 'BadParameter', message: `not this: ${sent}` } }),
    }),
  ],
])('an answer that %s tells no value', async (_, breaks) => {
  const { vaults, ours } = vaultsThat(breaks);
  const version = vaults.asPerson().set('one', 'render-pending', 'The-value-of-render', {
    tags: { ...tagsOf(secret), replaces: 'none' },
  });
  const place = { ...pendingOf(secret.main), version };
  const now = () => new Date();
  const outcomes = [
    await writeSecret(
      ours,
      setSecret(secret, pendingOf(secret.main), { minted: { kind: 'password', replaces: 'none', maxAge: DAY } }),
      now,
      signal,
    ),
    await writeSecret(ours, setSecret(secret, secret.main, { promoted: place }), now, signal),
    await giveSecrets(
      ours,
      aPool(),
      { users: [{ name: 'render', elevationLevel: null, secret: { ...place, kind: 'password' } }] },
      { properties: { userAccounts: [{ name: 'render' }] } },
      signal,
    ).catch((error: unknown) => error),
  ];
  const told = outcomes.map((outcome) =>
    outcome instanceof Error ? `${outcome.message} ${outcome.stack}` : JSON.stringify(outcome),
  );
  expect(told.map((text) => /HTTP \d/.test(text))).toEqual([true, true, true]);
  expect(leaksIn(told, vaults.allValues())).toEqual([]);
});

test('a pool that is read again once it was written, and tells what was sent, tells no value', async () => {
  const { vaults, quick } = threeVaults();
  const version = vaults.asPerson().set('one', 'render', 'The-value-of-render', { tags: tagsOf(secret) });
  const body = { properties: { userAccounts: [{ name: 'render' }] } };
  const pool = { ...aPool(), source: body };
  let sent = '';
  const arm: Arm = {
    async patch(_, patch) {
      sent = Secret.jsonOf(patch);
      return { status: 200, body: undefined, retryAfter: null };
    },
    get: () => Promise.reject(new Error(`no connection for ${sent}`)),
    async *pages() {
      yield [];
    },
  };
  const users = [
    { name: 'render', elevationLevel: null, secret: { ...secret.main, version, kind: 'password' as const } },
  ];
  const snapshot = snapshotOf({ pools: [pool] });
  const write = writeOf(snapshot, setPool(pool, { users }), [], null);
  const outcome = await apply({ arm, vaults: quick }, write, snapshot, () => new Date(), signal);
  expect(sent).toContain('The-value-of-render');
  expect(outcome).toMatchObject({ kind: 'failed', message: expect.stringContaining('no connection for') });
  expect(leaksIn([JSON.stringify(outcome)], vaults.allValues())).toEqual([]);
});
