import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { enqueueLook } from '../shared/azure/state/work-queues.ts';
import { MINUTE, SECOND } from '../shared/core/model/time.ts';
import { count } from '../shared/core/model/words.ts';
import type { Installation, Preparation } from './installation.ts';

const SOON = 5 * MINUTE;
const PATIENCE = 2 * MINUTE;
const Alarm = z.object({ accountId: z.string(), wakeAt: z.coerce.date() });
export type Alarm = z.infer<typeof Alarm>;

type Busy = Pick<Preparation, 'azure' | 'storage'> & { readonly host: Pick<Installation['host'], 'busy'> };

/**
 * Waits until nothing is left to do: queues empty, nothing running, no event under way and no alarm due. Alarms due
 * within five minutes ring at once, and when their time comes; later ones are returned.
 * @param patience milliseconds
 * @param progress is told, again and again, what is left to do
 * @throws Error when that takes longer than `patience`
 */
export async function untilAtRest(
  local: Busy,
  patience = PATIENCE,
  progress: (left: string) => void = () => {},
): Promise<readonly Alarm[]> {
  const rung = new Map<string, number>();
  let alarms: readonly Alarm[] = [];
  await untilNothing(patience, progress, async () => {
    alarms = await alarmsOf(local);
    const left = await leftToDo(local);
    if (left.length > 0) return left;
    const soon = alarms.filter(({ wakeAt }) => wakeAt.getTime() <= Date.now() + SOON);
    for (const { accountId, wakeAt } of soon) {
      // A look that was held until then is held until then however often it is repeated.
      if (rung.get(accountId) === wakeAt.getTime() && wakeAt.getTime() > Date.now()) continue;
      rung.set(accountId, wakeAt.getTime());
      await enqueueLook(local.storage, { accountId, since: new Date() }, 0);
    }
    return soon.length === 0 ? [] : [count(soon.length, 'alarm')];
  });
  return alarms;
}

/** The same, but for alarms, which stay. */
export function untilIdle(local: Busy, patience: number, progress: (left: string) => void): Promise<void> {
  return untilNothing(patience, progress, () => leftToDo(local));
}

async function untilNothing(
  patience: number,
  progress: (left: string) => void,
  whatIsLeft: () => Promise<readonly string[]>,
): Promise<void> {
  const deadline = Date.now() + patience;
  for (;;) {
    const left = (await whatIsLeft()).join(', ');
    if (left === '') return;
    if (Date.now() > deadline) throw new Error(`Not at rest after ${patience / MINUTE} minutes: ${left}.`);
    progress(left);
    await sleep(0.3 * SECOND);
  }
}

/** In words; empty when nothing is under way. */
async function leftToDo({ azure, host, storage }: Busy): Promise<string[]> {
  const running = () => (host.busy ? ['an invocation'] : []);
  const before = [...running(), ...(azure.eventGrid.pending > 0 ? [count(azure.eventGrid.pending, 'event')] : [])];
  if (before.length > 0) return before;
  const queues = [storage.resourceEvents, storage.sweep, storage.reconcile];
  const counts = await Promise.all(queues.map((queue) => queue.getProperties()));
  const waiting = counts.flatMap(({ approximateMessagesCount: messages = 0 }, place) =>
    messages === 0 ? [] : [`${count(messages, 'message')} in the queue ${queues[place]?.name}`],
  );
  // A message may have been taken and have left its queue while the counts were asked for.
  return [...running(), ...waiting];
}

async function alarmsOf({ storage }: Busy): Promise<Alarm[]> {
  const rows = await Array.fromAsync(storage.accounts.listEntities());
  return rows.flatMap((row) => {
    const alarm = Alarm.safeParse(row);
    return alarm.success ? [alarm.data] : [];
  });
}
