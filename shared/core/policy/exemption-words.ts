import type { Exempt } from './exemption.ts';

/** An instant, without seconds where it has none: `2027-04-01T00:00Z`. */
export function untilInWords(until: Date): string {
  return until.toISOString().replace(/(?::00)?\.000Z$/, 'Z');
}

/** For people: until when, by whose word and why. */
export function exemptInWords({ owner, reason, until }: Exempt): string {
  return `exempt until ${untilInWords(until)}; owner: ${owner}; reason: ${reason}`;
}
