import { Command } from 'commander';
import { type Format, formatOption, storageOption, WITHOUT_STORAGE } from './asking-options.ts';
import { subscriptionOption } from './options.ts';

/** As commander parses them. */
export interface DoctorOptions {
  readonly storage?: string;
  readonly subscription?: readonly string[];
  readonly format: Format;
}

export function doctorCommand(action: (options: DoctorOptions) => Promise<void>): Command {
  return new Command('doctor')
    .summary('check that the app can do its work')
    .description(
      'Checks what the deployed app needs: tokens, its storage, its queues, the policy, and in each subscription its rights, ' +
        'its events and the api-version of Batch. Of each it tells why, and what to do. It only reads.',
    )
    .addOption(storageOption())
    .addOption(subscriptionOption())
    .addOption(formatOption())
    .addHelpText('after', HELP)
    .action(action);
}

const HELP = `
${WITHOUT_STORAGE}
Without --subscription, those in WATCHED_SUBSCRIPTIONS are checked, or else those of which the app keeps accounts.
With FINDINGS_TOPIC set to the endpoint of the topic of findings, a token for it is asked for, too.

Rights are those of who runs it. The app checks its own, once a day and after each deployment: what it found is the
check own-checks, and a finding of the rule "doctor" on the subscription or on the app.

Rights, signed in as you are (az login):
  Reader                     on the watched subscriptions, and on the storage account where it is in another one
  Storage Table Data Reader  on the storage account
  Storage Queue Data Reader  on the storage account
  Storage Blob Data Reader   on the storage account
What you may not see is a warning that names the role.

Examples:
  batch-warden doctor --storage stbatchwarden1
  batch-warden doctor --storage stbatchwarden1 --subscription 00000000-0000-0000-0000-000000000000
  batch-warden doctor --storage stbatchwarden1 --format json > doctor.json

Exit codes:
  0  all is ok, or worth a note at most
  1  a check fails
  2  bad input, or not signed in
  3  a fault of batch-warden itself`;
