/** "1 pool", "3 pools". */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

/** The first ten, and how many more: what has no bound must not fill a page, nor a column. */
export function listed(items: readonly string[], separator = ', '): string {
  const rest = items.length - 10;
  return [...items.slice(0, 10), ...(rest > 0 ? [`and ${rest} more`] : [])].join(separator);
}

/** As a line begins. */
export function capitalized(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** Steps for a person, numbered in order: "In this order: (1) first this; (2) then that." */
export function inOrder(...steps: readonly string[]): string {
  let text = '';
  let number = 1;
  for (const step of steps) {
    text += `${number === 1 ? 'In this order: ' : '; '}(${number}) ${step}`;
    number += 1;
  }
  return `${text || 'In this order: '}.`;
}

/** Of what may be long, or no text at all: enough to know it by. */
export function beginningOf(text: string): string {
  return text.length <= 500 ? text.toWellFormed() : `${text.slice(0, 500)}…`.toWellFormed();
}

/** What an error says in short, with its kind. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return beginningOf(String(error));
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return beginningOf(`${error.name}: ${error.message.split('\n')[0]}${cause}`);
}

export const LONGEST_TEXT = 8000;

/** A text longer than this is none that a person reads, and soon none that a table column holds. */
export function truncated(text: string): string {
  return cut(text, LONGEST_TEXT);
}

/**
 * At most so many characters, and an ellipsis where there were more. Control characters and halves of characters, which
 * only who means harm writes and which JSON blows up to six, are shown as what they are: none.
 */
export function cut(text: string, most: number): string {
  const kept = text.length <= most ? text : `${text.slice(0, most)} …`;
  return kept.toWellFormed().replaceAll(NO_TEXT, '\ufffd');
}

const NO_TEXT = /(?![\n\t])\p{Cc}/gu;
