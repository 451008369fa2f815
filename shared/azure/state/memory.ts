import { odata, type TransactionAction } from '@azure/data-tables';
import type { FailedSince } from '../../core/model/facet.ts';
import { after, MINUTE, SECOND } from '../../core/model/time.ts';
import { attemptsAfterWrite } from '../../core/plan/attempts.ts';
import type { Finding } from '../../core/plan/finding.ts';
import type { LastChanges } from '../../core/plan/last-change.ts';
import { changesSince, type News, sameToReader } from '../../core/plan/news.ts';
import type { Plan } from '../../core/plan/plan.ts';
import type { AccountState, LoadedMemory } from '../../ports.ts';
import { AccountRow, accountKeys, isLogged } from './account-rows.ts';
import { endApproval } from './approval-rows.ts';
import { drainsIn } from './drains.ts';
import { decodeFindings, encodeAttempts, encodeFinding, isShown } from './finding-rows.ts';
import { forgetChanges, lastChangesIn } from './hints.ts';
import { encodeNews } from './news-column.ts';
import { receivedSince } from './received.ts';
import { requestsIn } from './requests.ts';
import { nameOf, nullIfMissing, putAt, type Report, type Storage, tableKey } from './storage.ts';
import { submitAll } from './submit.ts';
import { endUndo } from './undo-rows.ts';
import { newsIn, toldUntil } from './untold-news.ts';

const RECORDING = 30 * SECOND;

/** What is written of an account: null leaves the column out. */
interface AccountColumns {
  readonly lookedFrom: Date | null;
  readonly wakeAt: Date | null;
  readonly goneSince: Date | null;
  readonly failedSince: FailedSince;
  readonly loggedUntil: Date | null;
  readonly publishedUntil: Date | null;
  readonly indexed: string | null;
}

type Kept = Pick<Storage, 'accounts' | 'findings' | 'hints' | 'requests' | 'drains' | 'journal'>;

/**
 * The memory of accounts in all tables that have some of it.
 * @param isPeek whoever loads it writes nothing: then nothing is tidied up either
 */
