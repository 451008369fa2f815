import { z } from 'zod';
import { parseAccountId, parsePoolId } from '../../core/model/resource-id.ts';

/** A parsed JSON document and where it came from. */
export interface JsonDocument {
  readonly source: string;
  readonly content: unknown;
}

/** What is wrong with a document, and where in it. */
export interface BodyFault {
  readonly source: string;
  readonly path: string;
  readonly message: string;
}

export type Kind = 'account' | 'pool';

export interface Item {
  readonly source: string;
  readonly path: readonly PropertyKey[];
  readonly body: unknown;
}

export interface Resource extends Item {
  readonly kind: Kind;
  readonly id: string;
}

/** A resource whose type and id contradict each other. */
export interface Misnamed extends Item {
  readonly misnamed: string;
}

const Page = z.looseObject({ value: z.array(z.unknown()), nextLink: z.unknown().optional() });

/** What of a document is to be read; what is no Batch account or pool is left out. */
export function findIn({ source, content }: JsonDocument, errors: BodyFault[]): (Resource | Misnamed)[] {
  const items = itemsIn({ source, path: [], body: content }, errors);
  const found = items.flatMap((item) => recognise(item) ?? []);
  if (found.length === 0) {
    const expected = 'expected the ARM body of a Batch account or pool, an array of them, or a page { "value": [...] }';
    errors.push({ source, path: '', message: `no Batch resource in it: ${expected}` });
  }
  return found;
}

function itemsIn(whole: Item, errors: BodyFault[]): Item[] {
  const parts = Array.isArray(whole.body) ? membersOf(whole, whole.body) : [whole];
  return parts.flatMap((part) => {
    const page = Page.safeParse(part.body);
    if (!page.success || 'id' in page.data) return [part];
    if (page.data.nextLink) {
      const message = 'incomplete: the page has a nextLink: get the other pages too, and leave it out';
      errors.push(fault(part, ['nextLink'], message));
    }
    return membersOf(part, page.data.value, 'value');
  });
}

function membersOf({ source, path }: Item, list: readonly unknown[], ...below: readonly string[]): Item[] {
  return list.map((body, index) => ({ source, path: [...path, ...below, index], body }));
}

const Named = z.looseObject({ type: z.string().nullish().catch(null), id: z.string().catch('') });
const KINDS: ReadonlyMap<string, Kind> = new Map([
  ['microsoft.batch/batchaccounts', 'account'],
  ['microsoft.batch/batchaccounts/pools', 'pool'],
]);

/** Null for what is no Batch account or pool. */
function recognise(item: Item): Resource | Misnamed | null {
  const named = Named.safeParse(item.body);
  if (!named.success) return null;
  const { type, id } = named.data;
  const kind = parseAccountId(id) ? 'account' : parsePoolId(id) ? 'pool' : null;
  const kindOfType = type ? (KINDS.get(type.toLowerCase()) ?? null) : kind;
  if (kind === kindOfType) return kind === null ? null : { ...item, kind, id };
  return { ...item, misnamed: id === '' ? 'it has no id' : `"${id}" is not the id of a resource of type ${type}` };
}

/** A fault below the place of an item. */
export function fault({ source, path }: Item, below: readonly PropertyKey[], message: string): BodyFault {
  return { source, path: z.core.toDotPath([...path, ...below]), message };
}
