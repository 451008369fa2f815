import { Command } from 'commander';
import { type Format, formatOption, storageOption, WITHOUT_STORAGE } from './asking-options.ts';
import { failOptions } from './options.ts';
import type { ScanOptions } from './scan.ts';

/** As commander parses them. */
export interface StatusOptions extends Pick<ScanOptions, 'failOn' | 'failOnUnknown'> {
  readonly storage?: string;
  readonly format: Format;
}

export function statusCommand(action: (options: StatusOptions) => Promise<void>): Command {
  const command = new Command('status')
    .summary('show how all that the app watches stands')
    .description(
      'Shows what the deployed app keeps: accounts and when each was last read, findings, drains, what is held and why, ' +
        'what a person has to do. It reads the storage of the app, and writes nothing.',
    )
    .addOption(storageOption())
    .addOption(formatOption());
  for (const option of failOptions()) command.addOption(option);
  return command.addHelpText('after', HELP).action(action);
}

const HELP = `
${WITHOUT_STORAGE}

It shows six of each kind, and counts the others. The heartbeat of the app is in its log alone; here, an alarm that should have
rung tells that it does not run.

Rights, signed in as you are (az login):
  Storage Table Data Reader  on the storage account, or on the tables accounts, findings, drains (without these nothing
                             is shown), hints, journal and budget
  Storage Queue Data Reader  on its queues: without it what waits and what failed for good is not told
  Storage Blob Data Reader   on the container config: without it mode, freeze and drains are not told

Examples:
  batch-warden status --storage stbatchwarden1
  batch-warden status --storage stbatchwarden1 --fail-on high --format json > status.json

Exit codes, the highest holds:
  0  no open finding at or above --fail-on
  1  open findings at or above --fail-on
  2  bad input, a policy with faults, or something that had to be read could not be; the rest is shown where it can
  3  a fault of batch-warden itself`;
