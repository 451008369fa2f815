import { BadInput } from './io.ts';
import { endOfString, parseJson } from './parse-json.ts';

/** One of the JSON documents of a text. */
export interface Part {
  readonly text: string;
  /** Where in the whole it begins, both from 0. */
  readonly line: number;
  readonly column: number;
  /** Null where it is not JSON. */
  readonly content: unknown;
}

interface Documents {
  /** Of a text that is one document, that one. */
  readonly parts: readonly Part[];
  readonly faults: readonly BadInput[];
}

/**
 * The JSON documents of a text: one; several behind one another; or one on each line.
 * @param hasLines each line is a document of its own: one that is none leaves the others readable
 * @throws BadInput where the text is no document at all
 */
export async function parseDocuments(text: string, hasLines: boolean): Promise<Documents> {
  try {
    return { parts: [{ text, line: 0, column: 0, content: await parseJson(text) }], faults: [] };
  } catch (error) {
    const pieces = hasLines ? linesOf(text) : piecesOf(text);
    if (!(error instanceof BadInput) || pieces.length < 2) throw error;
    const parts: Part[] = [];
    const faults: BadInput[] = [];
    for (const piece of pieces) {
      try {
        parts.push({ ...piece, content: await parseJson(piece.text) });
      } catch (fault) {
        if (!(fault instanceof BadInput)) throw fault;
        parts.push({ ...piece, content: null });
        faults.push(await faultOf(piece));
      }
    }
    return { parts, faults };
  }
}

type Piece = Omit<Part, 'content'>;

/** With the place that it has in the whole. */
async function faultOf({ text, line, column }: Piece): Promise<BadInput> {
  try {
    await parseJson('\n'.repeat(line) + ' '.repeat(column) + text);
  } catch (fault) {
    if (fault instanceof BadInput) return fault;
    throw fault;
  }
  throw new TypeError('A text is JSON behind white space alone');
}

function linesOf(text: string): Piece[] {
  return text
    .split('\n')
    .map((each, line) => ({ text: each, line, column: 0 }))
    .filter((piece) => piece.text.trim() !== '');
}

/** Cut behind each object and list that stands in no other. */
function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  const marks = /["{}[\]]/g;
  let depth = 0;
  let from = 0;
  let [line, lineStart] = [0, 0];
  const cut = (end: number) => {
    const start = from + (/^\s*/.exec(text.slice(from, end))?.[0].length ?? 0);
    for (let at = text.indexOf('\n', lineStart); at >= 0 && at < start; at = text.indexOf('\n', lineStart)) {
      line += 1;
      lineStart = at + 1;
    }
    if (start < end) pieces.push({ text: text.slice(start, end), line, column: start - lineStart });
    from = end;
  };
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    const [sign] = mark;
    if (sign === '"') {
      const end = endOfString(text, mark.index);
      if (end === 0) break;
      marks.lastIndex = end;
    } else if (sign === '{' || sign === '[') depth += 1;
    else {
      depth -= 1;
      if (depth === 0) cut(marks.lastIndex);
      if (depth < 0) break;
    }
  }
  cut(text.length);
  return pieces;
}
