import { wrap } from '../shared/report/terminal/wrap.ts';

/** Help, each line in so many columns: the second column of a list stays one, and a command goes on after a backslash. */
export function fitted(help: string, width: number): string {
  return help
    .split('\n')
    .flatMap((line) => (line.length <= width ? [line] : fittedLine(line, width)))
    .join('\n');
}

function fittedLine(line: string, width: number): string[] {
  const [, margin = '', text = ''] = /^( *)(.*)$/.exec(line) ?? [];
  if (/^(?:batch-warden|az) /.test(text)) return commandLines(margin, text, width);
  // The last column: what a rule's title is, after its id and severity.
  const [, term = margin, rest = text] = /^( *\S.* {2,})(\S.*)$/.exec(line) ?? [];
  return wrap(rest, width - term.length).map((part, n) => `${n === 0 ? term : ' '.repeat(term.length)}${part}`);
}

/** An option stays with its value, and a text in quotes whole. */
function commandLines(margin: string, command: string, width: number): string[] {
  const glued = command.replaceAll(
    /"[^"]*"| --?[\w-]+ (?=[^-\s])/g,
    (part) => part[0] + part.slice(1).replaceAll(' ', GLUE),
  );
  const lines = wrap(glued, width - margin.length - '   \\'.length).map((line) => line.replaceAll(GLUE, ' '));
  return lines.map((line, n) => `${margin}${n === 0 ? '' : '  '}${line}${n < lines.length - 1 ? ' \\' : ''}`);
}

/** In no command. */
const GLUE = '\ue000';
