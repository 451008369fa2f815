import { ACCOUNT_SETTINGS } from '../core/model/account-settings.ts';
import { POOL_SETTINGS } from '../core/model/pool-settings.ts';

/** A field that a change sets: what stood in it and what is to, in words; null where it is not there. */
export interface Difference {
  /** As in `size / dedicated`. */
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** What a change does to settings, field by field, in the order of `after`. Both are in our words; whatever else they hold is told as it is. */
export function differences(before: object, after: object): Difference[] {
  const was = new Map(Object.entries(before));
  return Object.entries(after).flatMap(([key, value]) => differing(titleOf(key), was.get(key), value));
}

function titleOf(key: string): string {
  const titles = new Map(
    Object.entries({ ...ACCOUNT_SETTINGS, ...POOL_SETTINGS }).map(([name, { title }]) => [name, title]),
  );
  return titles.get(key) ?? key;
}

type Fields = Readonly<Record<string, unknown>>;

function differing(field: string, before: unknown, after: unknown): Difference[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (isFields(before) && isFields(after)) return within(field, before, after);
  // A list that is not set has no item.
  const lists = [before, after].map((value) => (value === null ? [] : value));
  const key = keyOf(lists);
  if (key === undefined) return [{ field, before: inWords(before), after: inWords(after) }];
  const [was, is] = [named(lists[0], key), named(lists[1], key)];
  const names = new Set([...is.keys(), ...was.keys()]);
  return [...names].flatMap((name) => differing(`${field} / ${name}`, was.get(name), is.get(name)));
}

function within(field: string, before: Fields, after: Fields): Difference[] {
  const keys = new Set([...Object.keys(after), ...Object.keys(before)]);
  return [...keys].flatMap((key) =>
    differing(key === 'unmodelled' || key === 'value' ? field : `${field} / ${key}`, before[key], after[key]),
  );
}

/** By which the items of both lists are told apart; undefined where they are not lists of such things. */
function keyOf(lists: readonly unknown[]): string | undefined {
  if (!lists.every((list) => Array.isArray(list))) return undefined;
  return ['name', 'priority'].find(
    (key) =>
      lists.every(
        (list) => list.every((item) => isFields(item) && key in item) && named(list, key).size === list.length,
      ) && lists.some((list) => list.length > 0),
  );
}

/** The items without the key by which they are named. */
function named(list: unknown, key: string): ReadonlyMap<string, Fields> {
  const items: unknown[] = Array.isArray(list) ? list : [];
  return new Map(items.filter(isFields).map(({ [key]: name, ...rest }) => [String(name), rest]));
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function inWords(value: unknown): string | null {
  if (value === undefined) return null;
  if (value === null) return 'not set';
  if (Array.isArray(value))
    return value.length === 0 ? 'none' : value.map(inWords).join(value.some(isFields) ? '; ' : ', ');
  if (!isFields(value)) return typeof value === 'string' ? value : JSON.stringify(value);
  const told = Object.entries(value).filter(([, inner]) => inner !== null && !isEmpty(inner));
  return (
    told.map(([key, inner]) => (key === 'value' ? inWords(inner) : `${key} ${inWords(inner)}`)).join(', ') || 'nothing'
  );
}

function isEmpty(value: unknown): boolean {
  return isFields(value) && Object.keys(value).length === 0;
}
