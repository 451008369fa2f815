import { Command, CommanderError } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { redacted } from '../shared/core/plain-secrets/redacted.ts';
import { approveCommand } from './approve-command.ts';
import { completeCommand, completionCommand } from './completion-command.ts';
import { doctorCommand } from './doctor-command.ts';
import { explainCommand } from './explain-command.ts';
import { freezeCommand, unfreezeCommand } from './freeze-command.ts';
import { fitted } from './help-width.ts';
import { initCommand } from './init-command.ts';
import { BAD_INPUT, BadInput, CLEAN, type Io } from './io.ts';
import { journalCommand } from './journal-command.ts';
import { planCommand } from './plan-command.ts';
import { policyCommand } from './policy-command.ts';
import { releaseCommand } from './release-command.ts';
import { reportCommand } from './report-command.ts';
import { rotateCommand } from './rotate-command.ts';
import { rulesCommand } from './rules-command.ts';
import { scan } from './scan.ts';
import { scanCommand } from './scan-command.ts';
import { secretsCommand } from './secrets-command.ts';
import { statusCommand } from './status-command.ts';
import { type Telling, tellingOptions, told } from './telling.ts';
import { undoCommand } from './undo-command.ts';

/** Carries out one command line and gives the exit code. Throws only for a fault of the program. */
export async function run(args: readonly string[], terminal: Io): Promise<number> {
  let io: Io = { ...terminal, err: (text) => terminal.err(redacted(text)) };
  let code = CLEAN;
  const helpWidth = Math.min(terminal.width, HELP_WIDTH);
  const program = new Command('batch-warden')
    .description(
      'Judges Azure Batch accounts and pools by rules of compliance. It only reads; "approve", "undo", "rotate", "release", "freeze" and "unfreeze" ask something of the deployed app.',
    )
    .version(packageJson.version, '-V, --version', 'print the version')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.out(fitted(text, helpWidth)),
      writeErr: (text) => io.err(text),
      getOutHelpWidth: () => helpWidth,
    })
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(--help tells more)')
    .addHelpText('after', HELP)
    .hook('preAction', () => {
      io = told(io, program.opts<Telling>(), process.env);
    });
  for (const option of tellingOptions()) program.addOption(option);
  const scanning = scanCommand(async (options) => {
    code = await scan(options, io);
  });
  const explaining = explainCommand(async (name, options) => {
    const { explain } = await import('./explain.ts');
    code = await explain(name, options, io);
  });
  const showingRules = rulesCommand(async (options) => {
    const { rules } = await import('./rules.ts');
    code = rules(options, io);
  });
  const listing = secretsCommand(async (accounts, options) => {
    const { secrets } = await import('./secrets.ts');
    code = await secrets(accounts, options, io);
  });
  const asking = rotateCommand(async (pool, user, options) => {
    const { rotate } = await import('./rotate.ts');
    code = await rotate(pool, user, options, io);
  });
  const releasing = releaseCommand(async (resource, rule, options) => {
    const { release } = await import('./release.ts');
    code = await release(resource, rule, options, io);
  });
  const approving = approveCommand(async (changes, options) => {
    const { approve } = await import('./approve.ts');
    code = await approve(changes, options, io);
  });
  const undoing = undoCommand(async (entry, options) => {
    const { undo } = await import('./undo.ts');
    code = await undo(entry, options, io);
  });
  const freezing = freezeCommand(async (options) => {
    const { setFreeze } = await import('./freeze.ts');
    code = await setFreeze(true, options, io);
  });
  const unfreezing = unfreezeCommand(async (options) => {
    const { setFreeze } = await import('./freeze.ts');
    code = await setFreeze(false, options, io);
  });
  const journaling = journalCommand(async (account, options) => {
    const { journal } = await import('./journal.ts');
    code = await journal(account, options, io);
  });
  const planning = planCommand(async (account, options) => {
    const { plan } = await import('./plan.ts');
    code = await plan(account, options, io);
  });
  const telling = statusCommand(async (options) => {
    const { status } = await import('./status.ts');
    code = await status(options, io);
  });
  const reporting = reportCommand(async (options) => {
    const { report } = await import('./report.ts');
    code = await report(options, io);
  });
  const examining = doctorCommand(async (options) => {
    const { doctor } = await import('./doctor.ts');
    code = await doctor(options, io);
  });
  const commands = [
    scanning,
    explaining,
    showingRules,
    listing,
    asking,
    approving,
    undoing,
    releasing,
    freezing,
    unfreezing,
    telling,
    reporting,
    planning,
    examining,
    journaling,
  ];
  for (const command of commands) program.addCommand(command.copyInheritedSettings(program));
  const checking = policyCommand(async (policy, { schema, exemptions }) => {
    const { checkFiles, giveSchema } = await import('./policy-file.ts');
    const files = { ...(policy && { policy }), ...(exemptions && { exemptions }) };
    code = schema === undefined ? await checkFiles(files, io) : await giveSchema(schema, io);
  });
  program.addCommand(checking.copyInheritedSettings(program));
  const beginning = initCommand(async (file, options) => {
    const { init } = await import('./init.ts');
    code = await init(file, options, io);
  });
  program.addCommand(beginning.copyInheritedSettings(program));
  const completing = completionCommand(async (shell) => {
    const { SCRIPTS } = await import('./completion-scripts.ts');
    io.out(SCRIPTS[shell]);
  });
  program.addCommand(completing.copyInheritedSettings(program));
  const suggesting = completeCommand(async (words) => {
    const { suggestionLines, suggestions } = await import('./complete.ts');
    io.out(suggestionLines(suggestions(program, words)));
  });
  program.addCommand(suggesting.copyInheritedSettings(program), { hidden: true });
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

/** The most columns of help: wider lines are harder to read. */
const HELP_WIDTH = 80;

const HELP = `
Examples:
  Judge files, and Azure as it is:
    batch-warden scan --input account.json pools.json
    batch-warden scan --subscription 00000000-0000-0000-0000-000000000000
  Say why a rule is, and what it asks for:
    batch-warden explain pool-remote-access
  Begin a policy, and see what it would write:
    batch-warden init policy.yaml
    batch-warden plan --policy policy.yaml --input account.json pools.json
  Complete commands with the Tab key ("completion --help" has other shells):
    eval "$(batch-warden completion bash)"

"batch-warden COMMAND --help" has the options and examples of a command.

Exit codes, the highest holds:
  0  done, and nothing found that the command fails for
  1  something found that it fails for
  2  bad input, or something could not be read
  3  a fault of batch-warden itself`;
