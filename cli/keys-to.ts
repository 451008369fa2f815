/**
 * The keys and indexes that lead from a body to what a finding's path names, as far as the body has them: paths name
 * things of a list by their names, `properties.inboundNatPools[ssh]`.
 */
export function keysTo(path: string, body: unknown): PropertyKey[] {
  const keys: PropertyKey[] = [];
  let rest = path;
  let value = body;
  while (rest !== '') {
    const step = Array.isArray(value) ? itemNamed(value, rest) : keyOf(value, rest);
    if (step === null) return keys;
    keys.push(step.key);
    value = step.value;
    rest = rest.slice(step.length).replace(/^\./, '');
  }
  return keys;
}

interface Step {
  readonly key: PropertyKey;
  readonly value: unknown;
  /** How much of the path it is. */
  readonly length: number;
}

/** A key may have points and brackets in it: the longest that fits is meant. ARM ids are named by their last part. */
function keyOf(value: unknown, path: string): Step | null {
  if (typeof value !== 'object' || value === null) return null;
  const steps = Object.entries(value).flatMap(([key, inner]): Step[] =>
    [key, `[${key}]`, `[${key.slice(key.lastIndexOf('/') + 1)}]`].flatMap((text) =>
      begins(path, text) ? [{ key, value: inner, length: text.length }] : [],
    ),
  );
  return longest(steps);
}

/** By its name; where nothing is named so, by any text or number in it. */
function itemNamed(items: readonly unknown[], path: string): Step | null {
  const stepsBy = (textsOf: (item: unknown) => readonly unknown[]) =>
    items.flatMap((item, key): Step[] =>
      textsOf(item).flatMap((text) =>
        (typeof text === 'string' || typeof text === 'number') && begins(path, `[${text}]`)
          ? [{ key, value: item, length: `[${text}]`.length }]
          : [],
      ),
    );
  return (
    longest(stepsBy((item) => ['name' in Object(item) ? Object(item).name : null])) ??
    longest(stepsBy((item) => (typeof item === 'object' && item !== null ? Object.values(item) : [item])))
  );
}

function begins(path: string, text: string): boolean {
  return path.startsWith(text) && /^(?:$|[.[ ])/.test(path.slice(text.length));
}

function longest(steps: readonly Step[]): Step | null {
  return steps.toSorted((a, b) => b.length - a.length)[0] ?? null;
}
