import { expect, it } from 'vitest';
import { managedIdentity } from '../../../local/azure/caller.ts';
import { part } from '../../../local/azure/json.ts';
import { NEWEST } from '../../../local/azure/versions.ts';
import { estate } from '../../../local/estate/estate.ts';
import { accountId, PRODUCTION } from '../../../local/estate/parts.ts';
import { inProcessAzure } from '../../support/drains/in-process-azure.ts';

const RENDER = accountId(PRODUCTION, 'rendering', 'contosorender');
const LINUX = `${RENDER}/pools/linux-open-ssh`;
const WINDOWS = `${RENDER}/pools/windows-rdp-busy`;
const KEY = 'a private key in PEM';

function azure() {
  const { world, provider, guard } = inProcessAzure(estate(), new Date('2026-11-28T08:00:00Z'));
  function patch(id: string, userAccounts: unknown) {
    const query = new URLSearchParams({ 'api-version': NEWEST });
    const call = { method: 'PATCH', path: id, query, apiVersion: NEWEST, ifMatch: null, headers: {} };
    return provider.serve({ ...call, body: { properties: { userAccounts } }, caller: managedIdentity('app') });
  }
  return { world, patch, guard };
}

it('The whole list is replaced, and every secret of a user is seen by tests alone', () => {
  const { world, patch, guard } = azure();
  const ids = { uid: 1000, gid: 1000 };
  const first = patch(LINUX, [
    { name: 'a', password: 'first-1', linuxUserConfiguration: { ...ids, sshPrivateKey: KEY } },
    { name: 'b', password: 'second-2' },
  ]);
  expect(part(first.body, 'properties')['userAccounts']).toEqual([
    { name: 'a', elevationLevel: 'NonAdmin', linuxUserConfiguration: ids },
    { name: 'b', elevationLevel: 'NonAdmin' },
  ]);
  expect([...world.givenUsers(LINUX)]).toEqual([
    ['a', { password: 'first-1', sshPrivateKey: KEY }],
    ['b', { password: 'second-2', sshPrivateKey: null }],
  ]);
  patch(LINUX, [{ name: 'b', password: 'third-3' }]);
  expect([...world.givenUsers(LINUX)]).toEqual([['b', { password: 'third-3', sshPrivateKey: null }]]);
  expect(part(world.pool(LINUX), 'properties')['userAccounts']).toHaveLength(1);
  expect(guard.violations).toEqual([]);
});

it.each([
  ['a user without a password', [{ name: 'a', password: 'x' }, { name: 'b' }]],
  ['an empty password', [{ name: 'a', password: '' }]],
  ['a uid without a gid', [{ name: 'a', password: 'pass-word-1', linuxUserConfiguration: { uid: 7 } }]],
  ['a gid without a uid', [{ name: 'a', password: 'pass-word-1', linuxUserConfiguration: { gid: 7 } }]],
  ['a login mode on Linux', [{ name: 'a', password: 'pass-word-1', windowsUserConfiguration: { loginMode: 'Batch' } }]],
  ['a name of 21 characters', [{ name: 'n'.repeat(21), password: 'pass-word-1' }]],
  ['a name of none', [{ name: '', password: 'pass-word-1' }]],
])('Batch refuses %s, and says no secret', (_, users) => {
  const { world, patch } = azure();
  const answer = patch(LINUX, users);
  expect(answer.status).toBe(400);
  expect(JSON.stringify(answer.body)).not.toContain('pass-word-1');
  expect(world.givenUsers(LINUX).size).toBe(0);
});

it('Names of 20 characters are taken, and login modes on Windows, where no node is', () => {
  const { world, patch } = azure();
  const users = [{ name: '😀'.repeat(20), password: 'x', windowsUserConfiguration: { loginMode: 'Batch' } }];
  expect(patch(WINDOWS, users).status).toBe(400);
  world.setNodes(WINDOWS, 0);
  expect(patch(WINDOWS, users).status).toBe(200);
});
