/** What core knows of a setting: all that is said of it outside the codec stands in its descriptor. */
export interface Setting<Value> {
  /** What a person calls it. */
  readonly title: string;
  /** Where it stands in the body that ARM answers. */
  readonly path: string;
  /** A form in which equal means the same to Azure: no case, no order where none counts, defaults spelled out. */
  readonly normal: (value: Value) => unknown;
  /** What writing it does, for a person, one line each. */
  readonly inWords: (value: Value) => readonly string[];
}

/** A descriptor for each setting: one that is missing does not compile. */
export type Descriptors<Settings> = { readonly [Key in keyof Settings]: Setting<Settings[Key]> };

/** The keys of an object that has no others than its type says: descriptors, codecs, the settings of a change. */
export function keysOf<T extends object>(object: T): (keyof T & string)[] {
  return Object.keys(object) as (keyof T & string)[]; // as said above
}

/** Words of ARM that form a set, compared without case. */
export function wordSet(words: readonly string[]): string[] {
  return [...new Set(words.map((word) => word.toLowerCase()))].toSorted();
}

export function byKey<T>(key: (item: T) => string | number): (a: T, b: T) => number {
  return (a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0);
}

export function listOf(items: readonly string[]): string {
  return items.length === 0 ? 'none' : items.join(', ');
}

/** The changes of `set` in words, in the order of the descriptors. */
export function settingsInWords<Settings extends object>(
  descriptors: Descriptors<Settings>,
  set: Partial<Settings>,
): string[] {
  return keysOf(descriptors).flatMap((key) => {
    const value = set[key];
    return value === undefined ? [] : descriptors[key].inWords(value);
  });
}
