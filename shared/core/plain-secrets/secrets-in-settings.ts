import { z } from 'zod';
import type { HeldSecret } from '../model/pool-parts.ts';
import { secretsIn, secretsOf } from './secrets-in-text.ts';

/** A value of free-form settings, and the name that stands beside it. */
interface Member {
  readonly name: string | null;
  readonly value: unknown;
}

/** Secrets in free-form settings at any depth, each with the name beside it: of an object, or of the JSON text of one. */
export function secretsInSettings(settings: unknown): { readonly name: string | null; readonly holds: HeldSecret }[] {
  const found: { name: string | null; holds: HeldSecret }[] = [];
  // No recursion: nothing bounds the depth.
  const left: Member[] = [{ name: null, value: settings }];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { name, value } = next;
    const inside = typeof value === 'string' ? fromJson(value) : value;
    if (typeof inside === 'object' && inside !== null) {
      for (const member of membersOf(name, inside)) left.push(member);
    } else if (typeof inside === 'string' || typeof inside === 'number') {
      const text = String(inside);
      for (const holds of name === null ? secretsIn(text) : secretsOf(name, text)) found.push({ name, holds });
    }
  }
  return found.toReversed();
}

/** The object or list that a text is; the text itself when it is none. */
function fromJson(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const NameAndValue = z.union([
  z.object({ name: z.string(), value: z.unknown() }),
  z.object({ key: z.string(), value: z.unknown() }).transform(({ key, value }) => ({ name: key, value })),
]);

/** What is in a list, or under `value`, is called as the list or the object is; `{ name, value }` says its name itself. */
function membersOf(name: string | null, inside: object): Member[] {
  if (Array.isArray(inside)) return inside.map((value: unknown) => ({ name, value }));
  const pair = NameAndValue.safeParse(inside);
  const members = Object.entries(inside).map(([key, value]: [string, unknown]) => ({
    name: key === 'value' ? name : key,
    value,
  }));
  if (!pair.success) return members;
  return [...members.filter((member) => member.name !== 'key' && member.value !== pair.data.value), pair.data];
}
