import { decodeFindings, encodeAttempts } from '../../shared/azure/state/finding-rows.ts';
import { type Storage, tableKey } from '../../shared/azure/state/storage.ts';
import { enqueueLook } from '../../shared/azure/state/work-queues.ts';
import { accountOf } from '../../shared/core/model/resource-id.ts';

/**
 * What failed is tried again in five minutes, or later: as if they were over. Nothing else may run meanwhile.
 * @returns how many findings waited
 */
export async function passTime({ findings, reconcile }: Storage): Promise<number> {
  const since = new Date();
  const rows = await Array.fromAsync(findings.listEntities());
  const waiting = decodeFindings(rows).flatMap(({ id, resourceId, attempts }) => {
    const account = accountOf(resourceId)?.text;
    const { refused } = attempts;
    if (account === undefined || refused === null || refused.nextTry <= since) return [];
    return { account, id, attempts: { ...attempts, refused: { ...refused, nextTry: since } } };
  });
  for (const { account, id, attempts } of waiting)
    await findings.updateEntity({ partitionKey: tableKey(account), rowKey: id, ...encodeAttempts(attempts) }, 'Merge');
  for (const accountId of new Set(waiting.map(({ account }) => account)))
    await enqueueLook({ reconcile }, { accountId, since }, 0);
  return waiting.length;
}
