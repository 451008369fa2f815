import { Command } from 'commander';
import { formatOption } from './asking-options.ts';
import type { ExplainOptions } from './explain.ts';
import { sourceOptions } from './options.ts';

export function explainCommand(action: (name: string, options: ExplainOptions) => Promise<void>): Command {
  const command = new Command('explain')
    .summary('tell all about one rule, or about one account or pool')
    .description(
      'Prints the page of a rule: why it is, what it looks at, what it does and when to exempt.\n' +
        'Or says of one account or pool what every rule for it finds, why, and what to do.',
    )
    .argument('[name]', 'a rule; or an account or a pool: its ARM id, or its name as account or account/pool');
  for (const option of [...sourceOptions(), formatOption()]) command.addOption(option);
  return command.addHelpText('after', HELP).action(async (name: string | undefined, options: ExplainOptions) => {
    if (name === undefined) return command.error(`error: missing required argument 'name'${whoTookIt(options)}`);
    await action(name, options);
  });
}

/** Such options take every word up to the next option. */
function whoTookIt({ input, subscription }: ExplainOptions): string {
  const last = [...(input ?? []), ...(subscription ?? [])].at(-1);
  if (last === undefined) return '';
  const option = input === undefined ? '--subscription' : '--input';
  return `: ${option} takes every word up to the next option. Name first: batch-warden explain NAME ${option} ...`;
}

const HELP = `
An account or a pool is looked for in files (--input) or in Azure (--subscription).
An ARM id alone is read from Azure. Of a pool it also predicts what will happen to
nodes and tasks that need auto-storage.

Verdicts:
  open      it violates the rule
  unknown   what was read does not show it
  complies  it does not violate the rule
  off       the rule is off by default, or by the policy

Examples:
  batch-warden explain pool-remote-access
  batch-warden explain pool-remote-access --format json
  batch-warden explain myaccount/mypool --input account.json pools.json
  batch-warden explain myaccount --subscription 00000000-0000-0000-0000-000000000000 --policy policy.yaml

Exit codes:
  0  explained
  2  bad input, or something could not be read
  3  a fault of batch-warden itself`;
