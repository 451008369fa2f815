import type { Finding } from '../../core/plan/finding.ts';
import { decodeFindings } from './finding-rows.ts';
import { nameOf, type Report, type Storage } from './storage.ts';

/** What a person is told of a finding: not the values, which may be long. */
export const TOLD_COLUMNS = [
  'PartitionKey',
  'RowKey',
  'rule',
  'resource',
  'path',
  'severity',
  'status',
  'why',
  'unknownCode',
  'fix',
  'heldCode',
  'heldMessage',
  'held',
  'heldUntil',
  'exemption',
  'firstSeen',
  'lastSeen',
];

/** The findings of all accounts that are not closed, without their values. */
export async function openFindings(storage: Pick<Storage, 'findings'>, report: Report): Promise<Finding[]> {
  // Also those that have no status: they count as open.
  const found = await findingsBy({ filter: "not (status eq 'closed')", select: TOLD_COLUMNS }, storage, report);
  return found.filter(({ status }) => status !== 'closed');
}

/** All findings of all accounts with their values, the closed ones too. */
export async function allFindings(storage: Pick<Storage, 'findings'>, report: Report): Promise<Finding[]> {
  const select = [...TOLD_COLUMNS, 'observed', 'desired', 'changeId', 'closedCode', 'attempts'];
  return findingsBy({ select }, storage, report);
}

async function findingsBy(
  queryOptions: { readonly filter?: string; readonly select: string[] },
  { findings }: Pick<Storage, 'findings'>,
  report: Report,
): Promise<Finding[]> {
  const found: Finding[] = [];
  const bad: string[] = [];
  for await (const row of findings.listEntities({ queryOptions })) {
    const [finding] = decodeFindings([row]);
    if (finding === undefined) bad.push(nameOf(row));
    else found.push(finding);
  }
  if (bad.length > 0) report({ table: 'findings', rows: bad, reason: 'without a rule or a resource: delete them' });
  return found;
}
