import packageJson from '../package.json' with { type: 'json' };
import type { Bodies } from '../shared/azure/files/bodies.ts';
import { redactedIn } from '../shared/core/plain-secrets/redacted.ts';
import { exemptionNotes } from '../shared/core/plan/exemption-notes.ts';
import type { Finding } from '../shared/core/plan/finding.ts';
import type { Policy } from '../shared/core/policy/policy.ts';
import { SEVERITIES, type Severity } from '../shared/core/policy/rule.ts';
import { toJson } from '../shared/report/json.ts';
import { toSarif } from '../shared/report/sarif.ts';
import type { ScanReport } from '../shared/report/scan-report.ts';
import { scanText } from '../shared/report/terminal/scan-text.ts';
import type { ScanView } from '../shared/report/terminal/scan-view.ts';
import { rules } from '../shared/rules/index.ts';
import { seeSubscriptions } from './azure.ts';
import { BAD_INPUT, BadInput, CLEAN, FOUND, type Io } from './io.ts';
import { judge } from './judge.ts';
import { choosePolicy } from './policy.ts';
import type { PolicyFiles } from './policy-file.ts';
import { type Sources, seeFiles, tellErrors } from './see.ts';

export const FORMATS = ['table', 'json', 'sarif', 'csv'] as const;

/** As commander parses them. */
export interface ScanOptions extends Sources, PolicyFiles, ScanView {
  readonly rule?: readonly string[];
  readonly format: (typeof FORMATS)[number];
  readonly failOn: Severity;
  readonly failOnUnknown: boolean;
}

/** Judges what the options name, prints the report and gives the exit code. */
export async function scan(options: ScanOptions, io: Io): Promise<number> {
  const policy = await choosePolicy(options, options.rule, io);
  const seen = await see(options, policy, io);
  const now = new Date();
  const judged = seen.snapshots.map((snapshot) => judge(snapshot, policy, now));
  const findings = judged.flatMap((each) => each.findings);
  const exemptions = redactedIn(exemptionNotes(policy.exemptions, findings, now));
  const report = { ...seen, errors: redactedIn(seen.errors), findings, at: now, exemptions };
  io.out(await REPORTS[options.format](report, io, options));
  tellErrors(report.errors, io);
  const anyRead = seen.accounts + seen.pools > seen.unreadable;
  if (anyRead && judged.every(({ verdicts }) => verdicts.length === 0))
    io.err('Nothing was judged: no rule is on for what was read.\n');
  return exitCode(report, options);
}

type Report = (report: ScanReport, io: Io, view: ScanView) => string | Promise<string>;

const REPORTS: Readonly<Record<ScanOptions['format'], Report>> = {
  table: (report, io, view) => scanText(report, rules, view, io),
  json: toJson,
  sarif: (report) => toSarif(report, { version: packageJson.version, rules }),
  csv: async (report) => (await import('../shared/report/csv.ts')).toCsv(report),
};

async function see({ input, subscription }: Sources, policy: Policy, io: Io): Promise<Bodies> {
  if (subscription !== undefined) return seeSubscriptions(subscription, policy, io);
  if (input !== undefined) return seeFiles(input, io);
  throw new BadInput('Say what to scan: --input PATH for files, --subscription ID for Azure.');
}

/** Errors count more than findings; what is exempt counts for nothing. */
export function exitCode(
  { findings, errors }: { readonly findings: readonly Finding[]; readonly errors: readonly unknown[] },
  { failOn, failOnUnknown }: Pick<ScanOptions, 'failOn' | 'failOnUnknown'>,
): number {
  if (errors.length > 0) return BAD_INPUT;
  const counts = ({ status, severity }: Finding) =>
    status === 'unknown'
      ? failOnUnknown
      : status === 'open' && SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(failOn);
  return findings.some(counts) ? FOUND : CLEAN;
}
