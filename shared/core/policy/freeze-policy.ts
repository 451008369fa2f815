import { type Document, isMap, isNode, isScalar, parseDocument } from 'yaml';
import { readYaml } from './policy-yaml.ts';

/** A line of ours, the first of the text. */
const NOTE = /^# (?:Frozen|Unfrozen) by .* at \d{4}-\d\d-\d\dT[\d:.]+Z\b.*$/;

/** Who froze a policy, or unfroze it, when and perhaps why: a line of ours at the beginning of its text. */
export interface FreezeNote {
  readonly who: string;
  readonly at: Date;
  readonly reason: string | null;
}

/**
 * The text of a valid policy, with `freeze` set and a note of it as its first line; all else stays as written. Null where
 * that cannot be done without changing what else it says.
 */
export function withFreeze(text: string, freeze: boolean, note: FreezeNote): string | null {
  const before = valueOf(text);
  const [mark, body] = text.startsWith(BOM) ? [BOM, text.slice(1)] : ['', text];
  const end = body.includes('\r\n') ? '\r\n' : '\n';
  const edited = `${mark}${lineOf(freeze, note)}${end}${set(withoutNote(body), freeze, end)}`;
  const after = valueOf(edited);
  return 'freeze' in after && after.freeze === freeze && othersIn(after) === othersIn(before) ? edited : null;
}

/** The smallest policy that is frozen. */
export function frozenPolicy(note: FreezeNote): string {
  return [
    lineOf(true, note),
    '# There was no policy before: each rule that is not off by default only reports, and so it does with this one.',
    'mode: audit',
    'freeze: true',
    '',
  ].join('\n');
}

/** The note in the text, as it was written; null where there is none. */
export function freezeNoteIn(text: string): string | null {
  const [first = ''] = text.replace(BOM, '').split(/\r?\n/, 1);
  return NOTE.test(first) ? first.slice(2) : null;
}

const BOM = '\uFEFF';

function lineOf(freeze: boolean, { who, at, reason }: FreezeNote): string {
  return `# ${freeze ? 'Frozen' : 'Unfrozen'} by ${who} at ${at.toISOString()}${reason === null ? '' : `: ${reason}`}`;
}

function withoutNote(text: string): string {
  return freezeNoteIn(text) === null ? text : text.slice(text.indexOf('\n') + 1);
}

function set(text: string, freeze: boolean, end: string): string {
  const document = parseDocument(text, { uniqueKeys: false });
  const root = document.contents;
  if (!isMap(root)) return text;
  const value = root.items.find(({ key }) => isScalar(key) && key.value === 'freeze')?.value;
  if (isNode(value) && value.range) return spliced(text, value.range[0], value.range[1], String(freeze));
  const start = root.range?.[0] ?? 0;
  if (root.flow) return spliced(text, start + 1, start + 1, `freeze: ${freeze}${root.items.length === 0 ? '' : ', '}`);
  const top = topOf(text, document);
  const indent = /(?<=^|\n)[ ]*$/.exec(text.slice(0, start))?.[0] ?? '';
  return spliced(text, top, top, `${indent}freeze: ${freeze}${end}`);
}

/** Where the first line stands that is the document's own: behind the line of its `---`, if it has one. */
function topOf(text: string, { directives }: Document): number {
  const marker = directives?.docStart === true ? /^---.*(?:\n|$)/m.exec(text) : null;
  return marker === null ? 0 : marker.index + marker[0].length;
}

function spliced(text: string, from: number, to: number, insertion: string): string {
  return text.slice(0, from) + insertion + text.slice(to);
}

/** All but `freeze`, in the order of the text. */
function othersIn(value: object): string {
  return JSON.stringify({ ...value, freeze: undefined });
}

function valueOf(text: string): object {
  const yaml = readYaml(text);
  const value = 'faults' in yaml ? null : yaml.value;
  return typeof value === 'object' && value !== null ? value : {};
}
