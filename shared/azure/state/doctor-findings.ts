import { odata } from '@azure/data-tables';
import { z } from 'zod';
import type { Check } from '../../core/doctor/check.ts';
import { DOCTOR, findingsAfter } from '../../core/doctor/findings.ts';
import type { OwnChecks } from '../../core/doctor/readings.ts';
import { idKey } from '../../core/model/resource-id.ts';
import { after, DAY } from '../../core/model/time.ts';
import type { Finding } from '../../core/plan/finding.ts';
import { changesSince, type News } from '../../core/plan/news.ts';
import type { Ended } from '../../ports.ts';
import { decodeFindings, encodeFinding } from './finding-rows.ts';
import { decodeNews, encodeNews } from './news-column.ts';
import { nullIfMissing, type Storage, tableKey } from './storage.ts';

type Tables = Pick<Storage, 'accounts' | 'findings'>;

const FORGET_CLOSED_AFTER = 30 * DAY;
/** Beside what the sweep keeps, which is no account's. */
const KEYS = ['sweep', 'doctor'] as const;
const Checked = z.object({ at: z.coerce.date(), deployment: z.string() });

interface Kept {
  readonly finding: Finding;
  /** What may not have been told. */
  readonly pending: readonly News[];
}

/** Keeps what the checks came to, and that they were made. @returns what is to be told */
export async function recordChecks(
  tables: Tables,
  checks: readonly Check[],
  deployment: string,
  now: Date,
): Promise<readonly Ended[]> {
  const kept = await keptFindings(tables);
  const before = kept.map(({ finding }) => finding);
  const changed = findingsAfter(checks, before, now);
  const fresh = changesSince(before, changed, now);
  const untold: News[] = [];
  for (const finding of changed) {
    const pending = kept.find(({ finding: { id } }) => id === finding.id)?.pending ?? [];
    const news = [...pending, ...fresh.filter((each) => each.finding === finding.id)];
    const row = encodeFinding(tableKey(finding.resourceId), finding);
    await tables.findings.upsertEntity({ ...row, ...encodeNews(news) }, 'Replace');
    untold.push(...news);
  }
  for (const { finding, pending } of kept) {
    if (changed.some(({ id }) => id === finding.id)) continue;
    untold.push(...pending);
    if (finding.status === 'closed' && pending.length === 0 && finding.lastSeen < after(now, -FORGET_CLOSED_AFTER))
      await tables.findings.deleteEntity(tableKey(finding.resourceId), finding.id).catch(nullIfMissing);
  }
  const [partitionKey, rowKey] = KEYS;
  await tables.accounts.upsertEntity({ partitionKey, rowKey, at: now, deployment }, 'Replace');
  const byResource = Map.groupBy(untold, ({ resource }) => idKey(resource));
  return [...byResource].map(([account, news]) => ({ account: news[0]?.resource ?? account, news, unpublished: [] }));
}

/** Notes that these were told. */
export async function noteChecksTold({ findings }: Tables, news: readonly News[]): Promise<void> {
  for (const { resource, finding: rowKey } of news)
    await findings.updateEntity({ partitionKey: tableKey(resource), rowKey, news: '' }, 'Merge').catch(nullIfMissing);
}

/** Whether no check was made in this deployment. */
export async function isUnchecked({ accounts }: Pick<Tables, 'accounts'>, deployment: string): Promise<boolean> {
  return (await lastChecked(accounts))?.deployment !== deployment;
}

/** What the app last found about itself, for who only reads. */
export async function ownChecks(tables: Tables): Promise<OwnChecks> {
  const [row, kept] = await Promise.all([lastChecked(tables.accounts), keptFindings(tables)]);
  const failing = kept.flatMap(({ finding: { status, resourceId, path, why } }) =>
    status === 'open' ? [`${path} of ${resourceId}: ${why}`] : [],
  );
  return { at: row?.at ?? null, failing };
}

function lastChecked(accounts: Tables['accounts']): Promise<z.infer<typeof Checked> | null> {
  return accounts.getEntity(...KEYS).then((row) => Checked.safeParse(row).data ?? null, nullIfMissing);
}

async function keptFindings({ findings }: Pick<Tables, 'findings'>): Promise<Kept[]> {
  const rows = await Array.fromAsync(findings.listEntities({ queryOptions: { filter: odata`rule eq ${DOCTOR}` } }));
  return rows.flatMap((row) => decodeFindings([row]).map((finding) => ({ finding, pending: decodeNews(row) })));
}
