import { ZodError } from 'zod';
import type { Seen } from '../../core/doctor/readings.ts';
import { reasonOf } from '../../core/model/words.ts';
import { redacted } from '../../core/plain-secrets/redacted.ts';
import { ArmError } from '../arm/arm-error.ts';
import { firstIssue } from '../codec/parse-fault.ts';
import { NotAsked } from '../state/not-asked.ts';

/** What was read, or why it could not be. @throws what is a fault of the program */
export async function seen<T>(read: () => Promise<T>): Promise<Seen<T>> {
  try {
    return { known: await read() };
  } catch (error) {
    return { unseen: whyUnseen(error) };
  }
}

/** For people. @throws what is a fault of the program */
export function whyUnseen(error: unknown): string {
  if (!(error instanceof Error) || error instanceof TypeError || error instanceof RangeError) throw error;
  if (error instanceof ZodError) return `the answer is not as specified: ${firstIssue(error)}`;
  if (error instanceof ArmError || error instanceof NotAsked) return error.message;
  return redacted(reasonOf(error));
}
