import { InvalidArgumentError, Option } from 'commander';
import { parseManagementGroup, parseSubscription } from '../shared/core/model/arm-id.ts';
import { SEVERITIES } from '../shared/core/policy/rule.ts';
import { oneOf } from './choices.ts';

const FAIL_ON = [...SEVERITIES, 'none'] as const;
export type FailOn = (typeof FAIL_ON)[number];

/** The options that say what to judge, and by which policy. */
export function sourceOptions(): readonly Option[] {
  return [
    new Option(
      '-i, --input <path...>',
      'files with ARM bodies of accounts and pools, folders of them, or quoted patterns; - is standard input',
    ),
    namedSubscriptionOption().conflicts('input'),
    new Option('--all-subscriptions', 'read every subscription that you can see').conflicts([
      'input',
      'subscription',
      'managementGroup',
    ]),
    new Option('--management-group <id>', 'read every subscription below this management group')
      .argParser(managementGroup)
      .conflicts(['input', 'subscription']),
    new Option('-p, --policy <file>', 'judge by this policy; else by BATCH_WARDEN_POLICY, else by ./batch-warden.yaml'),
    new Option('-x, --exemptions <file>', 'leave as it is what this file of exemptions names'),
  ];
}

/** By id or by name. */
export function namedSubscriptionOption(): Option {
  return new Option(
    '-s, --subscription <id...>',
    'subscriptions to read, by id or name, signed in as you are (az login, a managed identity)',
  );
}

/** By id alone. */
export function subscriptionOption(): Option {
  return new Option(
    '-s, --subscription <id...>',
    'subscriptions to read, signed in as you are (az login, a managed identity)',
  ).argParser(subscriptionId);
}

function managementGroup(text: string): string {
  if (parseManagementGroup(text) === null)
    throw new InvalidArgumentError(
      'Not the id of a management group: "az account management-group list" shows them, as name.',
    );
  return text;
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
