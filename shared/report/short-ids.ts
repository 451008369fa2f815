const ARM_ID = /\/subscriptions\/[^\s,;()'"<>|]+[^\s,;()'"<>|.:]/g;

/** A text in which the last name of each ARM id stands for it: the ids themselves are too long to read. */
export function withShortIds(text: string): string {
  return text.includes('/subscriptions/') ? text.replaceAll(ARM_ID, (id) => id.slice(id.lastIndexOf('/') + 1)) : text;
}

/** The ARM ids in a text, each once. */
export function idsIn(text: string): string[] {
  return [...new Set(text.match(ARM_ID))];
}
