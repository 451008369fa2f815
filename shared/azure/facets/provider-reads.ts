import { isRestError } from '@azure/core-rest-pipeline';
import { ZodError } from 'zod';
import type { ArmId } from '../../core/model/arm-id.ts';
import { type Reading, unreadable } from '../../core/model/reading.ts';
import { idKey } from '../../core/model/resource-id.ts';
import type { Arm } from '../arm/arm.ts';
import { ArmError, asksToWait, whyNotRead } from '../arm/arm-error.ts';
import { firstIssue } from '../codec/parse-fault.ts';

/** Reads beyond the account and pool bodies, each sent once a look however often it is asked for. */
export interface ProviderReads {
  /** @throws ArmError */
  body(path: ArmId, apiVersion: string): Promise<unknown>;
  /** All items of a list. @throws ArmError */
  items(path: ArmId, apiVersion: string, filter?: string): Promise<readonly unknown[]>;
  /** A refusal that asks to come back later, the one that asks for most; null when there was none. */
  throttled(): ArmError | null;
}

export function providerReads(arm: Arm): ProviderReads {
  const sent = new Map<string, Promise<unknown>>();
  let throttled: ArmError | null = null;
  async function noting<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      if (asksToWait(error) && (error.retryAfter ?? 0) >= (throttled?.retryAfter ?? 0)) throttled = error;
      throw error;
    }
  }
  function once<T>(key: string, read: () => Promise<T>): Promise<T> {
    const known = sent.get(key) as Promise<T> | undefined; // the key says what is read
    const reading = known ?? noting(read);
    sent.set(key, reading);
    return reading;
  }
  return {
    throttled: () => throttled,
    body: (path, apiVersion) => once(`body ${idKey(path)}`, async () => (await arm.get(path, { apiVersion })).body),
    items: (path, apiVersion, filter) =>
      once(`items ${idKey(path)} ${filter ?? ''}`, async () => {
        const query = filter === undefined ? { apiVersion } : { apiVersion, filter };
        return (await Array.fromAsync(arm.pages(path, query))).flat();
      }),
  };
}

/** What was read, or why it could not be; of what Azure asked to wait for too, so that the rest is judged all the same. */
export async function tryReading<T>(what: string, read: () => Promise<T>): Promise<Reading<T>> {
  try {
    return { known: await read() };
  } catch (error) {
    if (error instanceof ZodError) return { unknown: unreadable(`${what}: not as specified: ${firstIssue(error)}`) };
    if (!(error instanceof ArmError) && !isRestError(error)) throw error;
    return { unknown: whyNotRead(`${what} could not be read`, error) };
  }
}
