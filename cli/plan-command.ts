import { Command, Option } from 'commander';
import { type Format, formatOption, storageOption, WITHOUT_STORAGE } from './asking-options.ts';

/** As commander parses them. */
export interface PlanOptions {
  readonly storage?: string;
  readonly input?: readonly string[];
  readonly policy?: string;
  readonly exemptions?: string;
  readonly assumeComplete: boolean;
  readonly details: boolean;
  readonly detailedExitcode: boolean;
  readonly format: Format;
}

export function planCommand(action: (account: string | undefined, options: PlanOptions) => Promise<void>): Command {
  return new Command('plan')
    .summary('show what would be written now, and what holds the rest')
    .description(
      'Shows what the app would write at its next look, field by field, what is held and why, and what needs a person. It reads ' +
        'Azure and the storage of the app as you, and writes nothing. With --input it reads files alone, without any Azure.',
    )
    .argument(
      '[account]',
      'the ARM id of a Batch account, or its name where the app keeps one; without it, all that it keeps',
    )
    .addOption(storageOption())
    .addOption(
      new Option('-i, --input <path...>', 'plan for the bodies in these files; - is standard input').conflicts(
        'storage',
      ),
    )
    .option('-p, --policy <file>', "plan by this policy, not by the app's")
    .option('-x, --exemptions <file>', 'with --policy or --input: with the exemptions of this file')
    .option('--assume-complete', 'with --input: the files have each account with all of its pools', false)
    .option('--details', 'show each change that is held, and each finding that needs a person', false)
    .option('--detailed-exitcode', 'exit with 1 when there is something to write, now or later', false)
    .addOption(formatOption())
    .addHelpText('after', HELP)
    .action(action);
}

const HELP = `
${WITHOUT_STORAGE}

A look of the app goes by the same plan: the same snapshot, memory and policy give the same writes. What differs is who
reads. What you may not read is told here as the app would tell it, and the app may read it. Between now and its look
everything may change. Slots of drains are only counted.

In a plan ~ is changed, + is new, - is gone. The id of a change is the same for that very change of the resource as it is.

Rights, signed in as you are (az login):
  Storage Table Data Reader  on the storage account, or on the tables accounts, findings, hints, requests, drains,
                             journal and budget: without it nothing is shown
  Storage Blob Data Reader   on the container config: not needed with --policy
  Reader                     on the Batch accounts, and on what rules look at beside them (docs/roles.md)
  Key Vault Reader           on the vaults of named users: without it their secrets are not known

Examples:
  batch-warden plan --storage stbatchwarden1
  batch-warden plan contosorender --storage stbatchwarden1 --details
  What would another policy write?
    batch-warden plan --storage stbatchwarden1 --policy policy.yaml
  Without any Azure, from files as "scan --input" reads them:
    batch-warden plan --input account.json pools.json --policy policy.yaml --assume-complete

Exit codes:
  0  shown; with --detailed-exitcode: nothing is to be written
  1  with --detailed-exitcode: something is to be written, now, later or once a pool has no nodes
  2  bad input, or something could not be read; the rest is shown all the same
  3  a fault of batch-warden itself`;
