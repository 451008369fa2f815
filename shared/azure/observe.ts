import { isRestError, type RestError } from '@azure/core-rest-pipeline';
import { z } from 'zod';
import type { Account } from '../core/model/account.ts';
import { type ArmId, below } from '../core/model/arm-id.ts';
import { noFacets } from '../core/model/facet.ts';
import type { Pool, UnreadablePool } from '../core/model/pool.ts';
import { type Reading, type UnknownReason, unreadable } from '../core/model/reading.ts';
import { accountOf, idKey, parseAccountId, parsePoolId } from '../core/model/resource-id.ts';
import type { Snapshot } from '../core/model/snapshot.ts';
import { after, DAY, MINUTE, SECOND, withJitter } from '../core/model/time.ts';
import type { Throttled } from '../ports.ts';
import type { Arm } from './arm/arm.ts';
import { whyMistaken } from './arm/arm-answer.ts';
import { ArmError, asksToWait, saysAccountGone, whyNotRead } from './arm/arm-error.ts';
import { decodeAccount } from './codec/account-codec.ts';
import { firstIssue } from './codec/parse-fault.ts';
import { decodePool } from './codec/pool-codec.ts';
import { type FacetsNeeded, readFacets } from './facets/read-facets.ts';

/**
 * Reads an account and its pools: one GET beside the pages of its pools, and then the facets. Null when it is gone. What does
 * not parse is unreadable and leaves the rest readable.
 * @throws ArmError when the account itself cannot be read; TypeError when `accountId` is none
 */
export async function observe(
  arm: Arm,
  accountId: string,
  now: () => Date,
  needed: FacetsNeeded,
  random = Math.random,
): Promise<Snapshot | Throttled | null> {
  const path = parseAccountId(accountId)?.text;
  if (path === undefined) throw new TypeError(`Not the id of a Batch account: ${accountId}`);
  try {
    const [answer, { pools, problems: poolProblems, lacksPoolsOnly }] = await Promise.all([
      arm.get(path),
      readPools(arm, path),
    ]);
    const account = readAccount(path, answer.body);
    const problems = ['unknown' in account ? account.unknown : [], poolProblems].flat();
    const complete = problems.length === 0;
    const seen = {
      accountId,
      account,
      pools,
      complete,
      problems,
      ...(answer.date && { readAt: answer.date }),
      ...('known' in account && lacksPoolsOnly && !complete && { lacksPoolsOnly }),
      facets: noFacets('no verdict hangs on them'),
    };
    const { facets, throttled } = await readFacets(arm, seen, needed);
    return { ...seen, facets, ...(throttled && { facetsFrom: comeBackAt(throttled, now(), random) }) };
  } catch (error) {
    if (error instanceof ArmError && saysAccountGone(error)) return null;
    return throttledUntil(error, now(), random);
  }
}

/** What Azure refused after several tries is not asked for again at once. */
const SHORTEST_PAUSE = 30 * SECOND;

/** When to come back, if that is what the failure asks; every other failure is thrown on. */
export function throttledUntil(error: unknown, now: Date, random: () => number): Throttled {
  if (!asksToWait(error)) throw error;
  return { retryAt: comeBackAt(error, now, random) };
}

/** Not before Azure said, but in a day and a little at last. */
function comeBackAt({ retryAfter }: ArmError, now: Date, random: () => number): Date {
  const wait = Math.min(Math.max(retryAfter ?? MINUTE, SHORTEST_PAUSE), DAY);
  return after(now, withJitter(wait, random));
}

function readAccount(asked: ArmId, body: unknown): Reading<Account> {
  try {
    const account = decodeAccount(body, 'all');
    const mistaken = whyMistaken(asked, account.id);
    return mistaken === null ? { known: account } : { unknown: unreadable(mistaken) };
  } catch (error) {
    return { unknown: unreadable(`the account's body is not as specified: ${firstIssue(error)}`) };
  }
}

/** The id of an item of a list, as far as it has one. */
const Item = z.looseObject({ id: z.string().refine((id) => parsePoolId(id) !== null, 'not the id of a Batch pool') });

async function readPools(arm: Arm, account: ArmId) {
  const pools: (Pool | UnreadablePool)[] = [];
  const problems: UnknownReason[] = [];
  let lacksPoolsOnly = true;
  try {
    for await (const page of arm.pages(below(account, 'pools'))) {
      for (const body of page) {
        const pool = readPool(body);
        const mistaken = pool && whyMistaken(account, accountOf(pool.id)?.text ?? pool.id);
        if (pool === null) problems.push(unreadable('an item of the list of pools has no pool id'));
        else if (mistaken !== null) {
          problems.push(unreadable(`the list of pools: ${mistaken}`));
          lacksPoolsOnly = false;
        } else if ('unreadable' in pool) problems.push(unreadable(`${pool.id}: ${pool.unreadable}`));
        if (pool !== null && mistaken === null) pools.push(pool);
      }
    }
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    problems.push(whyNotRead('the list of pools could not be read to its end', error));
    lacksPoolsOnly = false;
  }
  return { pools: withoutRepeats(pools), problems, lacksPoolsOnly };
}

function readPool(body: unknown): Pool | UnreadablePool | null {
  const item = Item.safeParse(body);
  if (!item.success) return null;
  try {
    return decodePool(body, 'all');
  } catch (error) {
    return { id: item.data.id, unreadable: `the pool's body is not as specified: ${firstIssue(error)}` };
  }
}

/** A pool that moves between pages while they are read is listed twice: the later reading holds. */
function withoutRepeats(pools: readonly (Pool | UnreadablePool)[]): (Pool | UnreadablePool)[] {
  return [...new Map(pools.map((pool) => [idKey(pool.id), pool])).values()];
}

/** A failure that concerns only what was read, not the whole look. Whether the account is gone, it says itself. */
function isUnreadable(error: unknown): error is ArmError | RestError {
  if (error instanceof ArmError) return !asksToWait(error);
  return isRestError(error);
}
