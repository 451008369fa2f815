import { Command, Option } from 'commander';
import { BadInput } from './io.ts';
import { SCHEMAS } from './schemas.ts';

/** As commander parses them. */
export interface PolicyOptions {
  readonly schema?: (typeof SCHEMAS)[number];
  readonly exemptions?: string;
}

export function policyCommand(action: (file: string | undefined, options: PolicyOptions) => Promise<void>): Command {
  return new Command('policy')
    .summary('check the files of a policy, or print their JSON schemas')
    .description('Checks a policy, a file of exemptions, or both: faults are named with line and column.')
    .argument('[file]', 'the policy, YAML; - is standard input')
    .option('-x, --exemptions <file>', 'the exemptions, YAML; - is standard input')
    .addOption(
      new Option('--schema [of]', 'print the JSON schema of a policy, or of exemptions, for editors')
        .choices(SCHEMAS)
        .preset('policy'),
    )
    .addHelpText('after', HELP)
    .action(async (file: string | undefined, options: PolicyOptions) => {
      const hasFiles = file !== undefined || options.exemptions !== undefined;
      if (hasFiles === (options.schema !== undefined)) throw new BadInput(WHAT_TO_GIVE);
      if (file === '-' && options.exemptions === '-')
        throw new BadInput('Standard input can be only one of both files.');
      await action(file, options);
    });
}

const WHAT_TO_GIVE = 'Name a policy file, or exemptions with --exemptions FILE; or give --schema alone.';

const HELP = `
Examples:
  batch-warden policy policy.yaml
  batch-warden policy policy.yaml --exemptions exemptions.yaml
  batch-warden policy --schema > policy.schema.json
  batch-warden policy --schema exemptions > exemptions.schema.json

Exit codes:
  0  no faults, or the schema was printed
  2  faults, or a file that could not be read
  3  a fault of batch-warden itself`;
