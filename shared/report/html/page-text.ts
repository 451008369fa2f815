import { jsonText } from '../harmless.ts';

/**
 * Controls that show nothing, or turn the direction of what stands beside them, are shown as what they are: no text. Line
 * ends and tabs stay.
 */
function shown(text: string): string {
  return text.toWellFormed().replaceAll(NO_TEXT, '\ufffd');
}

const NO_TEXT = /(?![\n\t])\p{Cc}|[\p{Bidi_Control}\p{Noncharacter_Code_Point}\ufeff]/gu;

/** As text of an element, or as the value of an attribute in quotes. */
export function escaped(text: string): string {
  return shown(text).replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** JSON that stands in a script element: nothing in it ends the element, or begins a comment. */
export function jsonInScript(value: unknown): string {
  const json = jsonText(value, 0, (_, inner) => (typeof inner === 'string' ? shown(inner) : inner));
  return json.replaceAll('<', '\\u003c');
}

/** As in "2026-11-28 18:08 UTC". */
export function timeInWords(time: Date): string {
  return `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
