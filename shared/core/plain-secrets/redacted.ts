import { accountOf } from '../model/resource-id.ts';
import { isHarmless } from './harmless.ts';
import { namedValues } from './named-values.ts';
import { saysSecret } from './secret-name.ts';
import { SHAPES } from './secret-shapes.ts';
import { isSecretValue, secretsIn, unescaped } from './secrets-in-text.ts';
import { LEFT_OUT, withUrlsAsTold } from './url-as-told.ts';

/**
 * A text as it may be told: without each secret in it. Whatever leaves the program for people passes here, and nothing that
 * is sent to Azure does. A text that holds one in an escaped form is told without the escapes; one from which it cannot be cut
 * is left out whole. Redacting twice changes nothing.
 */
export function redacted(text: string): string {
  const plain = /[%\\]/.test(text) ? unescaped(text.replaceAll(LINE_END, '\n')) : text;
  if (plain === text) return withoutSecrets(text);
  const told = withoutSecrets(plain);
  return told === plain ? text : told;
}

/** As JSON, a shell or a URL writes it. */
const LINE_END = /\\{1,8}[nr]|%(?:25){0,4}0[ad]/gi;

function withoutSecrets(text: string): string {
  const told = withUrlsAsTold(text);
  if (!holds(told)) return told;
  const rest = withoutNamed(SHAPES.reduce((left, { pattern }) => withoutShape(left, pattern), told));
  if (!holds(rest)) return rest;
  const words = rest.replaceAll(/\S+/g, (word) => (holds(word) ? LEFT_OUT : word));
  return holds(words) ? LEFT_OUT : words;
}

/** What JSON can hold, with every text and every name in it redacted, and values whose name says that they are secret. */
export function redactedIn<T>(value: T): T {
  return redaction()(value);
}

/** The same for many values that share texts: each text is looked at once. */
export function redaction(): typeof redactedIn {
  const known = new Map<string, string>();
  function tell(text: string): string {
    const told = known.get(text) ?? redacted(text);
    known.set(text, told);
    return told;
  }
  function within(name: string, value: unknown): unknown {
    if (typeof value === 'string') {
      if (WHERE.has(name) && isPlace(value)) return value;
      return isSecretValue(name, value) ? LEFT_OUT : tell(value);
    }
    if (Array.isArray(value)) return value.map((item: unknown) => within(name, item));
    if (typeof value !== 'object' || value === null || value instanceof Date) return value;
    const said = 'name' in value && typeof value.name === 'string' ? value.name : name;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [tell(key), within(key === 'value' ? said : key, inner)]),
    );
  }
  return <T>(value: T) => within('', value) as T; // of the same form: only texts differ
}

/** Fields of what is told that say where something is: without it nobody finds it, whatever it is called. */
const WHERE = new Set(['account', 'resource', 'subject', 'source']);

function isPlace(text: string): boolean {
  return accountOf(text) !== null || /^\/subscriptions\/[\w-]{1,64}$/.test(text);
}

function holds(text: string): boolean {
  return secretsIn(text).length > 0;
}

function withoutShape(text: string, pattern: RegExp): string {
  let told = '';
  let from = 0;
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const value = match.groups?.['value'];
    const end = match.index + match[0].length;
    const start = end - (value?.length ?? match[0].length);
    // A shape may say what stands before it, or end beyond its value: then the whole word goes, or the whole text.
    if (value !== undefined && (isHarmless(value) || !text.startsWith(value, start))) continue;
    const past = endOfValue(text, start, end);
    told += text.slice(from, start) + LEFT_OUT;
    from = past;
    pattern.lastIndex = Math.max(past, match.index + 1);
  }
  return told + text.slice(from);
}

function withoutNamed(text: string): string {
  let told = '';
  let from = 0;
  for (const { name, value, at } of namedValues(text, saysSecret)) {
    if (at < from || !isSecretValue(name, value)) continue;
    told += text.slice(from, at) + LEFT_OUT;
    from = endOfValue(text, at, at + value.length);
  }
  return told + text.slice(from);
}

/** Patterns see the beginning of a value: it goes on to the quote that closes it, the end of a key, or of its word. */
function endOfValue(text: string, start: number, seen: number): number {
  if (BLOCK.test(text.slice(start, seen))) {
    const [block] = /-----END[^-]{0,64}-----/.exec(text.slice(seen)) ?? [];
    return block === undefined ? text.length : text.indexOf(block, seen) + block.length;
  }
  const quote = text[start - 1];
  const closing = quote === '"' || quote === "'" ? text.indexOf(quote, seen) : -1;
  if (closing >= 0) return text[closing - 1] === '\\' ? closing - 1 : closing;
  WORD.lastIndex = seen;
  return seen + (WORD.exec(text)?.[0].length ?? 0);
}

const BLOCK = /-----BEGIN|PuTTY-User-Key-File-/;
const WORD = /[^\s"'<>,;|&]*/y;
