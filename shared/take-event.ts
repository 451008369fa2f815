import { believed } from './core/model/believed.ts';
import { accountOf } from './core/model/resource-id.ts';
import { ResourceEvent } from './messages.ts';
import type { Intake, Queues, Register, Run, Telling } from './ports.ts';

/** Asks for a look at the account that an Event Grid event is about, however it came. What is no such event is logged. */
export async function takeEvent(
  ports: Run & Pick<Intake, 'isWatched'> & Pick<Register, 'noteEvent'> & Queues & Telling,
  message: unknown,
): Promise<void> {
  const ignored = (subject: string, reason: string) => ports.log({ event: 'event-ignored', subject, reason });
  const parsed = ResourceEvent.safeParse(message);
  if (!parsed.success) return ignored('', `not an Event Grid event: ${parsed.error.issues[0]?.message ?? ''}`);
  const { subject, type, operation } = parsed.data;
  const account = accountOf(subject);
  if (account === null) return ignored(subject, 'not about Batch');
  if (!ports.isWatched(account.text)) return ignored(subject, 'not watched');
  const now = ports.now();
  try {
    // First: the look must know who changed it.
    await ports.noteEvent({ ...parsed.data, time: believed(parsed.data.time, now) });
  } finally {
    await ports.enqueueLook(account.text, now);
  }
  ports.log({ event: 'event-taken', subject, reason: operation ?? type });
}
