import { type Document, type ErrorCode, Lexer, type YAMLError } from 'yaml';

/** A fault of the text, where it stands: an offset in characters. */
export interface TextFault {
  readonly offset: number;
  readonly message: string;
}

/**
 * What keeps a text from being YAML, in our words: what the library says is for those who know YAML's grammar.
 * @param oneOfIts what the file is, such as "a policy"
 */
export function yamlFaults(
  text: string,
  { errors, warnings }: Pick<Document, 'errors' | 'warnings'>,
  oneOfIts: string,
): TextFault[] {
  const inOrder = [...errors, ...warnings].toSorted((a, b) => a.pos[0] - b.pos[0]);
  const openings = inOrder.some(isOpenQuote) ? quotesIn(text) : [];
  let last = 0;
  return inOrder.map((error) => {
    const [offset] = error.pos;
    if (!isOpenQuote(error)) return { offset, message: inWords(error, oneOfIts) };
    while ((openings[last + 1] ?? offset) < offset) last += 1;
    return { offset: openings[last] ?? offset, message: QUOTE };
  });
}

function isOpenQuote({ message }: YAMLError): boolean {
  return /^Missing closing .quote$/.test(message);
}

function inWords({ code, message }: YAMLError, oneOfIts: string): string {
  if (code === 'MULTIPLE_DOCS') return `${oneOfIts} is one document: what stands from "---" on is another one`;
  const [, words] = FINER.find(([fits]) => fits.test(message)) ?? [];
  return words ?? WORDS[code];
}

const QUOTE = 'a quote is opened here and not closed: a quote of the same kind is missing after the text';

/** What one code of the library says of several faults, by the words of its message. */
const FINER: readonly [RegExp, string][] = [
  [
    /^Flow map .* end with a \}$/,
    'a { is opened before this and not closed: } is missing, or what stands in { } begins too far left',
  ],
  [
    /^Flow sequence .* end with a \]$/,
    'a [ is opened before this and not closed: ] is missing, or what stands in [ ] begins too far left',
  ],
  [/^Implicit map keys need to be followed/, 'a key without a value: ": " is missing after it'],
  [/^Missing (?:, |space|, or : )/, 'between entries in [ ] or { } a comma is missing, or a space after a colon'],
  [/^Unexpected (?:, in|empty item)/, 'a comma too many'],
  [/^Comments must be separated/, 'a comment begins with a space and #; a value that has # in it stands in quotes'],
  [/^Sequence item without/, 'the entries of a list begin with "- ", all of them in the same column'],
];

const WORDS: Readonly<Record<Exclude<ErrorCode, 'MULTIPLE_DOCS'>, string>> = {
  ALIAS_PROPS: 'an alias (*name) stands alone: without & and ! before it',
  BAD_ALIAS: 'a name is needed after * and &, and no colon at its end: a pattern that begins with * stands in quotes',
  BAD_COLLECTION_TYPE: 'a tag (!name) that does not fit what follows it: write the value without it',
  BAD_DIRECTIVE: 'a line that begins with % and means nothing here: leave it out',
  BAD_DQ_ESCAPE: 'a \\ in double quotes that means nothing there: write \\\\ for it, or take single quotes',
  BAD_INDENT: 'begins in the wrong column: the keys of one map stand in one column, and so do the entries of one list',
  BAD_PROP_ORDER: 'an anchor (&name) or a tag (!name) stands after "- " or ": ", directly before its value',
  BAD_SCALAR_START: 'no value begins with this character: put the value in quotes',
  BLOCK_AS_IMPLICIT_KEY:
    'a second key on one line: put it on the next line, further in, or in { }; a value with ": " in it stands in quotes',
  BLOCK_IN_FLOW:
    'in [ ] and { } entries are separated by commas, not by lines and "- "; is a bracket before this not closed?',
  DUPLICATE_KEY: 'keys must be unique: this one stands here again',
  IMPOSSIBLE: 'cannot be read as YAML',
  KEY_OVER_1024_CHARS: 'a key of more than 1024 characters: is a quote or a ": " missing?',
  MISSING_CHAR: 'a character is missing here: a space, a comma, a quote, a colon or a bracket',
  MULTILINE_IMPLICIT_KEY: 'a key without a value: ": " is missing after it',
  MULTIPLE_ANCHORS: 'two anchors (&name) for one value: one is enough',
  MULTIPLE_TAGS: 'two tags (!name) for one value: write the value without them',
  NON_STRING_KEY: 'a key is a name, not a list or a map',
  RESOURCE_EXHAUSTION: 'more than any such file needs: write it shorter',
  TAB_AS_INDENT: 'a tab at the beginning of a line: use spaces',
  TAG_RESOLVE_FAILED: "not a tag of YAML's core schema: write the value without it",
  UNEXPECTED_TOKEN: 'this fits nothing before it: is a quote, a bracket, a comma or a line break at the wrong place?',
};

/** What the lexer says between pieces of the text, and is no piece of it. */
const MARKS = new Set(['\u{2}', '\u{18}', '\u{1f}']);

/** Where text in quotes begins. */
function quotesIn(text: string): readonly number[] {
  const places: number[] = [];
  let at = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (MARKS.has(lexeme)) continue;
    if (/^["']/.test(lexeme)) places.push(at);
    at += lexeme.length;
  }
  return places;
}
