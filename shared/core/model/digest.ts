import { createHash } from 'node:crypto';

/** Of a text, by SHA-256: another text has another. */
export function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