export function memoryIn(
  { accounts, findings, hints, requests, drains, journal }: Kept,
  abortSignal: AbortSignal,
  report: Report,
  now = () => new Date(),
  isPeek = false,
): Omit<AccountState, 'lease'> {
  /** The row's new ETag; null when it was no longer at `etag` (null: not there yet). */
  async function put(accountId: string, columns: AccountColumns, etag: string | null): Promise<string | null> {
    const row = { ...accountKeys(accountId), accountId, ...present(columns) };
    return (await putAt(accounts, row, etag, abortSignal))?.etag ?? null;
  }

  /** Notes that requests are over, by the look that began `at`. */
  async function endRequests(
    accountId: string,
    { endedApprovals, endedUndos }: Pick<Plan, 'endedApprovals' | 'endedUndos'>,
    at: Date,
  ): Promise<void> {
    for (const end of endedApprovals) await endApproval(requests, accountId, end, at, abortSignal);
    for (const undo of endedUndos) await endUndo(requests, accountId, undo, at, abortSignal);
  }

  /** Cut anywhere, the account is looked at again: the alarm is set before the findings and the look counts after them. */
  async function store(
    accountId: string,
    next: readonly Finding[],
    look: Omit<AccountColumns, 'loggedUntil' | 'publishedUntil' | 'indexed'> & { readonly lookedFrom: Date },
    memory: LoadedMemory,
  ): Promise<ReadonlySet<string> | null> {
    const unstored = new Set<string>();
    const news = changesSince(memory.findings, next, look.lookedFrom);
    const { indexed } = memory;
    const columns = { ...look, ...toldUntil(memory, news, look.lookedFrom), indexed };
    const encode = encoderOf(tableKey(accountId), columns.lookedFrom, [
      ...memory.unpublished,
      ...memory.untold,
      ...news,
    ]);
    const actions = rowActions(tableKey(accountId), memory, next, columns.lookedFrom, encode);
    let { etag } = memory;
    if (actions.length > 0) {
      const alarm = after(columns.lookedFrom, 2 * MINUTE);
      etag = await put(accountId, { ...columns, lookedFrom: memory.lookedFrom, wakeAt: alarm }, etag);
      if (etag === null) return null;
      const refused = await submitAll(findings, actions, abortSignal);
      for (const [, { rowKey }] of refused) unstored.add(rowKey);
      const standIns = next.filter(({ id }) => unstored.has(id)).map(notStored);
      await submitAll(findings, standIns.map(encode), abortSignal);
      if (unstored.size > 0) {
        const rows = [...unstored].map((rowKey) => nameOf({ partitionKey: tableKey(accountId), rowKey }));
        report({ table: 'findings', rows, reason: 'the table did not take them' });
      }
    }
    return (await put(accountId, columns, etag)) === null ? null : unstored;
  }

  function reportBad(rows: readonly { partitionKey?: string; rowKey?: string }[], read: readonly Finding[]): void {
    const ids = new Set(read.map(({ id }) => id));
    const bad = rows.filter(({ rowKey }) => rowKey === undefined || !ids.has(rowKey)).map(nameOf);
    if (bad.length > 0) report({ table: 'findings', rows: bad, reason: 'without a rule or a resource: delete them' });
  }

  function reportUnreadable(accountId: string, changes: LastChanges): void {
    const bad = 'unknown' in changes ? [] : [...changes.known].filter(([, change]) => 'unknown' in change);
    if (bad.length === 0) return;
    const rows = bad.map(([id]) => nameOf({ partitionKey: tableKey(accountId), rowKey: tableKey(id) }));
    report({ table: 'hints', rows, reason: 'without a time: the next event of the resource writes it anew' });
  }

  function rowOf(accountId: string): Promise<AccountRow | null> {
    const { partitionKey, rowKey } = accountKeys(accountId);
    return accounts
      .getEntity(partitionKey, rowKey, { abortSignal })
      .then((entity) => AccountRow.parse(entity), nullIfMissing);
  }

  return {
    async lookedFrom(accountId) {
      const row = await rowOf(accountId);
      // What is not told yet is told by a look.
      return row !== null && isLogged(row) ? (row.lookedFrom ?? null) : null;
    },
    async load(accountId) {
      const filter = odata`PartitionKey eq ${tableKey(accountId)}`;
      const [row, rows, lastChanges, asked, ofPools] = await Promise.all([
        rowOf(accountId),
        Array.fromAsync(findings.listEntities({ queryOptions: { filter }, abortSignal })),
        lastChangesIn(hints, accountId, abortSignal),
        requestsIn({ requests, journal }, accountId, now(), abortSignal, report),
        drainsIn({ drains, journal }, accountId, now(), abortSignal, report, isPeek),
      ]);
      const lookedFrom = row?.lookedFrom ?? null;
      const known = decodeFindings(rows, lookedFrom);
      reportBad(rows, known);
      reportUnreadable(accountId, lastChanges);
      return {
        lookedFrom,
        wakeAt: row?.wakeAt ?? null,
        goneSince: row?.goneSince ?? null,
        failedSince: row?.failedSince ?? {},
        findings: known,
        ...newsIn(rows, row),
        lastChanges,
        ...asked,
        drains: ofPools,
        indexed: row?.indexed ?? null,
        etag: row?.etag ?? null,
      };
    },
    receivedSince: (accountId) => receivedSince(hints, accountId, now(), abortSignal),
    async save(accountId, { findings: next, wakeAt, failedSince, gonePools, ...ended }, lookedFrom, memory) {
      // First: what is seen now is not told by a later look.
      await endRequests(accountId, ended, lookedFrom);
      if (gonePools.length > 0) await forgetChanges(hints, accountId, gonePools, lookedFrom, abortSignal);
      return store(accountId, next, { lookedFrom, wakeAt, goneSince: null, failedSince }, memory);
    },
    async gone(accountId, closed, lookedFrom, memory) {
      const goneSince = memory.goneSince ?? lookedFrom;
      const columns = { lookedFrom, wakeAt: null, goneSince, failedSince: {} };
      // One that is made anew under its name is another account.
      const endedApprovals = memory.approvals.map((approval) => ({ approval, how: 'void' as const }));
      const endedUndos = memory.undos.filter(({ entry }) => entry !== null);
      await endRequests(accountId, { endedApprovals, endedUndos }, lookedFrom);
      return (await store(accountId, closed, columns, memory)) !== null;
    },
    async defer(accountId, until, memory) {
      const columns = { ...memory, ...toldUntil(memory, [], memory.lookedFrom), wakeAt: until };
      return (await put(accountId, columns, memory.etag)) !== null;
    },
    async told(accountId, at, isPublished) {
      const row = { ...accountKeys(accountId), loggedUntil: at, ...(isPublished && { publishedUntil: at }) };
      await accounts.updateEntity(row, 'Merge', { abortSignal }).catch(nullIfMissing);
    },
    async record(accountId, results) {
      const partitionKey = tableKey(accountId);
      const actions = results.flatMap(({ write, outcome, at }) =>
        write.findings.map(({ id, attempts }): TransactionAction => {
          const row = { partitionKey, rowKey: id, ...encodeAttempts(attemptsAfterWrite(write, attempts, outcome, at)) };
          return ['update', row, 'Merge'];
        }),
      );
      // What Azure accepted is recorded even when the look was stopped.
      await submitAll(findings, actions, AbortSignal.timeout(RECORDING));
    },
  };
}

