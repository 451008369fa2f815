import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { SEVERITIES } from '../shared/core/rule.ts';
import { rules } from '../shared/rules/index.ts';
import { BAD_INPUT, BadInput, CLEAN, type Io } from './io.ts';
import { checkPolicy, printSchema } from './policy.ts';
import { type ScanOptions, scan } from './scan.ts';

/** Carries out one command line and gives the exit code. Throws only for a fault of the program. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  let code = CLEAN;
  const program = new Command('batch-warden')
    .description('Judges Azure Batch accounts and pools by rules of compliance. It reads, and never writes.')
    .version(packageJson.version, '-V, --version', 'print the version')
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .showHelpAfterError('(--help tells more)');
  scanCommand(program, async (options) => {
    code = await scan(options, io);
  });
  policyCommand(program, async (file, { schema }) => {
    if (schema === (file !== undefined)) throw new BadInput('Name a policy file, or give --schema.');
    code = file === undefined ? printSchema(io) : await checkPolicy(file, io);
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? CLEAN : BAD_INPUT;
    if (!(error instanceof BadInput)) throw error;
    io.err(`${error.message}\n`);
    return BAD_INPUT;
  }
}

function scanCommand(program: Command, action: (options: ScanOptions) => Promise<void>): void {
  program
    .command('scan')
    .summary('judge accounts and pools, from files or from Azure')
    .description(
      'Judges Batch accounts and pools: from files, without any Azure, or as they are in Azure, read-only.\n' +
        'Without a policy, every rule judges with its default options.',
    )
    .option('-i, --input <path...>', 'files with ARM bodies of accounts and pools; - is standard input')
    .addOption(
      new Option(
        '-s, --subscription <id...>',
        'subscriptions to read, signed in as you are (az login, a managed identity)',
      )
        .argParser(subscriptionId)
        .conflicts('input'),
    )
    .option('-p, --policy <file>', 'judge by this policy')
    .option('-r, --rule <id...>', 'judge by these rules only')
    .addOption(new Option('-f, --format <format>', 'how to report').choices(['table', 'json']).default('table'))
    .addOption(
      new Option('--fail-on <severity>', 'exit with 1 for open findings from this severity on')
        .choices(SEVERITIES)
        .default('low'),
    )
    .option('--fail-on-unknown', 'exit with 1 also when a verdict could not be reached', false)
    .addHelpText('after', SCAN_HELP)
    .action(action);
}

const SCAN_HELP = `
Files hold ARM bodies as JSON: one body, an array of them, or a page of a list { "value": [...] }.
A file cannot show everything: what it does not show is reported as unknown.

Examples:
  Judge one account with its pools, from files:
    az rest --method get --url "$ID?api-version=2024-07-01" > account.json
    az rest --method get --url "$ID/pools?api-version=2024-07-01" > pools.json
    batch-warden scan --input account.json pools.json
  Judge what stands in Azure, and keep the findings as JSON:
    batch-warden scan --subscription 00000000-0000-0000-0000-000000000000 --format json > findings.json
  Stop a pipeline only for what is high or critical, by one rule:
    batch-warden scan --input pools.json --rule pool-remote-access --fail-on high

Rules:
${rules.map(({ id, severity, title }) => `  ${id.padEnd(30)}${severity.padEnd(10)}${title}`).join('\n')}

Exit codes, the highest holds:
  0  no open finding at or above --fail-on
  1  open findings at or above --fail-on
  2  bad input, or something could not be read; the rest is judged all the same
  3  a fault of batch-warden itself

Azure: ARM_ENDPOINT names another cloud's Azure Resource Manager (default https://management.azure.com),
AZURE_AUTHORITY_HOST its sign-in.`;

function policyCommand(
  program: Command,
  action: (file: string | undefined, options: { readonly schema: boolean }) => Promise<void>,
): void {
  program
    .command('policy')
    .summary('check a policy file, or print the JSON schema of policies')
    .description('Checks a policy file: its faults are named with line and column.')
    .argument('[file]', 'the policy, YAML; - is standard input')
    .option('--schema', 'print the JSON schema of a policy, for editors', false)
    .addHelpText(
      'after',
      `
Examples:
  batch-warden policy policy.yaml
  batch-warden policy --schema > policy.schema.json`,
    )
    .action(action);
}

function subscriptionId(text: string, before: readonly string[] | undefined): readonly string[] {
  if (!/^[\w-]+$/.test(text)) throw new InvalidArgumentError('A subscription id has letters, digits and hyphens only.');
  return [...(before ?? []), text];
}
