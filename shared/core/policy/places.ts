import { isMap, isNode, isScalar, isSeq, type Node } from 'yaml';

/**
 * Tells where a path stands in the text, in characters from its beginning; of what is missing, where its parent stands.
 * Each map is read once, however many places in it are asked for.
 */
export function placesIn(root: Node | null): (path: readonly PropertyKey[]) => number {
  const read = new Map<unknown, ReadonlyMap<unknown, Place>>();
  const inMap = (node: unknown) => {
    const known = read.get(node) ?? entriesOf(node);
    read.set(node, known);
    return known;
  };
  return (path) => {
    let offset = root?.range?.[0] ?? 0;
    let node: unknown = root;
    for (const step of path) {
      const next =
        isSeq(node) && typeof step === 'number'
          ? { at: node.items[step], value: node.items[step] }
          : inMap(node).get(step);
      if (isNode(next?.at)) offset = next.at.range?.[0] ?? offset;
      node = next?.value;
    }
    return offset;
  };
}

interface Place {
  readonly at: unknown;
  readonly value: unknown;
}

/** Of a map, by key; nothing of what is none. */
function entriesOf(node: unknown): ReadonlyMap<unknown, Place> {
  if (!isMap(node)) return new Map();
  return new Map(node.items.map(({ key, value }) => [isScalar(key) ? key.value : key, { at: key, value }]));
}
