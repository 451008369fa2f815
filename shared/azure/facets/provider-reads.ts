import { isRestError } from '@azure/core-rest-pipeline';
import { ZodError, z } from 'zod';
import type { ArmId } from '../../core/model/arm-id.ts';
import { type Reading, unreadable } from '../../core/model/reading.ts';
import { idKey, sameId } from '../../core/model/resource-id.ts';
import type { Arm } from '../arm/arm.ts';
import { mistaken } from '../arm/arm-answer.ts';
import { ArmError, asksToWait, whyNotRead } from '../arm/arm-error.ts';
import { firstIssue } from '../codec/parse-fault.ts';

/** What is in a list that also holds what is said of other scopes. */
interface OfScopes {
  readonly filter: string;
  /** Whether an item with this id may be in it. */
  readonly mayHold: (id: string) => boolean;
}

/**
 * Reads beyond the account and pool bodies, each sent once a look however often it is asked for. An answer that names another
 * resource is not believed, and nothing else of it.
 */
export interface ProviderReads {
  /** @throws ArmError */
  body(path: ArmId, apiVersion: string): Promise<unknown>;
  /** All items of a list: unless it is one of scopes, all directly below it. @throws ArmError */
  items(path: ArmId, apiVersion: string, ofScopes?: OfScopes): Promise<readonly unknown[]>;
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
    body: (path, apiVersion) =>
      once(`body ${idKey(path)}`, async () => {
        const { body } = await arm.get(path, { apiVersion });
        believe(path, body, (id) => sameId(withoutScope(id), withoutScope(path)));
        return body;
      }),
    items: (path, apiVersion, ofScopes) =>
      once(`items ${idKey(path)} ${ofScopes?.filter ?? ''}`, async () => {
        const query = ofScopes === undefined ? { apiVersion } : { apiVersion, filter: ofScopes.filter };
        const bodies = (await Array.fromAsync(arm.pages(path, query))).flat();
        for (const body of bodies)
          believe(path, body, ofScopes?.mayHold ?? ((id) => sameId(id.slice(0, id.lastIndexOf('/')), path)));
        return bodies;
      }),
  };
}

const Named = z.looseObject({ id: z.string() });

/** What has no id names nothing else. @throws ArmError when the body is about something else than was asked for */
function believe(asked: ArmId, body: unknown, mayBe: (id: string) => boolean): void {
  const { data } = Named.safeParse(body);
  if (data === undefined || mayBe(data.id)) return;
  throw new ArmError({ status: 200, body, retryAfter: null }, mistaken(asked, data.id));
}

const ROLE = /\/providers\/Microsoft\.Authorization\/roleDefinitions\/[^/]+$/i;

/** A built-in role is at every scope, whichever its id names. */
function withoutScope(id: string): string {
  return ROLE.exec(id)?.[0] ?? id;
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
