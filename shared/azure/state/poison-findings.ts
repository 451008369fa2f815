import { after, DAY, HOUR } from '../../core/model/time.ts';
import { truncated } from '../../core/model/words.ts';
import { redacted } from '../../core/plain-secrets/redacted.ts';
import { COULD_NOT_LOOK, closed } from '../../core/plan/carry-over.ts';
import type { ClosedCode } from '../../core/plan/closing.ts';
import { type Finding, NO_ATTEMPTS } from '../../core/plan/finding.ts';
import { findingId } from '../../core/plan/finding-id.ts';
import { type News, news } from '../../core/plan/news.ts';
import { AccountRow, accountKeys } from './account-rows.ts';
import { decodeFindings, encodeFinding } from './finding-rows.ts';
import { decodeNews, encodeNews } from './news-column.ts';
import { nullIfMissing, type Storage, tableKey } from './storage.ts';

type Tables = Pick<Storage, 'accounts' | 'findings'>;

/**
 * A finding that says that the account could not be looked at; it closes at the next remembered look, and an alarm asks
 * for one in an hour, and ever more rarely, at last once a day, while it stays.
 * @param why when it is known
 * @returns what is to be told: nothing when it was open already and that was told
 */
export async function recordLookFailure(tables: Tables, accountId: string, now: Date, why?: string): Promise<News[]> {
  const keys = accountKeys(accountId);
  const known = await tables.accounts
    .getEntity(keys.partitionKey, keys.rowKey)
    .then((row) => AccountRow.parse(row), nullIfMissing);
  const { finding: before } = await find(tables, accountId);
  const lasted = before === null || before.status === 'closed' ? 0 : now.getTime() - before.firstSeen.getTime();
  const wakeAt = known?.wakeAt && known.wakeAt > now ? known.wakeAt : after(now, Math.min(Math.max(lasted, HOUR), DAY));
  await tables.accounts.upsertEntity({ ...keys, accountId, wakeAt }, 'Merge');
  const what = 'the account could not be read: every try failed';
  return recordFailure(tables, accountId, what, why, now, known?.loggedUntil);
}

/** A finding that says that the subscription could not be listed; it closes at its next listing without a doubt. @returns as above */
export async function recordListingFailure(
  tables: Tables,
  subscription: string,
  now: Date,
  why?: string,
): Promise<News[]> {
  const what = 'its accounts could not be listed: every try failed';
  return recordFailure(tables, `/subscriptions/${subscription}`, what, why, now);
}

/** Since when the subscription could not be listed; null when it was. */
export async function unlistedSince(tables: Tables, subscription: string): Promise<Date | null> {
  const { finding: open } = await find(tables, `/subscriptions/${subscription}`);
  return open === null || open.status === 'closed' ? null : open.firstSeen;
}

/** Deletes the finding when it was closed before that time. */
export async function forgetListingFailure(tables: Tables, subscription: string, before: Date): Promise<void> {
  const resourceId = `/subscriptions/${subscription}`;
  const { finding: known } = await find(tables, resourceId);
  if (known?.status === 'closed' && known.lastSeen < before)
    await tables.findings.deleteEntity(tableKey(resourceId), known.id).catch(nullIfMissing);
}

/** Ends that finding. @returns as above */
export async function closeListingFailure(
  tables: Tables,
  subscription: string,
  now: Date,
  code: ClosedCode = 'listed-again',
): Promise<News[]> {
  const resourceId = `/subscriptions/${subscription}`;
  const { finding, pending } = await find(tables, resourceId);
  if (finding === null || finding.status === 'closed') return pending;
  const ended = closed(finding, code, now);
  return put(tables, ended, [...pending, news('finding-closed', ended, now, finding)]);
}

/** Notes that all was told of what could not be looked at, or listed. */
export async function noteFailureTold({ findings }: Tables, resourceId: string): Promise<void> {
  await findings.updateEntity({ ...keysOf(resourceId), news: '' }, 'Merge').catch(nullIfMissing);
}

/** Who does not know why keeps what was known of it. */
async function recordFailure(
  tables: Tables,
  resourceId: string,
  what: string,
  why: string | undefined,
  now: Date,
  loggedUntil?: Date,
): Promise<News[]> {
  const { finding: before, pending } = await find(tables, resourceId, loggedUntil);
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
    why: why === undefined ? (wasOpen ? before.why : what) : truncated(redacted(why)),
    unknownCode: 'reading-failed',
    fix: null,
    held: null,
    exemption: null,
    closedCode: null,
    changeId: null,
    firstSeen: wasOpen ? before.firstSeen : now,
    lastSeen: now,
    attempts: NO_ATTEMPTS,
  };
  return put(tables, finding, wasOpen ? pending : [...pending, news('finding-opened', finding, now)]);
}

async function put({ findings }: Tables, finding: Finding, pending: News[]): Promise<News[]> {
  const row = encodeFinding(tableKey(finding.resourceId), finding);
  await findings.upsertEntity({ ...row, ...encodeNews(pending) }, 'Replace');
  return pending;
}

/** The finding, and its news that may not have been told: looks tell theirs, and note until when. */
async function find({ findings }: Tables, resourceId: string, loggedUntil = new Date(0)) {
  const { partitionKey, rowKey } = keysOf(resourceId);
  const row = await findings.getEntity(partitionKey, rowKey).catch(nullIfMissing);
  if (row === null) return { finding: null, pending: [] };
  const pending = decodeNews(row).filter(({ at }) => new Date(at) > loggedUntil);
  return { finding: decodeFindings([row])[0] ?? null, pending };
}

function keysOf(resourceId: string): { partitionKey: string; rowKey: string } {
  return { partitionKey: tableKey(resourceId), rowKey: findingId(COULD_NOT_LOOK, resourceId, '') };
}
