import { odata } from '@azure/data-tables';
import { accountOf, idKey } from '../../core/model/resource-id.ts';
import { after, DAY } from '../../core/model/time.ts';
import { closedAll } from '../../core/plan/carry-over.ts';
import type { ClosedCode } from '../../core/plan/closing.ts';
import { changesSince } from '../../core/plan/news.ts';
import type { Ended } from '../../ports.ts';
import { accountRows, type Remembering, rememberedAccounts } from './account-index.ts';
import { isTold } from './account-rows.ts';
import { memoryIn } from './memory.ts';
import { closeListingFailure, forgetListingFailure, unlistedSince } from './poison-findings.ts';
import { idOfKey, nullIfMissing, type Report, tableKey } from './storage.ts';

/** How long Azure must say so. It has answered that a subscription is not found while one was moved, or its tenant was. */
const PATIENCE = { 'not-watched': 0, 'subscription-gone': DAY, 'subscription-unreadable': 7 * DAY } as const;
const FORGET_AFTER = 7 * DAY;
const NONE: ReadonlySet<string> = new Set();

/**
 * Ends all findings on the accounts of a subscription that nobody can look at, or looks at any more, and counts the accounts
 * as gone: after a week they are forgotten. One that is not found, or cannot be read, is only unknown at first; the finding
 * that says so stays, and so does what a look reached meanwhile.
 */
export async function* closeSubscription(
  storage: Remembering,
  subscription: string,
  code: Extract<ClosedCode, keyof typeof PATIENCE>,
  now: Date,
  signal: AbortSignal,
  report: Report,
): AsyncGenerator<Ended> {
  const isWatched = code !== 'not-watched';
  const since = after(now, -PATIENCE[code]);
  if (isWatched && ((await unlistedSince(storage, subscription)) ?? now) > since) return;
  const memory = memoryIn(storage, signal, report);
  for (const row of await accountRows(storage, subscription, report)) {
    const { accountId, goneSince, lookedFrom } = row;
    if (goneSince !== undefined && isTold(row)) continue;
    if (goneSince === undefined && isWatched && lookedFrom !== undefined && lookedFrom > since) continue;
    const loaded = await memory.load(accountId);
    const { untold, unpublished } = loaded;
    if (goneSince !== undefined) {
      yield { account: accountId, news: untold, unpublished };
      continue;
    }
    const ended = closedAll(loaded.findings, code, now);
    // False when a look overtook it: at the next sweep then.
    if (await memory.gone(accountId, ended, now, loaded))
      yield { account: accountId, news: [...untold, ...changesSince(loaded.findings, ended, now)], unpublished };
  }
  await rememberedAccounts(storage, subscription, NONE, now, report);
}

/** The same for every subscription of which something is kept and that is not watched; then for the subscription itself. */
export async function* closeUnwatched(
  storage: Remembering,
  isWatched: (id: string) => boolean,
  now: Date,
  signal: AbortSignal,
  report: Report,
): AsyncGenerator<Ended> {
  const known = await accountRows(storage, null, report);
  const subscriptions = new Set([
    ...known.flatMap(({ accountId }) => accountOf(accountId)?.subscription ?? []).map(idKey),
    ...(await subscriptionsWithFindings(storage)),
  ]);
  for (const subscription of subscriptions) {
    const id = `/subscriptions/${subscription}`;
    if (isWatched(id)) continue;
    yield* closeSubscription(storage, subscription, 'not-watched', now, signal, report);
    const ended = await closeListingFailure(storage, subscription, now, 'not-watched');
    if (ended.length > 0) yield { account: id, news: ended, unpublished: [] };
    await forgetListingFailure(storage, subscription, after(now, -FORGET_AFTER));
    if ((await accountRows(storage, subscription, report)).length === 0)
      await storage.hints.deleteEntity(subscription, 'received').catch(nullIfMissing);
  }
}

const FIRST = tableKey('/subscriptions/');
/** After every key that begins with what stands before it. */
const AFTER_ALL = '}';

/** From one subscription's rows to the next one's: as many requests as there are subscriptions, not rows. */
async function subscriptionsWithFindings({ findings }: Pick<Remembering, 'findings'>): Promise<string[]> {
  const found = new Set<string>();
  for (let filter = odata`PartitionKey ge ${FIRST}`; ; ) {
    const rows = findings.listEntities({
      queryOptions: { filter: `${filter} and ${odata`PartitionKey lt ${FIRST.slice(0, -1) + AFTER_ALL}`}` },
    });
    const pages = rows.byPage({ maxPageSize: 1 });
    let key: string | null = null;
    for await (const [row] of pages) {
      key = row?.partitionKey ?? null;
      if (key !== null) break;
    }
    const subscription = key === null ? undefined : idOfKey(key).split('/')[2];
    if (key === null || subscription === undefined) return [...found];
    found.add(subscription);
    // Names that begin with this one come between its own row and those of its accounts.
    const own = tableKey(`/subscriptions/${subscription}`);
    filter = key === own ? odata`PartitionKey gt ${key}` : odata`PartitionKey ge ${own + AFTER_ALL}`;
  }
}
