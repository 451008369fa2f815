import type { Argument, Command, Option } from 'commander';
import { rules } from '../shared/rules/index.ts';

/** What may stand next, and what it means. */
export interface Suggestion {
  readonly value: string;
  readonly meaning: string;
}

/** What may stand in place of the last word; 'files' where that is a file. @param words after the program's name */
export function suggestions(program: Command, words: readonly string[]): readonly Suggestion[] | 'files' {
  const before = words.slice(0, -1);
  // Bash takes "--format=json" for three words.
  const typed = words.at(-1) === '=' ? '' : (words.at(-1) ?? '');
  const { command, positions, open } = readUpTo(
    program,
    before.filter((word) => word !== '='),
  );
  const [, name = '', value = null] = /^(--[^=]+)=(.*)$/.exec(typed) ?? [];
  if (value !== null) {
    const found = valuesOf(optionOf(command, name), value);
    return found === 'files' ? found : found.map((one) => ({ ...one, value: `${name}=${one.value}` }));
  }
  if (open !== null && !(open.isFilled && typed.startsWith('-'))) return valuesOf(open.option, typed);
  if (typed.startsWith('-')) return optionsOf(command, typed);
  const subcommands = command === program ? subcommandsOf(program, typed) : [];
  if (subcommands.length > 0) return subcommands;
  const argument = argumentAt(command, positions);
  return argument === null ? optionsOf(command, typed) : valuesOf(argument, typed);
}

interface ReadUpTo {
  readonly command: Command;
  /** How many arguments there are. */
  readonly positions: number;
  /** The option whose value may come next, and whether it has one already. */
  readonly open: { readonly option: Option; readonly isFilled: boolean } | null;
}

function readUpTo(program: Command, words: readonly string[]): ReadUpTo {
  return words.reduce<ReadUpTo>(
    ({ command, positions, open }, word) => {
      if (word.startsWith('-') && word !== '-') {
        const option = optionOf(command, word);
        return { command, positions, open: option?.required ? { option, isFilled: false } : null };
      }
      if (open !== null) return { command, positions, open: open.option.variadic ? { ...open, isFilled: true } : null };
      const next = command === program ? program.commands.find((one) => one.name() === word) : undefined;
      return next === undefined ? { command, positions: positions + 1, open } : { command: next, positions: 0, open };
    },
    { command: program, positions: 0, open: null },
  );
}

function optionOf(command: Command, word: string): Option | null {
  const all = [command, ...(command.parent === null ? [] : [command.parent])].flatMap(({ options }) => options);
  return all.find(({ long, short }) => word === long || word === short) ?? null;
}

function argumentAt({ registeredArguments }: Command, position: number): Argument | null {
  const last = registeredArguments.at(-1);
  return registeredArguments[position] ?? (last?.variadic ? last : null);
}

function subcommandsOf(program: Command, typed: string): readonly Suggestion[] {
  const commands = program.createHelp().visibleCommands(program);
  return starting(
    typed,
    commands.map((one) => ({ value: one.name(), meaning: one.summary() || one.description() })),
  );
}

function optionsOf(command: Command, typed: string): readonly Suggestion[] {
  const help = command.createHelp();
  const options = [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)];
  return starting(
    typed,
    options.flatMap(({ long, description }) => (long ? { value: long, meaning: description } : [])),
  );
}

const RULE_IDS: readonly Suggestion[] = rules.map(({ id, title }) => ({ value: id, meaning: title }));

/** Where a rule may stand: by the text of an option's value, and by the name of an argument. */
const OF_RULES = ['--rule', '--skip-rule', 'rule', 'name'];

function valuesOf(place: Option | Argument | null, typed: string): readonly Suggestion[] | 'files' {
  if (place === null) return [];
  const [name, text] = 'flags' in place ? [place.long ?? '', place.flags] : [place.name(), place.name()];
  const choices = (place.argChoices ?? []).map((value) => ({ value, meaning: '' }));
  const found = [...choices, ...(OF_RULES.includes(name) ? RULE_IDS : [])];
  if (found.length > 0) {
    const before = place.variadic ? typed.slice(0, typed.lastIndexOf(',') + 1) : '';
    return starting(typed.slice(before.length), found).map((one) => ({ ...one, value: before + one.value }));
  }
  return /\b(?:file|path)\b/.test(text) ? 'files' : [];
}

function starting(typed: string, all: readonly Suggestion[]): readonly Suggestion[] {
  return all.filter(({ value }) => value.startsWith(typed));
}

/** As the scripts of the shells read it: a line each. */
export function suggestionLines(found: readonly Suggestion[] | 'files'): string {
  if (found === 'files') return ':files\n';
  return found.map(({ value, meaning }) => `${value}\t${meaning.replaceAll(/\s+/g, ' ')}\n`).join('');
}
