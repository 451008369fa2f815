import { Command } from 'commander';
import { byOption, type Format, formatOption, storageOption, WITHOUT_STORAGE } from './asking-options.ts';

/** As commander parses them. */
export interface ReleaseOptions {
  readonly storage?: string;
  readonly by: string;
  readonly format: Format;
}

export function releaseCommand(
  action: (resource: string, rule: string, options: ReleaseOptions) => Promise<void>,
): Command {
  return new Command('release')
    .summary('end a contest: let a rule write to an account or pool again')
    .description(
      'Ends what is held as contested: somebody undid what a rule wrote, and the app waits for you. It leaves a ' +
        'request in the storage of the app, which the next look sees, and asks for a look. First settle who sets the resource.',
    )
    .argument('<resource>', 'the ARM id of the account or pool, as the finding has it')
    .argument('<rule>', 'the id of the rule; "drain" for the drains of a pool')
    .addOption(byOption())
    .addOption(storageOption())
    .addOption(formatOption())
    .addHelpText('after', HELP)
    .action(action);
}

const HELP = `
What a release ends:
  a rule  its contest on that resource: only writes after the release count
  drain   the rest of a pool after a drain, and its wait after two drains that
          changed nothing
Mode, freeze, windows and all other guards hold as ever.

${WITHOUT_STORAGE}

Rights, signed in as you are (az login):
  Storage Table Data Contributor     on the table requests;
                                     without it nothing is released
  Storage Queue Data Message Sender  on the queue reconcile;
                                     without it the next sweep sees the release
  Storage Table Data Reader          on the table findings;
                                     without it what was contested is not told
A custom role that allows less: docs/operations.md#who-may-run-the-commands

Examples:
  batch-warden release "$POOL_ID" pool-remote-access --storage stbatchwarden1 \\
    --by "Ada Example"
  batch-warden release "$POOL_ID" drain --storage stbatchwarden1 --by Ada

Exit codes:
  0  released
  2  bad input, or it could not be released
  3  a fault of batch-warden itself`;
