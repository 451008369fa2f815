import { believed } from './core/model/believed.ts';
import { MINUTE } from './core/model/time.ts';
import { reasonOf } from './core/model/words.ts';
import { ReconcileMessage } from './messages.ts';
import type { Intake, Register } from './ports.ts';
import { type LookPorts, reconcile } from './reconcile.ts';

/** For what a look that is stopped has still to do: to record what Azure accepted, and to give its lease back. */
const GRACE = MINUTE;

type WishPorts = LookPorts & Intake & Pick<Register, 'recordLookFailure'>;

/**
 * Takes a message of the queue `reconcile`: a look at the account, unless nobody watches its subscription.
 * @param grace milliseconds
 */
export async function takeWish(ports: WishPorts, message: unknown, grace = GRACE): Promise<void> {
  const { accountId, since } = ReconcileMessage.parse(message);
  if (!ports.isWatched(accountId))
    return ports.log({ event: 'event-ignored', subject: accountId, reason: 'not watched' });
  try {
    await untilStopped(reconcile(ports, { accountId, since: believed(since, ports.now()) }), ports.signal, grace);
  } catch (error) {
    if (ports.isLastTry) await ports.tellFailure(accountId, await ports.recordLookFailure(accountId, reasonOf(error)));
    throw error;
  }
}

/** A look that hangs although it is stopped frees its slot. */
async function untilStopped(work: Promise<void>, signal: AbortSignal, grace: number): Promise<void> {
  const hanging = Promise.withResolvers<never>();
  let timer: NodeJS.Timeout | undefined;
  const stop = () => {
    const error = new Error('The look was stopped and did not end.', { cause: signal.reason });
    timer = setTimeout(() => hanging.reject(error), grace);
  };
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop);
  await Promise.race([work, hanging.promise]).finally(() => {
    signal.removeEventListener('abort', stop);
    clearTimeout(timer);
  });
}
