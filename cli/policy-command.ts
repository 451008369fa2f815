import { Command, InvalidArgumentError, Option } from 'commander';
import { FOUND_FILES } from './found-files.ts';
import { BadInput } from './io.ts';
import { SCHEMAS, type SchemaOf } from './schemas.ts';

/** As commander parses them. */
export interface PolicyOptions {
  readonly schema?: SchemaOf;
  readonly exemptions?: string;
}

export function policyCommand(action: (file: string | undefined, options: PolicyOptions) => Promise<void>): Command {
  return new Command('policy')
    .summary('check the files of a policy, or print their JSON schemas')
    .description('Checks a policy, a file of exemptions, or both: faults are named with line and column.')
    .argument('[file]', 'the policy, YAML; - is standard input; without it, what commands would find')
    .option('-x, --exemptions <file>', 'the exemptions, YAML; - is standard input')
    .addOption(
      new Option(
        '--schema [of]',
        'for editors: print the JSON schema of a policy or of exemptions, or write that of a policy to a file that ends with .json',
      )
        .choices(SCHEMAS)
        .argParser(schemaOf)
        .preset('policy'),
    )
    .addHelpText('after', HELP)
    .action(async (file: string | undefined, options: PolicyOptions) => {
      const hasFiles = file !== undefined || options.exemptions !== undefined;
      if (hasFiles && options.schema !== undefined) throw new BadInput(SCHEMA_ALONE);
      if (file === '-' && options.exemptions === '-')
        throw new BadInput('Standard input can be only one of both files.');
      await action(file, options);
    });
}

function schemaOf(text: string): SchemaOf {
  const of = SCHEMAS.find((one) => one === text);
  if (of !== undefined) return of;
  if (/.\.json$/i.test(text)) return { file: text };
  throw new InvalidArgumentError('Allowed choices are policy, exemptions, or a file that ends with .json.');
}

const SCHEMA_ALONE = 'For a schema give --schema alone, without files to check.';

const HELP = `
Examples:
  batch-warden policy
  batch-warden policy policy.yaml
  batch-warden policy policy.yaml --exemptions exemptions.yaml
  batch-warden policy --schema batch-warden.schema.json
  batch-warden policy --schema exemptions > exemptions.schema.json

${FOUND_FILES}

Exit codes:
  0  no faults, or the schema was printed
  2  faults, or a file that could not be read
  3  a fault of batch-warden itself`;
