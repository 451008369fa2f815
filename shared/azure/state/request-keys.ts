import { randomUUID } from 'node:crypto';
import { accountOf } from '../../core/model/resource-id.ts';
import { tableKey } from './storage.ts';

/** Ends the key of the row of the table `requests` by which a look says that a request is over. */
export const ENDED = '-ended';

/** Of a new row about a resource. @throws TypeError for what is in no Batch account */
export function newKeys(resourceId: string): { readonly partitionKey: string; readonly rowKey: string } {
  const account = accountOf(resourceId);
  if (account === null) throw new TypeError(`In no Batch account: ${resourceId}`);
  return { partitionKey: tableKey(account.text), rowKey: randomUUID() };
}
