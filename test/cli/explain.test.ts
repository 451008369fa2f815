import { readFileSync } from 'node:fs';
import { stripVTControlCharacters, styleText } from 'node:util';
import { lexer, type MarkedToken, type Token } from 'marked';
import { describe, expect, test } from 'vitest';
import { toTerminal } from '../../cli/markdown.ts';
import type { Paint } from '../../shared/report/terminal/terminal.ts';
import { rules } from '../../shared/rules/index.ts';
import { inProcess } from '../support/cli/harness.ts';

const plain: Paint = (_, text) => text;
const coloured: Paint = (styles, text) => styleText([...styles], text, { validateStream: false });

test('a page for a terminal', () => {
  const page = `# a-rule

It has a \`path[ssh]\`, a **strong** and *stressed* word, [a page](other.md) and [the source](https://example.com/x).

| | |
|---|---|
| Severity | high |

## What it does

- first this, in a line that is longer than the terminal is wide
- then \`that\`:
  1. one
  2. two

| Seen | Verdict |
|---|---|
| \`a\\|b\` without an end | complies |

\`\`\`json violating
{
  "id": "a text that is longer than the terminal is wide"

}
\`\`\`
`;
  expect(toTerminal(page, { width: 40, paint: plain })).toBe(`a-rule

  It has a \`path[ssh]\`, a strong and
  stressed word, a page and the source
  (https://example.com/x).

  ┌──────────┬──────┐
  │ Severity │ high │
  └──────────┴──────┘

What it does

  - first this, in a line that is longer
    than the terminal is wide
  - then \`that\`:
    1. one
    2. two

  ┌──────────────────────┬──────────┐
  │ Seen                 │ Verdict  │
  ├──────────────────────┼──────────┤
  │ \`a|b\` without an end │ complies │
  └──────────────────────┴──────────┘

    {
      "id": "a text that is longer than the terminal is wide"

    }
`);
  const painted = toTerminal(page, { width: 40, paint: coloured });
  expect(painted).toContain('\u001b[1m\u001b[4ma-rule\u001b[24m\u001b[22m\n');
  expect(painted).toContain('a \u001b[36mpath[ssh]\u001b[39m, a \u001b[1mstrong \u001b[22mand');
  expect(painted).toContain('│ \u001b[1mSeen\u001b[22m ');
  expect(painted).not.toContain('`');
});

test('a table that is wider than the terminal keeps its narrow columns', () => {
  const page = `| Option | Default | Meaning |\n|---|---|---|\n| a | none | ${'many words '.repeat(9)} |\n`;
  const lines = toTerminal(page, { width: 60, paint: plain }).trimEnd().split('\n');
  expect(new Set(lines.map(({ length }) => length))).toEqual(new Set([60]));
  expect(lines[3]).toMatch(/^ {2}│ a {6}│ none {4}│ many words many words /);
});

describe.each(rules.map(({ id }) => id))('explain %s', (id) => {
  const read = () => readFileSync(`docs/rules/${id}.md`, 'utf8');

  test('prints its page, heading by heading, and loses nothing', async () => {
    const page = read();
    const { code, out, err } = await inProcess(['explain', id]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const headings = [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading);
    expect(out.split('\n').filter((line) => /^\S/.test(line))).toEqual(headings);
    const text = textIn(lexer(page)).join(' ');
    expect(lettersOf(text).length).toBeGreaterThan(500);
    expect(lettersOf(out)).toBe(lettersOf(text));
  });

  test.each([60, 80, 120])('fits %i columns, but for code; colours change no width', (width) => {
    const page = read();
    const code = new Set([...page.matchAll(/^```.*\n([^]*?)^```$/gm)].flatMap(([, text = '']) => text.split('\n')));
    const isWide = (line: string) => line.length > width && !code.has(line.slice(4));
    expect(toTerminal(page, { width, paint: plain }).split('\n').filter(isWide)).toEqual([]);
    const painted = stripVTControlCharacters(toTerminal(page, { width, paint: coloured }));
    expect(painted.split('\n').filter(isWide)).toEqual([]);
  });
});

/** What stands in the tokens, tables row by row. */
function textIn(tokens: readonly Token[]): string[] {
  return (tokens as MarkedToken[]).flatMap((token) => {
    if (token.type === 'table') return [token.header, ...token.rows].flat().flatMap((cell) => textIn(cell.tokens));
    if (token.type === 'list') return textIn(token.items);
    if (token.type === 'link' && token.href.startsWith('https:') && token.href !== token.text)
      return [...textIn(token.tokens), token.href];
    if ('tokens' in token && token.tokens) return textIn(token.tokens);
    return 'text' in token ? [token.text] : [];
  });
}

/** Sorted, for a table sets its cells line by line. */
function lettersOf(text: string): string {
  return text
    .replaceAll(/\P{L}/gu, '')
    .split('')
    .toSorted((a, b) => (a < b ? -1 : 1))
    .join('');
}
