import type { Queues, Register, Run } from './ports.ts';

/**
 * Puts all accounts on the queue whose alarm has come, and those with a drain: whatever keeps the one list from being read,
 * the other is taken. @returns how many @throws what kept a list from being read, once the other is taken
 */
export async function takeAlarms(
  ports: Pick<Run, 'now'> & Pick<Register, 'accountsDue' | 'accountsDraining'> & Pick<Queues, 'enqueueLooks'>,
): Promise<{ readonly due: number; readonly draining: number }> {
  const [draining, due] = await Promise.allSettled([ports.accountsDraining(), ports.accountsDue()]);
  const known = [draining, due].flatMap((list) => (list.status === 'fulfilled' ? list.value : []));
  await ports.enqueueLooks([...new Set(known)], ports.now());
  if (draining.status === 'rejected') throw draining.reason;
  if (due.status === 'rejected') throw due.reason;
  return { due: due.value.length, draining: draining.value.length };
}
