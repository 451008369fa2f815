import { Command } from 'commander';
import { byOption, type Format, formatOption, storageOption, WITHOUT_STORAGE } from './asking-options.ts';

/** As commander parses them. */
export interface UndoOptions {
  readonly storage?: string;
  readonly by: string;
  readonly format: Format;
}

export function undoCommand(action: (entry: string, options: UndoOptions) => Promise<void>): Command {
  return new Command('undo')
    .summary('take a write of the app back')
    .description(
      'Asks the app to write back what stood there before one of its writes, as the journal has it. It does so only while ' +
        'what it wrote stands there still. The rules that asked for the write do not write to that resource until a release.',
    )
    .argument('<entry>', 'the write, by its id in the journal')
    .addOption(byOption())
    .addOption(storageOption())
    .addOption(formatOption())
    .addHelpText('after', HELP)
    .action(action);
}

const HELP = `
All guards hold as for any other change: freeze, pipelines, limits. What
Batch takes only without nodes waits for a drain, as far as the policy lets
one begin. What is not done in seven days is not done any more.
Not taken back: secrets, named users, the steps of a drain that set a size.

${WITHOUT_STORAGE}

Rights, signed in as you are (az login):
  Storage Table Data Contributor     on the table requests;
                                     without it nothing is taken back
  Storage Table Data Reader          on the table journal;
                                     without it nothing is taken back
  Storage Queue Data Message Sender  on the queue reconcile;
                                     without it the next sweep sees the request
A custom role that allows less: docs/operations.md#who-may-run-the-commands

Examples:
  batch-warden journal contosorender --storage stbatchwarden1
  batch-warden undo 2026-11-28T08:15:02.114Z-5f0c9a1be2d34a77 \\
    --storage stbatchwarden1 --by Ada

Exit codes:
  0  asked for
  2  bad input, or it cannot be taken back
  3  a fault of batch-warden itself`;
