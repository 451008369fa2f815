import { resolve } from 'node:path';
import { redactedIn } from '../shared/core/plain-secrets/redacted.ts';
import { exemptionNotes } from '../shared/core/plan/exemption-notes.ts';
import type { Finding } from '../shared/core/plan/finding.ts';
import type { Verdict } from '../shared/core/policy/evaluate.ts';
import type { Policy } from '../shared/core/policy/policy.ts';
import { SEVERITIES, type Severity } from '../shared/core/policy/rule.ts';
import { compared, isNew } from '../shared/report/baseline.ts';
import type { Compliant } from '../shared/report/junit.ts';
import { shortName } from '../shared/report/short-name.ts';
import type { ScanView } from '../shared/report/terminal/scan-view.ts';
import { NO_COLOURS } from '../shared/report/terminal/terminal.ts';
import { seeSubscriptions } from './azure.ts';
import { baselineFiles, readBaseline } from './baseline-file.ts';
import { FORMATS, type FormatName } from './formats.ts';
import type { PolicyFiles } from './found-files.ts';
import { placesOf } from './input-places.ts';
import { BAD_INPUT, BadInput, CLEAN, FOUND, type Io } from './io.ts';
import { judge } from './judge.ts';
import type { FailOn } from './options.ts';
import { checkOutputs, writeWhole } from './output-files.ts';
import { choosePolicy, type RuleChoice } from './policy.ts';
import { progress } from './progress.ts';
import { type Sources, seeFiles, tellErrors } from './see.ts';
import { scopeOrDefault } from './subscriptions.ts';

/** As commander parses them. */
export interface ScanOptions extends Sources, PolicyFiles, RuleChoice, ScanView {
  /** Of what is reported; without it, all. */
  readonly severity?: readonly Severity[];
  readonly baseline?: string;
  readonly writeBaseline?: string;
  /** Of standard output. */
  readonly format: FormatName;
  readonly output?: readonly ScanOutput[];
  readonly failOn: FailOn;
  readonly failOnUnknown: boolean;
}

/** A file that the report is written to as well. */
export interface ScanOutput {
  readonly path: string;
  readonly format: FormatName;
}

/** Judges what the options name, prints the report and gives the exit code. */
export async function scan(options: ScanOptions, io: Io): Promise<number> {
  const { output = [] } = options;
  await checkPlaces(options);
  const policy = await choosePolicy(options, options, io);
  const before = options.baseline === undefined ? null : await readBaseline(options.baseline, io);
  const seen = await see(options, policy, io);
  const now = new Date();
  // What was read is not to be written over, also where a folder or a pattern named it.
  await checkOutputs(
    placesWritten(options),
    seen.resources.map(({ source }) => source),
  );
  const told = progress('Judging account', seen.snapshots.length, {
    ...io,
    showsProgress: io.showsProgress && io.redraws === true,
  });
  const judged = seen.snapshots.map((snapshot) => {
    told.step(shortName(snapshot.accountId));
    return judge(snapshot, policy, now);
  });
  told.end();
  const verdicts = judged.flatMap((each) => each.verdicts);
  const all = judged.flatMap((each) => each.findings);
  const isChosen = ({ severity }: { readonly severity: Severity }) => options.severity?.includes(severity) !== false;
  const findings = all.filter(isChosen);
  const exemptions = redactedIn(exemptionNotes(policy.exemptions, all, now));
  const baseline = before && compared(all, before, verdicts.map(compliant), isChosen);
  const report = { ...seen, errors: redactedIn(seen.errors), findings, at: now, exemptions, baseline };
  const scanned = {
    report,
    places: () => placesOf(findings, seen.resources, seen.documents),
    compliant: verdicts.filter(({ rule, outcomes }) => outcomes.length === 0 && isChosen(rule)).map(compliant),
    view: options,
    snapshots: seen.snapshots,
  };
  io.out(await FORMATS[options.format].make(scanned, io));
  tellErrors(report.errors, io);
  const isJudged = findings.length > 0 || verdicts.some(({ rule }) => isChosen(rule));
  if (!isJudged) io.err(whyNothing(seen, verdicts));
  const files = [
    ...output.map(({ path, format }) => ({ path, is: format, text: () => FORMATS[format].make(scanned, NO_COLOURS) })),
    ...(isJudged ? baselineFiles(options, report, before) : []),
  ];
  await writeWhole(files);
  io.err(files.map(({ path, is }) => `Wrote ${path} (${is}).\n`).join(''));
  return isJudged ? exitCode({ ...report, findings: findings.filter(isNew(baseline)) }, options) : BAD_INPUT;
}

function placesWritten({ output = [], writeBaseline }: ScanOptions): string[] {
  return [...output.map(({ path }) => path), ...(writeBaseline === undefined ? [] : [writeBaseline])];
}

/** @throws BadInput where a file would be written over that is read, but for a baseline that is to be brought up to date */
async function checkPlaces(options: ScanOptions): Promise<void> {
  const { input = [], baseline, writeBaseline } = options;
  const isRenewed =
    baseline !== undefined && writeBaseline !== undefined && resolve(baseline) === resolve(writeBaseline);
  await checkOutputs(placesWritten(options), baseline === undefined || isRenewed ? input : [...input, baseline]);
}

function compliant({ rule, resourceId }: Verdict): Compliant {
  return { ruleId: rule.id, resourceId };
}

/** Said on standard error; where nothing could be read, its errors say why. */
function whyNothing({ accounts, pools, unreadable, errors }: Seen, verdicts: readonly Verdict[]): string {
  if (verdicts.length > 0) return 'Nothing was judged: no rule of these severities is on for what was read.\n';
  if (accounts + pools > unreadable) return 'Nothing was judged: no rule is on for what was read.\n';
  return errors.length > 0 ? '' : 'Nothing was judged: there is no Batch account and no pool in what was read.\n';
}

async function see({ input, ...named }: Sources, policy: Policy, io: Io) {
  if (input !== undefined) return seeFiles(input, io);
  const scope = await scopeOrDefault(named, io);
  if (scope !== null) return { ...(await seeSubscriptions(scope, policy, io)), documents: [] };
  throw new BadInput(
    'Say what to scan: --input PATH for files, --subscription ID or NAME for Azure. The Azure CLI is on no subscription.',
  );
}

type Seen = Awaited<ReturnType<typeof see>>;

/** Errors count more than findings; what is exempt counts for nothing. */
export function exitCode(
  { findings, errors }: { readonly findings: readonly Finding[]; readonly errors: readonly unknown[] },
  { failOn, failOnUnknown }: Pick<ScanOptions, 'failOn' | 'failOnUnknown'>,
): number {
  if (errors.length > 0) return BAD_INPUT;
  const counts = ({ status, severity }: Finding) =>
    status === 'unknown' ? failOnUnknown : status === 'open' && fails(severity, failOn);
  return findings.some(counts) ? FOUND : CLEAN;
}

function fails(severity: Severity, failOn: FailOn): boolean {
  return failOn !== 'none' && SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(failOn);
}
