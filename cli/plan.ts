import { redactedIn } from '../shared/core/plain-secrets/redacted.ts';
import { hasWrites, type PlanReport, planJson, planSummary } from '../shared/report/plan-report.ts';
import { planText } from '../shared/report/terminal/plan-text.ts';
import { foundFiles } from './found-files.ts';
import { BAD_INPUT, BadInput, CLEAN, FOUND, type Io } from './io.ts';
import type { PlanOptions } from './plan-command.ts';
import { planOfApp } from './plan-of-app.ts';
import { planOfFiles } from './plan-of-files.ts';
import { tellBadRows } from './read-state.ts';
import { tellErrors } from './see.ts';

/** Shows what would be written now, and gives the exit code. */
export async function plan(account: string | undefined, options: PlanOptions, io: Io): Promise<number> {
  const { input, assumeComplete, storage, policy, exemptions, format, details } = options;
  if (input !== undefined && account !== undefined)
    throw new BadInput('Files say themselves which accounts they are of: give --input or an account, not both.');
  if (input === undefined && assumeComplete)
    throw new BadInput('--assume-complete is for files: give it with --input. Azure says itself whether all was read.');
  if (input === undefined && policy === undefined && exemptions !== undefined)
    throw new BadInput('The app has its own exemptions: give --exemptions with --policy, or with --input.');
  const named = { ...(policy === undefined ? {} : { policy }), ...(exemptions === undefined ? {} : { exemptions }) };
  // The app has a policy of its own: only one that is named takes its place.
  const files = input === undefined && policy === undefined ? named : await foundFiles(named, io);
  const report: PlanReport = redactedIn(
    input === undefined
      ? await planOfApp({ account, storage, files }, io)
      : await planOfFiles({ input, assumeComplete, files }, io),
  );
  const forStorage = optionOf('--storage', storage);
  const args = [
    optionOf('', account),
    forStorage,
    ...(input === undefined ? [] : [' --input', ...input.map((path) => ` ${quoted(path)}`)]),
    optionOf('--policy', policy),
    optionOf('--exemptions', exemptions),
    assumeComplete ? ' --assume-complete' : '',
  ].join('');
  io.out(format === 'json' ? planJson(report) : planText(report, { args, storage: forStorage, details }, io));
  tellErrors(report.errors, io);
  tellBadRows(report.badRows, io);
  if (report.errors.length + report.badRows.length > 0 || 'invalid' in report.policy) return BAD_INPUT;
  return options.detailedExitcode && hasWrites(planSummary(report)) ? FOUND : CLEAN;
}

function optionOf(name: string, value: string | undefined): string {
  return value === undefined ? '' : `${name === '' ? '' : ` ${name}`} ${quoted(value)}`;
}

/** As a shell takes it for one word. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
