import { beginningOf } from './core/model/words.ts';
import type { Telling } from './ports.ts';

/** What parses a message. */
interface Schema<T> {
  safeParse(message: unknown): { readonly data?: T | undefined };
}

/** Logs the beginning of what no try could take. @returns it parsed; null for what is no such message */
export function takePoison<T>(
  { log }: Pick<Telling, 'log'>,
  queue: string,
  schema: Schema<T>,
  message: unknown,
): T | null {
  log({ event: 'poison', queue, message: beginningOf(JSON.stringify(message) ?? '') });
  return schema.safeParse(message).data ?? null;
}
