interface NamedValue {
  readonly name: string;
  /** As far as it is looked at. */
  readonly value: string;
  /** Where in the text the value begins. */
  readonly at: number;
}

/**
 * Every value in a text that has a wanted name beside it: `NAME=value`, `"name": "value"`, `--name value`, `/name:value`, a header, a
 * line of YAML, `setx NAME value`. Each pattern is bounded, so that the work grows with the length of the text only.
 */
export function* namedValues(text: string, isWanted: (name: string) => boolean): Generator<NamedValue> {
  const known = new Map<string, boolean>();
  for (const match of text.matchAll(NAME_AND_SIGN)) {
    const { name = '', quote = '', gap = '', sign = '' } = match.groups ?? {};
    const wanted = known.get(name) ?? isWanted(name);
    known.set(name, wanted);
    if (!wanted) continue;
    const after = match.index + match[0].length;
    VALUE.lastIndex = after;
    const { space = '', double, single, bare } = VALUE.exec(text)?.groups ?? {};
    const value = double ?? single ?? bare ?? '';
    const isBare = double === undefined && single === undefined;
    const before = text.slice(Math.max(0, match.index - 40), match.index);
    const isSpaced = gap !== '' || space !== '' || sign.trim() === '';
    if (value === '' || (isBare && NOT_LITERAL.test(value))) continue;
    if (names(sign.trim(), { name, quote, before, isBare, isSpaced })) {
      yield { name, value: value.replace(/\\$/, ''), at: after + space.length + (isBare ? 0 : 1) };
    }
  }
}

interface Around {
  readonly name: string;
  /** That closes the name. */
  readonly quote: string;
  /** The text before the name. */
  readonly before: string;
  /** The value is not quoted. */
  readonly isBare: boolean;
  /** There is space between name and value. */
  readonly isSpaced: boolean;
}

function names(sign: string, { name, quote, before, isBare, isSpaced }: Around): boolean {
  switch (sign) {
    case '=': {
      const isVariable = /[$:]$/.test(before);
      // `"$TOKEN" = ""` compares; `$token = Get-Token` calls.
      return !(isVariable && (quote !== '' || (isSpaced && isBare)));
    }
    case ':':
      return quote !== '' || (isSpaced ? /["'][\w-]*$|(?:^|\n)[ \t]*(?:- )?$/.test(before) : OPTION_LEAD.test(before));
    case ',':
      return /SetEnvironmentVariable\(\s?["']$/i.test(before);
    default:
      return (OPTION_LEAD.test(before) && !/^no-/i.test(name)) || /\bsetx(?:\.exe)?\s(?:\/m\s)?["']?$/i.test(before);
  }
}

const NAME_AND_SIGN =
  /(?<![\w.])(?<name>[A-Za-z_][\w.-]{1,127})(?:\\?(?<quote>["']))?(?<gap>\s{0,4})(?:(?<sign>[=:](?!=)|,)|(?<=\s)(?=[^\s=:-]))/g;

/** The beginning of a value is enough to tell whether it is one. */
const VALUE = /(?<space>\s{0,4})(?:\\?"(?<double>[^"]{1,256})|\\?'(?<single>[^']{1,256})|(?<bare>[^\s"';&,|]{1,256}))/y;

/** `-name`, `--name` or `/name` at the beginning of an argument. */
const OPTION_LEAD = /(?:^|[\s"'`([{,=])(?:--?|\/)$/;

/** The rest of a URL, an object or a list; a call of a function or a look into a table of a program. */
const NOT_LITERAL = /^(?:\/\/|[[{(]|[A-Za-z_]\w*(?:\.\w+)+[([]|\w+\(\)?$)/;
