import { Command, Option } from 'commander';
import { POLICY_FILE } from './found-files.ts';
import { namedSubscriptionOption } from './options.ts';

/** As commander parses them. */
export interface InitOptions {
  readonly from?: readonly string[];
  readonly subscription?: readonly string[];
  readonly force: boolean;
}

export function initCommand(action: (file: string, options: InitOptions) => Promise<void>): Command {
  return new Command('init')
    .summary('write a policy to begin with: every rule, what it needs and can break')
    .description(
      'Writes a policy with comments: every rule with its mode, its options, what it needs and what it can break. ' +
        'It judges as without a policy: nothing is written to Azure by it.\n' +
        'With --from or --subscription it enforces what complies already, and only reports the rest.',
    )
    .argument('[file]', 'the policy to write; - is standard output', POLICY_FILE)
    .addOption(
      new Option(
        '--from <path...>',
        'enforce what complies in these files of ARM bodies; - is standard input',
      ).conflicts('subscription'),
    )
    .addOption(namedSubscriptionOption())
    .option('--force', 'write over a file that is there', false)
    .addHelpText('after', HELP)
    .action(action);
}

const HELP = `
A rule complies already where it judged something, and every account and pool
that it judged complies. One verdict that is not known is enough to leave it
in audit, and so is anything that could not be read. Rules without a fix, and
those that are off by default, stay as they are.

Commands that take --policy find ./${POLICY_FILE} by themselves.

Examples:
  batch-warden init
  batch-warden init policy.yaml --from account.json pools.json
  batch-warden init --subscription 00000000-0000-0000-0000-000000000000
  batch-warden policy --schema batch-warden.schema.json

Exit codes:
  0  written
  2  bad input, or the file is there already; also where something could not be
     read: then the policy is written, and enforces nothing
  3  a fault of batch-warden itself`;
