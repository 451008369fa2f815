import { InvalidArgumentError, Option } from 'commander';
import { parseSubscription } from '../shared/core/model/arm-id.ts';
import { SEVERITIES } from '../shared/core/policy/rule.ts';
import { oneOf } from './choices.ts';

const FAIL_ON = [...SEVERITIES, 'none'] as const;
export type FailOn = (typeof FAIL_ON)[number];

/** The options that say what to judge, and by which policy. */
export function sourceOptions(): readonly Option[] {
  return [
    new Option('-i, --input <path...>', 'files with ARM bodies of accounts and pools; - is standard input'),
    subscriptionOption().conflicts('input'),
    new Option('-p, --policy <file>', 'judge by this policy'),
    new Option('-x, --exemptions <file>', 'leave as it is what this file of exemptions names'),
  ];
}

export function subscriptionOption(): Option {
  return new Option(
    '-s, --subscription <id...>',
    'subscriptions to read, signed in as you are (az login, a managed identity)',
  ).argParser(subscriptionId);
}

function subscriptionId(text: string, before: readonly string[] | undefined): readonly string[] {
  if (parseSubscription(text) === null)
    throw new InvalidArgumentError('A subscription id has letters, digits and hyphens only.');
  return [...(before ?? []), text];
}

/** The options by which findings decide the exit code. */
export function failOptions(): readonly Option[] {
  return [
    oneOf(
      '--fail-on <severity>',
      'exit with 1 for open findings from this severity on; none: for no finding',
      FAIL_ON,
    ).default('low'),
    new Option('--fail-on-unknown', 'exit with 1 also when a verdict could not be reached').default(false),
  ];
}
