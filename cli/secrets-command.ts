import { Command } from 'commander';
import { oneOf } from './choices.ts';
import { namedSubscriptionOption } from './options.ts';

const SECRETS_FORMATS = ['table', 'json'] as const;

/** As commander parses them. */
export interface SecretsOptions {
  readonly subscription?: readonly string[];
  readonly policy: string;
  readonly format: (typeof SECRETS_FORMATS)[number];
}

export function secretsCommand(
  action: (accounts: readonly string[], options: SecretsOptions) => Promise<void>,
): Command {
  return new Command('secrets')
    .summary('list named users of pools and their secrets in Key Vault, never a value')
    .description(
      'Lists every named user of every pool with its secret: where it is, how old, whether the pool has it, and when it is ' +
        'rotated next. It reads names, dates and ids of versions, and never a value.',
    )
    .argument('[account...]', 'ARM ids of Batch accounts')
    .addOption(namedSubscriptionOption())
    .requiredOption('-p, --policy <file>', 'the policy, which says in which vaults the secrets are (namedUsers)')
    .addOption(oneOf('-f, --format <format>', 'how to report', SECRETS_FORMATS).default('table'))
    .addHelpText('after', HELP)
    .action(action);
}

const HELP = `
How a secret stands:
  given                the pool has the current version
  not given            the pool does not say so: it has no marker, or that of another version
  waiting for a drain  a new version is ready; the pool is given it when it has no node
  given ahead          the pool has the new version, which becomes the current one at the next look
  due                  a new version is to be made
  no secret, disabled, foreign, unclaimed, stopped, unclear, shared, no vault
                       a person has to help; it says how
  not read             the vault did not show it; it says why

A secret without expiry raises no event of Key Vault before its end; the report says which these are. A rotation
that a person asked for (batch-warden rotate) is shown once a look has made the new version.

Rights: the role Reader at the accounts; at the vaults a role with the data action
Microsoft.KeyVault/vaults/secrets/readMetadata/action, which Key Vault Reader has.

Examples:
  batch-warden secrets --subscription 00000000-0000-0000-0000-000000000000 --policy policy.yaml
  batch-warden secrets "$ACCOUNT_ID" --policy policy.yaml --format json > secrets.json

Exit codes:
  0  listed
  2  bad input, or something could not be read; the rest is listed all the same
  3  a fault of batch-warden itself`;
