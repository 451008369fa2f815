import { redactedIn } from '../shared/core/plain-secrets/redacted.ts';
import { exemptionNotes } from '../shared/core/plan/exemption-notes.ts';
import type { Finding } from '../shared/core/plan/finding.ts';
import type { Verdict } from '../shared/core/policy/evaluate.ts';
import type { Policy } from '../shared/core/policy/policy.ts';
import { SEVERITIES, type Severity } from '../shared/core/policy/rule.ts';
import type { Compliant } from '../shared/report/junit.ts';
import type { ScanView } from '../shared/report/terminal/scan-view.ts';
import { NO_COLOURS } from '../shared/report/terminal/terminal.ts';
import { seeSubscriptions } from './azure.ts';
import { FORMATS, type FormatName } from './formats.ts';
import { placesOf } from './input-places.ts';
import { BAD_INPUT, BadInput, CLEAN, FOUND, type Io } from './io.ts';
import { judge } from './judge.ts';
import { checkOutputs, writeWhole } from './output-files.ts';
import { choosePolicy } from './policy.ts';
import type { PolicyFiles } from './policy-file.ts';
import { type Sources, seeFiles, tellErrors } from './see.ts';

/** As commander parses them. */
export interface ScanOptions extends Sources, PolicyFiles, ScanView {
  readonly rule?: readonly string[];
  /** Of standard output. */
  readonly format: FormatName;
  readonly output?: readonly ScanOutput[];
  readonly failOn: Severity;
  readonly failOnUnknown: boolean;
}

/** A file that the report is written to as well. */
export interface ScanOutput {
  readonly path: string;
  readonly format: FormatName;
}

/** Judges what the options name, prints the report and gives the exit code. */
export async function scan(options: ScanOptions, io: Io): Promise<number> {
  const { output = [], input = [] } = options;
  await checkOutputs(
    output.map(({ path }) => path),
    input,
  );
  const policy = await choosePolicy(options, options.rule, io);
  const seen = await see(options, policy, io);
  const now = new Date();
  const judged = seen.snapshots.map((snapshot) => judge(snapshot, policy, now));
  const findings = judged.flatMap((each) => each.findings);
  const exemptions = redactedIn(exemptionNotes(policy.exemptions, findings, now));
  const report = { ...seen, errors: redactedIn(seen.errors), findings, at: now, exemptions };
  const scanned = {
    report,
    places: () => placesOf(findings, seen.resources, seen.documents),
    compliant: judged.flatMap(({ verdicts }) =>
      verdicts.filter(({ outcomes }) => outcomes.length === 0).map(compliant),
    ),
    view: options,
    snapshots: seen.snapshots,
  };
  io.out(await FORMATS[options.format].make(scanned, io));
  tellErrors(report.errors, io);
  const anyRead = seen.accounts + seen.pools > seen.unreadable;
  if (anyRead && judged.every(({ verdicts }) => verdicts.length === 0))
    io.err('Nothing was judged: no rule is on for what was read.\n');
  await writeWhole(output.map(({ path, format }) => ({ path, text: () => FORMATS[format].make(scanned, NO_COLOURS) })));
  io.err(output.map(({ path, format }) => `Wrote ${path} (${format}).\n`).join(''));
  return exitCode(report, options);
}

function compliant({ rule, resourceId }: Verdict): Compliant {
  return { ruleId: rule.id, resourceId };
}

async function see({ input, subscription }: Sources, policy: Policy, io: Io) {
  if (subscription !== undefined) return { ...(await seeSubscriptions(subscription, policy, io)), documents: [] };
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
