import { evaluate } from '../shared/core/evaluate.ts';
import type { Finding } from '../shared/core/finding.ts';
import { plan } from '../shared/core/plan.ts';
import type { Policy } from '../shared/core/policy.ts';
import { isReadable } from '../shared/core/pool.ts';
import { idKey } from '../shared/core/resource-id.ts';
import { SEVERITIES, type Severity } from '../shared/core/rule.ts';
import type { Snapshot } from '../shared/core/snapshot.ts';
import { toJson } from '../shared/report/json.ts';
import type { ReportError, ScanReport } from '../shared/report/scan-report.ts';
import { toTable } from '../shared/report/table.ts';
import { type Bodies, readBodies } from '../shared/wire.ts';
import { seeAzure } from './azure.ts';
import { readDocuments } from './input.ts';
import { BAD_INPUT, BadInput, CLEAN, FOUND, type Io } from './io.ts';
import { choosePolicy } from './policy.ts';

/** As commander parses them. */
export interface ScanOptions {
  readonly input?: readonly string[];
  readonly subscription?: readonly string[];
  readonly policy?: string;
  readonly rule?: readonly string[];
  readonly format: 'table' | 'json';
  readonly failOn: Severity;
  readonly failOnUnknown: boolean;
}

/** Judges what the options name, prints the report and gives the exit code. */
export async function scan(options: ScanOptions, io: Io): Promise<number> {
  const policy = await choosePolicy(options.policy, options.rule, io);
  const seen = await see(options, policy, io);
  const now = new Date();
  const judged = seen.snapshots.map((snapshot) => judge(snapshot, policy, now));
  const report = { ...seen, findings: judged.flatMap(({ findings }) => findings) };
  io.out(options.format === 'json' ? toJson(report) : toTable(report, io));
  io.err(report.errors.map(errorLine).join(''));
  const anyRead = seen.accounts + seen.pools > seen.unreadable;
  if (anyRead && judged.every(({ idle }) => idle)) io.err('Nothing was judged: no rule is on for what was read.\n');
  return exitCode(report, options);
}

async function see({ input, subscription }: ScanOptions, policy: Policy, io: Io): Promise<Bodies> {
  if (subscription !== undefined) return seeAzure(subscription, policy, io);
  if (input === undefined) throw new BadInput('Say what to scan: --input PATH for files, --subscription ID for Azure.');
  const { documents, errors } = await readDocuments(input, io);
  const bodies = readBodies(documents);
  return { ...bodies, errors: [...errors, ...bodies.errors] };
}

interface Judged {
  readonly findings: readonly Finding[];
  /** No rule is on for anything that was read. */
  readonly idle: boolean;
}

/** What the rules say of the account and the pools that could be read, as if for the first time. */
function judge(snapshot: Snapshot, policy: Policy, now: Date): Judged {
  const { account, pools } = snapshot;
  const resources = [...('known' in account ? [account.known] : []), ...pools.filter(isReadable)];
  const read = new Set(resources.map(({ id }) => idKey(id)));
  const isRead = ({ resourceId }: { readonly resourceId: string }) => read.has(idKey(resourceId));
  const verdicts = evaluate(snapshot, policy, now);
  const { findings } = plan({ snapshot, verdicts, memory: { findings: [] }, policy, now });
  return { findings: findings.filter(isRead), idle: !verdicts.some(isRead) };
}

function errorLine({ source, path, message }: ReportError): string {
  return `${[source, path, message].filter(Boolean).join(': ')}\n`;
}

function exitCode({ findings, errors }: ScanReport, { failOn, failOnUnknown }: ScanOptions): number {
  if (errors.length > 0) return BAD_INPUT;
  const counts = ({ status, severity }: Finding) =>
    status === 'unknown' ? failOnUnknown : SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(failOn);
  return findings.some(counts) ? FOUND : CLEAN;
}
