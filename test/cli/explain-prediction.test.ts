import { expect, test } from 'vitest';
import { accountBody, type Body, poolBody } from '../support/cli/bodies.ts';
import { file, inProcess } from '../support/cli/harness.ts';
import { identityId, storageId } from '../support/snapshots.ts';

const NODES = identityId('nodes');
const withIdentity = { type: 'UserAssigned', userAssignedIdentities: { [NODES]: {} } };

async function predicted(nodeIdentity: boolean, pool: Body): Promise<string> {
  const autoStorage = {
    storageAccountId: storageId('store1'),
    authenticationMode: 'BatchAccountManagedIdentity',
    ...(nodeIdentity ? { nodeIdentityReference: { resourceId: NODES } } : {}),
  };
  const account = accountBody({
    properties: { provisioningState: 'Succeeded', allowedAuthenticationModes: ['AAD'], autoStorage },
  });
  const { code, out } = await inProcess([
    'explain',
    'acct1/pool1',
    '--input',
    await file('predict.json', [account, pool]),
  ]);
  expect(code).toBe(0);
  return out.slice(out.indexOf('Prediction'));
}

/** Without the breaks of lines. */
function plain(text: string): string {
  return text.replace(/\s+/g, ' ');
}

test('what awaits a pool is predicted, both rows where both may hold', async () => {
  const both = await predicted(true, { ...poolBody(), identity: withIdentity });
  expect(both).toContain('identity)\nEither may come: it is not known whether the node identity may read');
  expect(both).toContain('\n          Nodes        Started successfully\n');
  expect(both).toContain('\n          Nodes        Started successfully, but in the Idle state\n');
  expect(await predicted(true, poolBody())).toContain('ApplicationPackageError');
  const none = await predicted(false, poolBody());
  expect(none).toContain(
    'account-pool\n\nThe account names no node identity\n  With application packages (its body shows none)\n',
  );
  expect(none).toContain('Nodes        Stuck indefinitely in the Starting state');
  expect(plain(none)).toContain(
    'agent-debug.log repeats "pool not fully joined yet, health=Status.TvmJoinPoolInProgress"',
  );
  expect(plain(both)).toContain('403 AuthorizationPermissionMismatch says that the role is missing');
  expect(plain(both)).toMatch(
    /Where the account names a node identity, (?:(?!To see that).)* it may not read auto-storage .*To see that it is so Look On a node, ask/,
  );
});
