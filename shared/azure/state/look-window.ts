import { idKey } from '../../core/model/resource-id.ts';
import { after } from '../../core/model/time.ts';
import { UNTIL_SHOWN } from '../../messages.ts';
import { coalesce } from './coalesce.ts';
import { enqueueLook, type Queue } from './work-queues.ts';

interface Wish {
  readonly accountId: string;
  /** By the clock of this instance. */
  readonly at: Date;
}

/**
 * Asks for looks on behalf of events. The message of the first event becomes visible after the settling time and answers
 * all that came until shortly before; those ask for nothing more. So a burst is one message an instance and window, and
 * an event that it does not answer opens the next. Of other instances' windows nothing is believed: their clocks differ.
 * @param settling milliseconds
 */
export function lookWindows(
  storage: { readonly reconcile: Queue },
  settling: number,
): (accountId: string, at: Date) => Promise<void> {
  /** Until when events are answered, by account. */
  const open = new Map<string, Date>();

  function isAnswered({ accountId, at }: Wish): boolean {
    const until = open.get(idKey(accountId));
    // A clock that was set back finds windows that end later than any it would open.
    return until !== undefined && at <= until && until <= after(at, settling - UNTIL_SHOWN);
  }

  const ask = coalesce<Wish>(
    async (wish) => {
      if (isAnswered(wish)) return;
      const until = after(wish.at, settling - UNTIL_SHOWN);
      await enqueueLook(storage, { accountId: wish.accountId, since: until }, settling);
      open.set(idKey(wish.accountId), until);
    },
    (one, other) => (one.at > other.at ? one : other),
    0,
  );

  return async (accountId, at) => {
    if (settling <= UNTIL_SHOWN) return enqueueLook(storage, { accountId, since: at }, settling);
    if (!isAnswered({ accountId, at })) await ask(idKey(accountId), { accountId, at });
  };
}
