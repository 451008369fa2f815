import { Command } from 'commander';
import { byOption, type Format, formatOption, storageOption, WITHOUT_STORAGE } from './asking-options.ts';

/** As commander parses them. */
export interface FreezeOptions {
  readonly storage?: string;
  readonly by: string;
  readonly reason?: string;
  readonly format: Format;
}

export function freezeCommand(action: (options: FreezeOptions) => Promise<void>): Command {
  return steering('freeze', action)
    .summary('stop the app from beginning any change')
    .description(
      'Stops the app from beginning any change: sets "freeze: true" in its policy (config/policy.yaml), and changes nothing ' +
        'else there. Looks go on, and what has begun is finished.',
    )
    .addHelpText('after', helpOf('freeze', '--reason "nodes do not start"', FREEZING));
}

export function unfreezeCommand(action: (options: FreezeOptions) => Promise<void>): Command {
  return steering('unfreeze', action)
    .summary('let the app begin changes again')
    .description(
      'Lets the app begin changes again, as far as its policy says: sets "freeze: false" there (config/policy.yaml), and ' +
        'changes nothing else.',
    )
    .addHelpText('after', helpOf('unfreeze', '--reason "mended"', UNFREEZING));
}

function steering(name: string, action: (options: FreezeOptions) => Promise<void>): Command {
  return new Command(name)
    .addOption(byOption())
    .option('--reason <text>', 'why, for those who read the policy later')
    .addOption(storageOption())
    .addOption(formatOption())
    .action(action);
}

const FREEZING = `While it is frozen:
  - Looks, findings and reports go on; findings are held as "frozen".
  - Drains under way give their pools the size back, without a change.
  - A secret that a pool was given already becomes the current one.
Without a policy one is written that only reports, as the built-in one does,
and is frozen.`;

const UNFREEZING = `What was held as "frozen" is begun at the next look at its account: after an
event, or at the next sweep.`;

function helpOf(name: string, reason: string, what: string): string {
  return `
${what}

The first line of the policy then says who did it, when and why. A policy that
is not valid is left as it is: the app begins nothing then anyway.

${WITHOUT_STORAGE}

Rights, signed in as you are (az login):
  Storage Blob Data Contributor  on the container config: to read and to write
                                 the policy
A custom role that allows less: docs/operations.md#who-may-run-the-commands

Examples:
  batch-warden ${name} --storage stbatchwarden1 --by "Ada Example"
  batch-warden ${name} --storage stbatchwarden1 --by Ada \\
    ${reason}

Exit codes:
  0  done, or it was so already
  2  bad input, or it could not be done
  3  a fault of batch-warden itself`;
}
