import { Command, type Option } from 'commander';
import { SEVERITIES, type Severity } from '../shared/core/policy/rule.ts';
import { oneOf, someOf } from './choices.ts';

const FORMATS = ['table', 'json'] as const;

/** As commander parses them. */
export interface RulesOptions {
  readonly severity?: readonly Severity[];
  readonly format: (typeof FORMATS)[number];
}

export function rulesCommand(action: (options: RulesOptions) => Promise<void>): Command {
  return new Command('rules')
    .summary('list the rules, with severity, mode and whether there is a fix')
    .description(
      'Lists every rule: how grave it is, whether it is on without a policy, and whether the app can mend what it finds.',
    )
    .addOption(severityOption())
    .addOption(oneOf('-f, --format <format>', 'how to list', FORMATS).default('table'))
    .addHelpText('after', HELP)
    .action(action);
}

function severityOption(): Option {
  return someOf('--severity <severity...>', 'list rules of exactly these severities; not a threshold', SEVERITIES);
}

const HELP = `
Mode, where no policy says otherwise:
  audit  it judges and reports
  off    it judges only where a policy or "scan --rule" names it

As JSON, each rule also says what it reads, what it needs beyond accounts and
pools, which rights its fix takes, and where it comes from.

Examples:
  batch-warden rules
  batch-warden rules --severity critical,high
  batch-warden rules --format json > rules.json

Exit codes:
  0  listed
  2  bad input
  3  a fault of batch-warden itself`;
