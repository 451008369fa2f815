import type { HeldSecret } from '../model/pool-parts.ts';
import { isHarmless } from './harmless.ts';
import { namedValues } from './named-values.ts';
import { mayNameSecret, namesAccountKey, saysSecret } from './secret-name.ts';
import { SHAPES } from './secret-shapes.ts';

/** What a text holds in the open, each once: by its shape, or because a name beside it says secret. No value is kept. */
export function secretsIn(text: string): HeldSecret[] {
  if (!mayHold(text)) return [];
  const found = new Map<string, HeldSecret>();
  const plain = unescaped(text);
  for (const reading of plain === text ? [text] : [text, plain]) {
    const shapes = byShape(reading);
    for (const held of [...shapes, ...byName(reading, shapes.length > 0)]) {
      found.set(held.kind === 'named' ? `named ${held.name}` : held.kind, held);
    }
  }
  return [...found.values()];
}

/** What a value with a name holds: as any text does, or because its name says so. */
export function secretsOf(name: string, value: string): HeldSecret[] {
  const inside = secretsIn(value);
  return inside.length === 0 && isSecretValue(name, value) ? [{ kind: 'named', name }] : inside;
}

/** What else there is is one short word: no sign that parts a name from a value, and no secret with a shape of its own. */
function mayHold(text: string): boolean {
  return text.length >= 20 || /[=:\s]/.test(text);
}

/** As a URL, JSON or a shell would read it; also what is escaped more than once. */
export function unescaped(text: string): string {
  if (!/[%\\]/.test(text)) return text;
  return text
    .replace(/%(?:25){0,4}([2-7][0-9a-f])|\\{1,8}u00([2-7][0-9a-f])/gi, (_, url?: string, json?: string) =>
      String.fromCharCode(Number.parseInt(url ?? json ?? '', 16)),
    )
    .replace(/\\{1,8}(["'/])/g, '$1');
}

function byShape(text: string): HeldSecret[] {
  return SHAPES.filter(({ pattern }) => hasShape(text, pattern)).map(({ kind }) => ({ kind }));
}

/** Without `matchAll`, which copies the pattern each time. */
function hasShape(text: string, pattern: RegExp): boolean {
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    if (!isHarmless(match.groups?.['value'] ?? 'a secret')) return true;
  }
  return false;
}

/** @param hasShapes whether the text holds a shape: where it is the value of a name, that name adds nothing. */
function byName(text: string, hasShapes: boolean): HeldSecret[] {
  const found: HeldSecret[] = [];
  if (!mayNameSecret(text)) return found;
  let end = 0;
  for (const { name, value, at } of namedValues(text, saysSecret)) {
    // What looks like a name within a secret is a part of it.
    if (at < end || !isSecretValue(name, value)) continue;
    if (hasShapes && byShape(argumentAt(text, at)).length > 0) continue;
    found.push(namesAccountKey(name) ? { kind: 'account-key' } : { kind: 'named', name });
    end = at + value.length;
  }
  return found;
}

function argumentAt(text: string, at: number): string {
  return /^[^\s"']*/.exec(text.slice(at, at + 1024))?.[0] ?? '';
}

/** Whether the value is secret because its name says so. */
export function isSecretValue(name: string, value: string): boolean {
  return saysSecret(name) && (!/^[Kk]ey\d*$/.test(name) || LOOKS_RANDOM.test(value)) && !isHarmless(value);
}

/** `key` alone also names things of any other kind, as in `--tags key=region`; `KEY` does not. */
const LOOKS_RANDOM = /^(?=.{0,64}\d)\S{16}/;
