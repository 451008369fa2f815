import { Argument, Command } from 'commander';
import { SHELLS, type Shell } from './shells.ts';

export function completionCommand(action: (shell: Shell) => Promise<void>): Command {
  return new Command('completion')
    .summary('print what makes a shell complete commands with the Tab key')
    .description(
      'Prints a script by which a shell completes commands, options, rules, severities and formats when you press Tab.',
    )
    .addArgument(new Argument('<shell>', 'your shell').choices(SHELLS))
    .addHelpText('after', HELP)
    .action(action);
}

const HELP = `
To have it in each new shell, add one line:
  bash        to ~/.bashrc
    eval "$(batch-warden completion bash)"
  zsh         to ~/.zshrc, after compinit
    eval "$(batch-warden completion zsh)"
  fish        to ~/.config/fish/config.fish
    batch-warden completion fish | source
  PowerShell  to the file that $PROFILE names
    batch-warden completion powershell | Out-String | Invoke-Expression

Examples:
  eval "$(batch-warden completion bash)"
  batch-warden completion fish > ~/.config/fish/completions/batch-warden.fish

Exit codes:
  0  printed
  2  no such shell
  3  a fault of batch-warden itself`;

/** What the scripts ask at each press of the key. */
export function completeCommand(action: (words: readonly string[]) => Promise<void>): Command {
  return new Command('complete')
    .description('Prints what may stand at the end of a command line.')
    .option('--next', 'the last word is empty, and was not given')
    .argument('[words...]', 'the words after the name of the program')
    .action((words: readonly string[], { next }: { readonly next?: true }) => action(next ? [...words, ''] : words));
}
