import type { PrivateEndpointConnection } from '../../core/model/account.ts';
import { below } from '../../core/model/arm-id.ts';
import { type Reading, unreadable } from '../../core/model/reading.ts';
import { parseAccountId } from '../../core/model/resource-id.ts';
import type { Snapshot } from '../../core/model/snapshot.ts';
import { hidesGroups } from '../../core/reachability/private-endpoints.ts';
import { ConnectionBody } from '../codec/account-body.ts';
import { decodeConnection } from '../codec/account-codec.ts';
import { type ProviderReads, tryReading } from './provider-reads.ts';

/** https://learn.microsoft.com/rest/api/batchmanagement/private-endpoint-connection/list-by-batch-account */
const API = '2025-06-01';

/** The private endpoint connections of an account: of its body, or their own list where the body hides a group. */
export async function readConnections(
  reads: ProviderReads,
  { account, accountId }: Snapshot,
): Promise<Reading<readonly PrivateEndpointConnection[]>> {
  if ('unknown' in account) return account;
  const { privateEndpointConnections } = account.known;
  if (!privateEndpointConnections.some(hidesGroups)) return { known: privateEndpointConnections };
  const id = parseAccountId(accountId);
  if (id === null) return { unknown: unreadable('the id of the account is not as expected') };
  return tryReading('the list of private endpoint connections', async () => {
    const bodies = await reads.items(below(id.text, 'privateEndpointConnections'), API);
    return bodies.map((body) => decodeConnection(ConnectionBody.parse(body)));
  });
}
