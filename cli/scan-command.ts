import { Command, InvalidArgumentError, Option } from 'commander';
import { SEVERITIES } from '../shared/core/policy/rule.ts';
import { GROUPINGS } from '../shared/report/terminal/scan-view.ts';
import { rules } from '../shared/rules/index.ts';
import { oneOf, rulesOption, someOf } from './choices.ts';
import { FORMAT_NAMES, FORMATS, formatOf, formatsInWords } from './formats.ts';
import { failOptions, sourceOptions } from './options.ts';
import type { ScanOptions, ScanOutput } from './scan.ts';

export function scanCommand(action: (options: ScanOptions) => Promise<void>): Command {
  const command = new Command('scan')
    .summary('judge accounts and pools, from files or from Azure')
    .description(
      'Judges Batch accounts and pools: from files, without any Azure, or as they are in Azure, read-only.\n' +
        'Without a policy, every rule that is on by default judges, with its default options.',
    );
  for (const option of sourceOptions()) command.addOption(option);
  command
    .addOption(rulesOption('-r, --rule <id...>', 'judge by these rules only, also by those that are off by default'))
    .addOption(rulesOption('--skip-rule <id...>', 'judge by all other rules'))
    .addOption(
      someOf(
        '--severity <severity...>',
        'report, and fail for, findings of exactly these severities; not a threshold',
        SEVERITIES,
      ),
    )
    .addOption(oneOf('-f, --format <format>', 'how to report', FORMAT_NAMES).default('table'))
    .addOption(
      new Option(
        '-o, --output <file>',
        'write the report to this file too, in the format of its ending; repeatable',
      ).argParser(outputOf),
    )
    .addOption(oneOf('-g, --group-by <what>', 'group the findings of the table', GROUPINGS).default('rule'))
    .option('-d, --details', 'show every resource, value and step in the table', false);
  for (const option of failOptions()) command.addOption(option);
  command
    .addOption(
      new Option('--baseline <file>', 'fail, and show in the table, only what is new since this baseline was written'),
    )
    .addOption(
      new Option(
        '--write-baseline <file>',
        'write what is found as a baseline; it changes no exit code, so give --fail-on none too',
      ),
    );
  return command.addHelpText('after', HELP).action(action);
}

function outputOf(path: string, before: readonly ScanOutput[] = []): readonly ScanOutput[] {
  const format = formatOf(path);
  if (format === null) {
    const endings = FORMAT_NAMES.flatMap((name) => FORMATS[name].endings).join(', ');
    throw new InvalidArgumentError(`Its ending says the format: give it one of ${endings}.`);
  }
  return [...before, { path, format }];
}

const ID_WIDTH = Math.max(...rules.map(({ id }) => id.length)) + 2;

const HELP = `
Files hold ARM bodies as JSON: one body, an array of them, or a page of a list
{ "value": [...] }; or several of these, as JSON lines. A folder gives all .json,
.jsonl and .ndjson files below it. Without --input and a subscription, the one
that the Azure CLI is on is read ("az account set").
A file cannot show everything: what it does not show is reported as unknown.

Lists may be parted by commas: --rule a,b is --rule a b. Names are taken in any case.

Formats, and the endings of files that --output writes in them:
${formatsInWords()}

Examples:
  Judge one account with its pools, from files:
    az rest --method get --url "$ID?api-version=2025-06-01" > account.json
    az rest --method get --url "$ID/pools?api-version=2025-06-01" > pools.json
    batch-warden scan --input account.json pools.json
  Judge all files below a folder, or that a quoted pattern matches:
    batch-warden scan --input bodies
    batch-warden scan --input 'bodies/**/*.json'
  Judge what stands in a subscription, and below a management group:
    batch-warden scan --subscription "My subscription"
    batch-warden scan --management-group renders
  Judge what stands in Azure, and keep the findings as JSON:
    batch-warden scan --subscription 00000000-0000-0000-0000-000000000000 --format json > findings.json
  Read it here, and keep it for a program and for code scanning:
    batch-warden scan --input pools.json -o findings.json -o findings.sarif
  Stop a pipeline only for what is high or critical, by two rules:
    batch-warden scan --input pools.json --rule pool-remote-access,pool-subnet --fail-on high
  Fail from now on only for what is new:
    batch-warden scan --input pools.json --write-baseline baseline.json --fail-on none
    batch-warden scan --input pools.json --baseline baseline.json
  See only the gravest, by all rules but one, and fail for none:
    batch-warden scan --input pools.json --severity critical,high --skip-rule pool-public-ip --fail-on none

Rules ("batch-warden explain RULE" tells more):
${rules.map(({ id, severity, title }) => `  ${id.padEnd(ID_WIDTH)}${severity.padEnd(10)}${title}`).join('\n')}

Exit codes, the highest holds:
  0  no open finding at or above --fail-on (none: whatever was found)
  1  open findings at or above --fail-on
  2  bad input, nothing was judged, or something could not be read; the rest is
     judged all the same
  3  a fault of batch-warden itself

In another cloud:
  ARM_ENDPOINT          its Azure Resource Manager, by default
                        https://management.azure.com
  AZURE_AUTHORITY_HOST  its sign-in`;
