import { setTimeout as sleep } from 'node:timers/promises';
import { isRestError } from '@azure/core-rest-pipeline';
import type { ArmId } from '../../core/model/arm-id.ts';
import { after } from '../../core/model/time.ts';
import type { WriteOutcome } from '../../core/plan/write.ts';
import type { Arm } from './arm.ts';
import type { ArmAnswer } from './arm-answer.ts';
import { ArmError, reasonOf } from './arm-error.ts';
import { backoff, LONGEST_IN_A_LOOK } from './arm-retry.ts';

const TRIES = 3;

/** One PATCH, and how to tell from a body what became of it. */
export interface Patch {
  readonly path: ArmId;
  readonly body: object;
  /** Of the body that the plan was made from; null for accounts, which have none. */
  readonly etag: string | null;
  /** What was meant and is not in `body`. */
  missing(body: unknown): readonly string[];
  /** What moved in `body` although it was not meant. */
  alsoMoved(body: unknown): readonly string[];
  /** Whether `body` is still what the plan was made from. */
  isUnchanged(body: unknown): boolean;
}

/** Sends the patch until it is known what became of it. After an answer that says nothing it reads before it repeats. */
export async function send(arm: Arm, patch: Patch, now: () => Date, signal: AbortSignal): Promise<WriteOutcome> {
  let mayHaveTakenEffect = false;
  for (let tries = 1; ; tries++) {
    const answer = await arm.patch(patch.path, patch.body, patch.etag).catch(noAnswer);
    if (answer !== null && isSuccess(answer)) return seen(patch, answer.body ?? (await arm.get(patch.path)).body);
    const message = answer === null ? 'the connection broke before an answer came' : reasonOf(answer);
    if (answer !== null && !isPassing(answer) && answer.status !== 412) {
      if (answer.status === 404) throw new ArmError(answer);
      return { kind: 'refused', message };
    }
    const wait = answer?.retryAfter ?? backoff(tries - 1, Math.random);
    if (answer !== null && isPassing(answer) && wait > LONGEST_IN_A_LOOK) {
      return { kind: 'refused', message, retryAt: after(now(), wait) };
    }
    mayHaveTakenEffect ||= answer === null || answer.status >= 500 || answer.status === 408;

    if (answer?.status !== 412) await sleep(wait, undefined, { signal });
    // A 429 was not carried out, but what has no ETag may have been changed while we waited.
    if (answer?.status !== 429 || patch.etag === null) {
      const { body } = await arm.get(patch.path);
      if (mayHaveTakenEffect && patch.missing(body).length === 0) return seen(patch, body);
      if (answer?.status === 412 || !patch.isUnchanged(body)) return { kind: 'conflict' };
    }
    if (tries === TRIES) return { kind: 'failed', message };
  }
}

function seen(patch: Patch, body: unknown): WriteOutcome {
  const missing = patch.missing(body);
  if (missing.length > 0) return { kind: 'not-effective', message: `the answer does not show ${missing.join(', ')}` };
  return { kind: 'applied', alsoMoved: patch.alsoMoved(body) };
}

function isSuccess({ status }: ArmAnswer): boolean {
  return status >= 200 && status < 300;
}

/** An answer after which the same request may be answered otherwise. */
function isPassing({ status }: ArmAnswer): boolean {
  return status === 408 || status === 429 || status >= 500;
}

function noAnswer(error: unknown): null {
  if (isRestError(error)) return null;
  throw error;
}
