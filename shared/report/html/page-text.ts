/**
 * Controls that show nothing, or turn the direction of what stands beside them, are shown as what they are: no text. Line
 * ends and tabs stay.
 */
function shown(text: string): string {
  return text.toWellFormed().replaceAll(NO_TEXT, '\ufffd');
}

const NO_TEXT = /(?![\n\t])\p{Cc}|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** As text of an element, or as the value of an attribute in quotes. */
export function escaped(text: string): string {
  return shown(text).replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** JSON that stands in a script element: nothing in it ends the element, or begins a comment. */
export function jsonInScript(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'string' ? shown(inner) : inner)).replaceAll(
    /[<\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
