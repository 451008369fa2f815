import type { Resource } from '../shared/azure/files/body-items.ts';
import { idKey } from '../shared/core/model/resource-id.ts';
import type { Finding } from '../shared/core/plan/finding.ts';
import type { Place } from '../shared/report/scan-report.ts';
import { fileUri } from './file-uri.ts';
import { keysTo } from './keys-to.ts';

/** A file as it was read. */
interface ReadText {
  readonly source: string;
  /** Its documents: each of several is found by its number, an only one without. */
  readonly parts: readonly Piece[];
}

/** @see Part */
interface Piece {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

/** What of a document is looked for: keys and indexes on the way, and the findings that end there. */
interface Sought {
  readonly below: Map<PropertyKey, Sought>;
  readonly findings: string[];
}

/**
 * Where in the files that were read each finding is, by its id: at the key that it is about, or at the nearest that its body
 * has. Without those of what stood in no file.
 */
export async function placesOf(
  findings: readonly Pick<Finding, 'id' | 'resourceId' | 'path'>[],
  resources: readonly Resource[],
  texts: readonly ReadText[],
): Promise<ReadonlyMap<string, Place>> {
  const given = new Map(resources.toReversed().map((resource) => [idKey(resource.id), resource]));
  const sought = new Map<string, Sought>();
  for (const { id, resourceId, path } of findings) {
    const resource = given.get(idKey(resourceId));
    if (resource === undefined) continue;
    const { source, body } = resource;
    let at: Sought = sought.get(source) ?? { below: new Map(), findings: [] };
    sought.set(source, at);
    for (const key of [...resource.path, ...keysTo(path, body)]) {
      const next: Sought = at.below.get(key) ?? { below: new Map(), findings: [] };
      at.below.set(key, next);
      at = next;
    }
    at.findings.push(id);
  }
  const places = new Map<string, Place>();
  for (const { source, parts } of texts) {
    const root = sought.get(source);
    const uri = fileUri(source);
    if (root === undefined || uri === null) continue;
    for (const [index, part] of parts.entries()) {
      const within = parts.length === 1 ? root : root.below.get(index);
      if (within !== undefined) await find(uri, part, within, places);
    }
  }
  return places;
}

/** Walks through the text once, and into what nothing is sought in not at all. */
async function find(uri: string, part: Piece, root: Sought, places: Map<string, Place>): Promise<void> {
  const { default: jsonc } = await import('jsonc-parser');
  const open: { readonly at: Sought | undefined; index: number | null }[] = [];
  /** Of the value of the key that was read last; before any, the whole. */
  let value: Sought | undefined = root;
  const note = (at: Sought | undefined, line: number, column: number) => {
    const before = line === 0 ? part.column : 0;
    const place = { uri, line: part.line + line + 1, column: before + column + 1 };
    for (const id of at?.findings ?? []) places.set(id, place);
  };
  const enter = (line: number, column: number) => {
    const list = open.at(-1);
    const isItem = list !== undefined && list.index !== null;
    const at = isItem ? list.at?.below.get(list.index ?? 0) : value;
    if (isItem || list === undefined) note(at, line, column);
    return at;
  };
  const begin = (index: number | null) => (_: number, __: number, line: number, column: number) => {
    const at = enter(line, column);
    open.push({ at, index });
    return (at?.below.size ?? 0) > 0;
  };
  const end = () => void open.pop();
  try {
    jsonc.visit(part.text, {
      onObjectBegin: begin(null),
      onObjectProperty: (name, _, __, line, column) => {
        value = open.at(-1)?.at?.below.get(name);
        note(value, line, column);
      },
      onObjectEnd: end,
      onArrayBegin: begin(0),
      onLiteralValue: (_, __, ___, line, column) => void enter(line, column),
      onSeparator: (character) => {
        const list = open.at(-1);
        if (character === ',' && list !== undefined && list.index !== null) list.index += 1;
      },
      onArrayEnd: end,
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // it recurses: thousands of levels are too deep
  }
}
