import { odata, type TransactionAction } from '@azure/data-tables';
import { after, MINUTE, SECOND } from '../../core/model/time.ts';
import { attemptsAfter } from '../../core/plan/attempts.ts';
import type { Finding } from '../../core/plan/finding.ts';
import { sameToReader } from '../../core/plan/news.ts';
import type { AccountState, LoadedMemory } from '../../ports.ts';
import { AccountRow, accountKeys } from './account-rows.ts';
import { decodeFindings, encodeAttempts, encodeFinding, isShown } from './finding-rows.ts';
import { lastChangesIn } from './hints.ts';
import { releasesIn } from './requests.ts';
import { isConflict, isNotFound, MOST_ACTIONS, nullIfMissing, type Storage, tableKey } from './storage.ts';

const RECORDING = 30 * SECOND;

/** What is written of an account: null leaves the column out. */
interface AccountColumns {
  readonly lookedFrom: Date | null;
  readonly wakeAt: Date | null;
  readonly goneSince: Date | null;
  readonly failedSince: Date | null;
}

/** The memory of accounts in the tables `accounts` and `findings`. */
export function memoryIn(
  { accounts, findings, hints, requests }: Pick<Storage, 'accounts' | 'findings' | 'hints' | 'requests'>,
  abortSignal: AbortSignal,
): Omit<AccountState, 'lease'> {
  /** The row's new ETag; null when it was no longer at `etag` (null: not there yet). */
  async function put(accountId: string, columns: AccountColumns, etag: string | null): Promise<string | null> {
    const row = { ...accountKeys(accountId), accountId, ...present(columns) };
    try {
      const answer = await (etag === null
        ? accounts.createEntity(row, { abortSignal })
        : accounts.updateEntity(row, 'Replace', { etag, abortSignal }));
      return answer.etag ?? null;
    } catch (error) {
      if (isConflict(error) || (etag !== null && isNotFound(error))) return null;
      throw error;
    }
  }

  /** Cut anywhere, the account is looked at again: the alarm is set before the findings and the look counts after them. */
  async function store(
    accountId: string,
    next: readonly Finding[],
    columns: AccountColumns & { readonly lookedFrom: Date },
    memory: LoadedMemory,
  ): Promise<boolean> {
    const actions = rowActions(tableKey(accountId), memory, next, columns.lookedFrom);
    let { etag } = memory;
    if (actions.length > 0) {
      const alarm = after(columns.lookedFrom, 2 * MINUTE);
      etag = await put(accountId, { ...columns, lookedFrom: memory.lookedFrom, wakeAt: alarm }, etag);
      if (etag === null) return false;
      await submit(actions);
    }
    return (await put(accountId, columns, etag)) !== null;
  }

  async function submit(actions: readonly TransactionAction[], signal = abortSignal): Promise<void> {
    for (let start = 0; start < actions.length; start += MOST_ACTIONS) {
      await findings.submitTransaction(actions.slice(start, start + MOST_ACTIONS), { abortSignal: signal });
    }
  }

  function rowOf(accountId: string): Promise<AccountRow | null> {
    const { partitionKey, rowKey } = accountKeys(accountId);
    return accounts
      .getEntity(partitionKey, rowKey, { abortSignal })
      .then((entity) => AccountRow.parse(entity), nullIfMissing);
  }

  return {
    async lookedFrom(accountId) {
      return (await rowOf(accountId))?.lookedFrom ?? null;
    },
    async load(accountId) {
      const filter = odata`PartitionKey eq ${tableKey(accountId)}`;
      const [row, rows, lastChanges, releases] = await Promise.all([
        rowOf(accountId),
        Array.fromAsync(findings.listEntities({ queryOptions: { filter }, abortSignal })),
        lastChangesIn(hints, accountId, abortSignal),
        releasesIn(requests, accountId, abortSignal),
      ]);
      const lookedFrom = row?.lookedFrom ?? null;
      return {
        lookedFrom,
        wakeAt: row?.wakeAt ?? null,
        goneSince: row?.goneSince ?? null,
        failedSince: row?.failedSince ?? null,
        findings: decodeFindings(rows, lookedFrom),
        lastChanges,
        releases,
        etag: row?.etag ?? null,
      };
    },
    save: (accountId, { findings: next, wakeAt, failedSince }, lookedFrom, memory) =>
      store(accountId, next, { lookedFrom, wakeAt, goneSince: null, failedSince }, memory),
    gone(accountId, closed, lookedFrom, memory) {
      const goneSince = memory.goneSince ?? lookedFrom;
      return store(accountId, closed, { lookedFrom, wakeAt: null, goneSince, failedSince: null }, memory);
    },
    async defer(accountId, until, memory) {
      return (await put(accountId, { ...memory, wakeAt: until }, memory.etag)) !== null;
    },
    async record(accountId, results) {
      const partitionKey = tableKey(accountId);
      const actions = results.flatMap(({ write, outcome, at }) =>
        write.findings.map(({ id, attempts }): TransactionAction => {
          const row = { partitionKey, rowKey: id, ...encodeAttempts(attemptsAfter(attempts, outcome, at)) };
          return ['update', row, 'Merge'];
        }),
      );
      // What Azure accepted is recorded even when the look was stopped.
      await submit(actions, AbortSignal.timeout(RECORDING));
    },
  };
}

function present(columns: AccountColumns): Partial<Record<keyof AccountColumns, Date>> {
  const { lookedFrom, wakeAt, goneSince, failedSince } = columns;
  return {
    ...(lookedFrom === null ? {} : { lookedFrom }),
    ...(wakeAt === null ? {} : { wakeAt }),
    ...(goneSince === null ? {} : { goneSince }),
    ...(failedSince === null ? {} : { failedSince }),
  };
}

/** Rows that must change. When a finding was last seen follows from the account's row, unless a look did not show it. */
function rowActions(
  partitionKey: string,
  before: LoadedMemory,
  next: readonly Finding[],
  lookedFrom: Date,
): TransactionAction[] {
  const known = new Map(before.findings.map((finding) => [finding.id, finding]));
  const kept = new Set(next.map(({ id }) => id));
  const mustWrite = (finding: Finding) => {
    const row = known.get(finding.id);
    if (row === undefined || !sameToReader(row, finding)) return true;
    if (row.held?.until?.getTime() !== finding.held?.until?.getTime()) return true;
    return isShown(row, before.lookedFrom) !== isShown(finding, lookedFrom);
  };
  const upserts = next
    .filter(mustWrite)
    .map((finding): TransactionAction => ['upsert', encodeFinding(partitionKey, finding, lookedFrom), 'Replace']);
  const deletions = before.findings
    .filter(({ id }) => !kept.has(id))
    .map(({ id }): TransactionAction => ['delete', { partitionKey, rowKey: id }]);
  return [...upserts, ...deletions];
}
