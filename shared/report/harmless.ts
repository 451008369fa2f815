/** What steers a terminal, turns the order of letters round, ends a line, or is no character at all. */
const HIDDEN = /[\p{Cc}\p{Bidi_Control}\p{Cs}\u2028\u2029\ufeff]/gu;

/** Agents of Azure DevOps and runners of GitHub obey `##vso[` and `##[` wherever they stand in a line of output. */
const COMMAND = /##(?=vso\[|\[)/gi;

export function withoutCommands(text: string): string {
  return text.replaceAll(COMMAND, '# #');
}

/** Untrusted text on one line, as a person may read it: with nothing that is not seen, and no command to an agent. */
export function onOneLine(text: string): string {
  return withoutCommands(text.replaceAll(HIDDEN, ' ').replaceAll(/\s+/g, ' ').trim());
}

/**
 * A value as JSON that a log may show. It means the same: what is hidden stands there by its number, and so does what
 * would be a command to an agent.
 * @param indent spaces for each level; without it all is on one line
 */
export function jsonText(value: unknown, indent = 0, replacer?: (key: string, value: unknown) => unknown): string {
  return JSON.stringify(value, replacer, indent).replaceAll(UNSEEN_IN_JSON, escaped);
}

/** Other than the line ends of the JSON itself; what `JSON.stringify` escapes is gone by then. */
const UNSEEN_IN_JSON = /[\u007f-\u009f\p{Bidi_Control}\u2028\u2029\ufeff]|#(?=#)/gu;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
