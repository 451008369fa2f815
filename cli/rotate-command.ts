import { Command } from 'commander';
import { byOption, storageOption, WITHOUT_STORAGE } from './asking-options.ts';

/** As commander parses them. */
export interface RotateOptions {
  readonly storage?: string;
  readonly by: string;
}

export function rotateCommand(action: (pool: string, user: string, options: RotateOptions) => Promise<void>): Command {
  return new Command('rotate')
    .summary("ask the app for another secret of a pool's named user")
    .description(
      "Asks the app to rotate the secret of a pool's named user. It leaves a request in the storage of the app, which the " +
        'next look sees, and asks for a look. It changes neither pool nor vault: mode, drains and windows hold as ever.',
    )
    .argument('<pool>', 'the ARM id of the pool')
    .argument('<user>', 'the name of the user, as the pool has it')
    .addOption(byOption())
    .addOption(storageOption())
    .addHelpText('after', HELP)
    .action(action);
}

const HELP = `
${WITHOUT_STORAGE}

Rights, signed in as you are (az login):
  Storage Table Data Contributor     on the table requests: without it nothing is asked
  Storage Queue Data Message Sender  on the queue reconcile: without it the next sweep sees the request
  Storage Blob Data Reader           on the container config: without it the guards are not told
  Reader                             at the Batch account: without it pool and user are not checked
  Key Vault Reader                   at the vault: without it the secret is not told
A custom role that allows less: docs/operations.md#who-may-run-the-commands
Who may write that table may have every secret of the app's pools rotated: give it to few.

Examples:
  batch-warden rotate "$POOL_ID" artist --storage stbatchwarden1 --by "Ada Example"
  See afterwards how it stands:
    batch-warden secrets "$ACCOUNT_ID" --policy policy.yaml

Exit codes:
  0  asked for
  2  bad input, or it could not be asked for
  3  a fault of batch-warden itself`;
