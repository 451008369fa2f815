import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { enqueueLook } from '../shared/azure/state/work-queues.ts';
import { MINUTE, SECOND } from '../shared/core/model/time.ts';
import type { Installation, Preparation } from './installation.ts';

const SOON = 5 * MINUTE;
const PATIENCE = 2 * MINUTE;
const Alarm = z.object({ accountId: z.string(), wakeAt: z.coerce.date() });
export type Alarm = z.infer<typeof Alarm>;

type Busy = Pick<Preparation, 'azure' | 'storage'> & { readonly host: Pick<Installation['host'], 'busy'> };

/**
 * Waits until nothing is left to do: queues empty, nothing running, no event under way and no alarm due. Alarms due
 * within five minutes ring at once; later ones are returned.
 * @param patience milliseconds
 * @throws Error when that takes longer than `patience`
 */
export async function untilAtRest(local: Busy, patience = PATIENCE): Promise<readonly Alarm[]> {
  const deadline = Date.now() + patience;
  while (Date.now() < deadline) {
    const alarms = await alarmsOf(local);
    const soon = alarms.filter(({ wakeAt }) => wakeAt.getTime() <= Date.now() + SOON);
    if (await isIdle(local)) {
      if (soon.length === 0) return alarms;
      for (const { accountId } of soon) await enqueueLook(local.storage, { accountId, since: new Date() }, 0);
    }
    await sleep(0.3 * SECOND);
  }
  throw new Error(`Not at rest after ${patience / MINUTE} minutes.`);
}

async function isIdle({ azure, host, storage }: Busy): Promise<boolean> {
  if (host.busy || azure.eventGrid.pending > 0) return false;
  const queues = [storage.resourceEvents, storage.sweep, storage.reconcile];
  const counts = await Promise.all(queues.map((queue) => queue.getProperties()));
  // A message may have been taken and have left its queue while the counts were asked for.
  return !host.busy && counts.every(({ approximateMessagesCount }) => approximateMessagesCount === 0);
}

async function alarmsOf({ storage }: Busy): Promise<Alarm[]> {
  const rows = await Array.fromAsync(storage.accounts.listEntities());
  return rows.flatMap((row) => {
    const alarm = Alarm.safeParse(row);
    return alarm.success ? [alarm.data] : [];
  });
}
