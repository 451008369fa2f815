import { z } from 'zod';
import { after } from '../../core/model/time.ts';
import { UNTIL_SHOWN } from '../../messages.ts';
import { nullIfMissing, tableKey } from './storage.ts';
import { enqueueLook, type Queue } from './work-queues.ts';

/** What is asked of the table's client. */
interface Rows {
  getEntity(partitionKey: string, rowKey: string): Promise<unknown>;
  upsertEntity(row: { partitionKey: string; rowKey: string; until: Date }, mode: 'Replace'): Promise<unknown>;
}

const Window = z.object({ until: z.coerce.date() });

/**
 * Asks for looks on behalf of events. The message of the first event becomes visible after the settling time and answers
 * all that came until shortly before; those ask for nothing more. So a burst is one message an instance and window, and
 * an event that it does not answer opens the next.
 *
 * Which window is open stands in table `hints`, partition of the account, row `asked`; it is written after the message,
 * so that one without its message never stands there.
 * @param settling milliseconds
 */
export function lookWindows(
  storage: { readonly hints: Rows; readonly reconcile: Queue },
  settling: number,
): (accountId: string, at: Date) => Promise<void> {
  const open = new Map<string, Date>();
  const asking = new Map<string, Promise<void>>();

  async function ask(accountId: string, key: string, at: Date): Promise<void> {
    const until = after(at, settling - UNTIL_SHOWN);
    const row = { partitionKey: key, rowKey: 'asked' };
    const entity = await storage.hints.getEntity(row.partitionKey, row.rowKey).catch(nullIfMissing);
    const window = Window.safeParse(entity).data?.until ?? null;
    // One that ends later than one opened now would is none that was opened.
    if (window !== null && at <= window && window <= until) {
      open.set(key, window);
      return;
    }
    await enqueueLook(storage, { accountId, since: until }, settling);
    await storage.hints.upsertEntity({ ...row, until }, 'Replace');
    open.set(key, until);
  }

  return async (accountId, at) => {
    if (settling <= UNTIL_SHOWN) return enqueueLook(storage, { accountId, since: at }, settling);
    const key = tableKey(accountId);
    for (;;) {
      const until = open.get(key);
      if (until !== undefined && at <= until) return;
      const asked = asking.get(key);
      if (asked === undefined) break;
      await asked.catch(() => {}); // told to its own event; this one asks itself
    }
    const mine = ask(accountId, key, at).finally(() => asking.delete(key));
    asking.set(key, mine);
    await mine;
  };
}