function present(columns: AccountColumns): Partial<Record<keyof AccountColumns, Date | string>> {
  const { lookedFrom, wakeAt, goneSince, failedSince, loggedUntil, publishedUntil, indexed } = columns;
  return {
    ...(lookedFrom === null ? {} : { lookedFrom }),
    ...(wakeAt === null ? {} : { wakeAt }),
    ...(goneSince === null ? {} : { goneSince }),
    ...(Object.keys(failedSince).length === 0 ? {} : { failedSince: JSON.stringify(failedSince) }),
    ...(loggedUntil === null ? {} : { loggedUntil }),
    ...(publishedUntil === null ? {} : { publishedUntil }),
    ...(indexed === null ? {} : { indexed }),
  };
}

/** Rows that must change. When a finding was last seen follows from the account's row, unless a look did not show it. */
function rowActions(
  partitionKey: string,
  before: LoadedMemory,
  next: readonly Finding[],
  lookedFrom: Date,
  encode: Encoder,
): TransactionAction[] {
  const known = new Map(before.findings.map((finding) => [finding.id, finding]));
  const kept = new Set(next.map(({ id }) => id));
  const mustWrite = (finding: Finding) => {
    const row = known.get(finding.id);
    if (row === undefined || !sameToReader(row, finding) || row.changeId !== finding.changeId) return true;
    if (row.held?.until?.getTime() !== finding.held?.until?.getTime()) return true;
    return isShown(row, before.lookedFrom) !== isShown(finding, lookedFrom);
  };
  const upserts = next.filter(mustWrite).map(encode);
  const deletions = before.findings
    .filter(({ id }) => !kept.has(id))
    .map(({ id }): TransactionAction => ['delete', { partitionKey, rowKey: id }]);
  return [...upserts, ...deletions];
}

type Encoder = (finding: Finding) => TransactionAction;

/** Rows of findings, each with those of the `pending` news that are of it. */
function encoderOf(partitionKey: string, lookedFrom: Date, pending: readonly News[]): Encoder {
  const newsOf = Map.groupBy(pending, ({ finding }) => finding);
  return (finding) => {
    const row = { ...encodeFinding(partitionKey, finding, lookedFrom), ...encodeNews(newsOf.get(finding.id) ?? []) };
    return ['upsert', row, 'Replace'];
  };
}

/** In place of a finding whose row the table refused: that there is one. */
function notStored(finding: Finding): Finding {
  return { ...finding, path: '', observed: null, desired: null, why: NOT_STORED, fix: null, held: null };
}

const NOT_STORED = 'The table did not take this finding: what it says is in no row, and its fix is not written.';
