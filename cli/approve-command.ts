import { Command } from 'commander';
import { byOption, type Format, formatOption, storageOption, WITHOUT_STORAGE } from './asking-options.ts';

/** As commander parses them. */
export interface ApproveOptions {
  readonly storage?: string;
  readonly by: string;
  /** ISO 8601. */
  readonly for: string;
  readonly format: Format;
}

export function approveCommand(
  action: (changes: readonly string[], options: ApproveOptions) => Promise<void>,
): Command {
  return new Command('approve')
    .summary('let the app write changes that wait for you')
    .description(
      'Approves changes, each once: those that "plan" shows as held needs-approval (mode approve) or keys-in-use. What was ' +
        'approved is that very change: when another value stands there at the next look, or another is meant, it is void.',
    )
    .argument('<change...>', 'ids of changes, as plan shows them: 16 hex digits')
    .addOption(byOption())
    .option('--for <duration>', 'how long it holds, ISO 8601, P30D at most', 'P1D')
    .addOption(storageOption())
    .addOption(formatOption())
    .addHelpText('after', HELP)
    .action(action);
}

const HELP = `
It approves all of the changes, or none: one that no finding asks for any more
is an error. All other guards hold as ever: freeze, pipelines, contests, drains.

${WITHOUT_STORAGE}

Rights, signed in as you are (az login):
  Storage Table Data Contributor     on the table requests;
                                     without it nothing is approved
  Storage Table Data Reader          on the table findings;
                                     without it nothing is approved
  Storage Queue Data Message Sender  on the queue reconcile;
                                     without it the next sweep sees the approval
A custom role that allows less: docs/operations.md#who-may-run-the-commands
Who may write the table requests may approve: docs/operations.md#approve

Examples:
  batch-warden approve 3f2a9c0d51e7b846 --storage stbatchwarden1 --by Ada
  batch-warden approve 3f2a9c0d51e7b846 9d04c1ab77e02f35 --by Ada --for PT4H

Exit codes:
  0  approved
  2  bad input, or nothing could be approved
  3  a fault of batch-warden itself`;
