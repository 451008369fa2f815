import { after, DAY, HOUR } from '../../core/model/time.ts';
import { truncated } from '../../core/model/words.ts';
import { COULD_NOT_LOOK, closed } from '../../core/plan/carry-over.ts';
import type { ClosedCode } from '../../core/plan/closing.ts';
import { type Finding, NO_ATTEMPTS } from '../../core/plan/finding.ts';
import { findingId } from '../../core/plan/finding-id.ts';
import { AccountRow, accountKeys } from './account-rows.ts';
import { decodeFindings, encodeFinding } from './finding-rows.ts';
import { nullIfMissing, type Storage, tableKey } from './storage.ts';

type Tables = Pick<Storage, 'accounts' | 'findings'>;

/**
 * A finding that says that the account could not be looked at; it closes at the next remembered look, and an alarm asks
 * for one in an hour, and ever more rarely, at last once a day, while it stays. Null when it was open already.
 * @param why when it is known
 */
export async function recordLookFailure(
  tables: Tables,
  accountId: string,
  now: Date,
  why?: string,
): Promise<Finding | null> {
  const keys = accountKeys(accountId);
  const known = await tables.accounts
    .getEntity(keys.partitionKey, keys.rowKey)
    .then((row) => AccountRow.parse(row).wakeAt, nullIfMissing);
  const before = await find(tables, accountId);
  const lasted = before === null || before.status === 'closed' ? 0 : now.getTime() - before.firstSeen.getTime();
  const wakeAt = known && known > now ? known : after(now, Math.min(Math.max(lasted, HOUR), DAY));
  await tables.accounts.upsertEntity({ ...keys, accountId, wakeAt }, 'Merge');
  return recordFailure(tables, accountId, 'the account could not be looked at: every try failed', why, now);
}

/** A finding that says that the subscription could not be listed; it closes at its next listing without a doubt. Null as above. */
export async function recordListingFailure(
  tables: Tables,
  subscription: string,
  now: Date,
  why?: string,
): Promise<Finding | null> {
  const what = 'its accounts could not be listed: every try failed';
  return recordFailure(tables, `/subscriptions/${subscription}`, what, why, now);
}

/** Since when the subscription could not be listed; null when it was. */
export async function unlistedSince(tables: Tables, subscription: string): Promise<Date | null> {
  const open = await find(tables, `/subscriptions/${subscription}`);
  return open === null || open.status === 'closed' ? null : open.firstSeen;
}

/** Deletes the finding when it was closed before that time. */
export async function forgetListingFailure(tables: Tables, subscription: string, before: Date): Promise<void> {
  const resourceId = `/subscriptions/${subscription}`;
  const known = await find(tables, resourceId);
  if (known?.status === 'closed' && known.lastSeen < before)
    await tables.findings.deleteEntity(tableKey(resourceId), known.id).catch(nullIfMissing);
}

/** The finding that ended, null when there was none. */
export async function closeListingFailure(
  tables: Tables,
  subscription: string,
  now: Date,
  code: ClosedCode = 'listed-again',
): Promise<Finding | null> {
  const resourceId = `/subscriptions/${subscription}`;
  const open = await find(tables, resourceId);
  if (open === null || open.status === 'closed') return null;
  const ended = closed(open, code, now);
  await tables.findings.upsertEntity(encodeFinding(tableKey(resourceId), ended), 'Replace');
  return ended;
}

/** Who does not know why keeps what was known of it. */
async function recordFailure(
  tables: Tables,
  resourceId: string,
  what: string,
  why: string | undefined,
  now: Date,
): Promise<Finding | null> {
  const before = await find(tables, resourceId);
  const wasOpen = before !== null && before.status !== 'closed';
  const finding: Finding = {
    id: findingId(COULD_NOT_LOOK, resourceId, ''),
    ruleId: COULD_NOT_LOOK,
    resourceId,
    path: '',
    severity: 'high',
    status: 'unknown',
    observed: null,
    desired: null,
    why: truncated(why ?? (wasOpen ? before.why : what)),
    unknownCode: 'reading-failed',
    fix: null,
    held: null,
    closedCode: null,
    firstSeen: wasOpen ? before.firstSeen : now,
    lastSeen: now,
    attempts: NO_ATTEMPTS,
  };
  await tables.findings.upsertEntity(encodeFinding(tableKey(resourceId), finding), 'Replace');
  return wasOpen ? null : finding;
}

async function find({ findings }: Tables, resourceId: string): Promise<Finding | null> {
  return findings
    .getEntity(tableKey(resourceId), findingId(COULD_NOT_LOOK, resourceId, ''))
    .then((row) => decodeFindings([row])[0] ?? null, nullIfMissing);
}
