import { CLEAN } from '../cli/io.ts';
import { commandLine } from '../local/command-line.ts';

/** The page of all commands: what each is for, its options, examples and exit codes, as its own help says. */
export async function cliPage(): Promise<string> {
  const top = await helpOf();
  const names = commandsIn(top);
  const helps = await Promise.all(names.map(async (name) => ({ name, help: await helpOf(name) })));
  const rows = helps.map(({ name, help }) => `| [\`${name}\`](#${name}) | ${firstSentence(help)} |\n`);
  return `# Commands

<!-- Written by \`npm run pages\` from the commands themselves. -->
What \`batch-warden COMMAND --help\` prints. [The command line](command-line.md) tells how to install it, what it reads, and how to read
its reports.

| Command | What it does |
|---|---|
${rows.join('')}
Every command takes:

${block('text', dedented(sectionsOf(top).find(({ title }) => title === 'Options')?.text ?? ''))}
${helps.map(({ name, help }) => `## ${name}\n\n${sectionsOf(withoutGlobals(help)).map(markdown).join('\n')}`).join('\n')}`;
}

/** The names of the commands in the help of the program, without `help` itself. */
function commandsIn(top: string): string[] {
  const { text = '' } = sectionsOf(top).find(({ title }) => title === 'Commands') ?? {};
  return [...text.matchAll(/^ {2}([a-z]+)\b/gm)].map(([, name = '']) => name).filter((name) => name !== 'help');
}

async function helpOf(...command: string[]): Promise<string> {
  const { code, out, err } = await commandLine([...command, '--help']);
  if (code !== CLEAN) throw new Error(`There is no help of ${command.join(' ')}: ${out}${err}`);
  return out;
}

interface Section {
  /** Null of what stands in no section. */
  readonly title: string | null;
  readonly text: string;
}

/** A section begins after an empty line with a line that ends with a colon, and its other lines are indented. */
function sectionsOf(help: string): Section[] {
  return help
    .trimEnd()
    .split(/\n\n(?=\S)/)
    .map((part) => {
      const [, title, text] = /^(\S[^\n]*(?:\n\S[^\n]*)*):\n( [^]*)$/.exec(part) ?? [];
      return title === undefined || text === undefined ? { title: null, text: part } : { title, text };
    });
}

/** Without the options of all commands. */
function withoutGlobals(help: string): string {
  return help.replace(/\n\nGlobal Options:\n(?: .*\n?)+/, '\n');
}

function markdown({ title, text }: Section): string {
  if (title === null)
    return text.startsWith('Usage: ')
      ? block('sh', text.replace('Usage: ', '').replaceAll(/\n +/g, ' '))
      : `${escaped(text)}\n`;
  const heading = `**${escaped(title.replaceAll('\n', ' '))}**\n\n`;
  return heading + (title === 'Examples' ? block('sh', commented(text)) : block('text', dedented(text)));
}

/** A caption is a comment; commands stand below it. */
function commented(examples: string): string {
  return /^ {4}/m.test(examples)
    ? examples.replaceAll(/^ {2}(?=\S)/gm, '# ').replaceAll(/^ {4}/gm, '')
    : dedented(examples);
}

function dedented(text: string): string {
  return text.replaceAll(/^ {2}/gm, '');
}

function block(language: string, text: string): string {
  return `\`\`\`${language}\n${text.trimEnd()}\n\`\`\`\n`;
}

function escaped(text: string): string {
  return text.replaceAll(/[\\<*[\]]/g, '\\$&');
}

/** What the command is for: the first sentence below its usage. */
function firstSentence(help: string): string {
  const about = (sectionsOf(help)[1]?.text ?? '').replaceAll(/\s+/g, ' ');
  return escaped(/^.*?\.(?= |$)/.exec(about)?.[0] ?? about);
}
