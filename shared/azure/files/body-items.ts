import { z } from 'zod';
import { parseAccountId, parsePoolId } from '../../core/model/resource-id.ts';
import { CUT_OFF, cutOff, formOf } from './known-forms.ts';

/** A parsed JSON document and where it came from. */
export interface JsonDocument {
  readonly source: string;
  readonly content: unknown;
  /** It was looked for and not named: that it holds nothing to judge is no fault. */
  readonly isFound?: boolean;
}

/** A document without an account or a pool, that need have none. */
export interface LeftOut {
  readonly source: string;
  /** As in "an ARM template"; null where that is not known. */
  readonly is: string | null;
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

/** A resource that is not to be read, as when its type and id contradict each other. */
export interface Refused extends Item {
  readonly refused: string;
  /** Where in it the fault is. */
  readonly below: readonly PropertyKey[];
}

const Page = z.looseObject({ value: z.array(z.unknown()), nextLink: z.unknown().optional() });

/** What of a document is to be read; what is no Batch account or pool is left out. */
export function findIn(
  { source, content, isFound = false }: JsonDocument,
  errors: BodyFault[],
  leftOut: LeftOut[],
): (Resource | Refused)[] {
  const items = itemsIn({ source, path: [], body: content }, errors);
  const found = items.flatMap((item) => recognise(item) ?? []);
  if (found.length > 0 || isEmpty(content)) return found;
  const form = formOf(content);
  if (isFound && form?.isOfAzure !== true) leftOut.push({ source, is: form?.is ?? null });
  else errors.push({ source, path: '', message: form === null ? NOTHING : `is ${form.is}: ${form.says}` });
  return [];
}

const NOTHING =
  'no Batch resource in it: expected the ARM body of a Batch account or pool, an array of them, or a page { "value": [...] }';

/** As Azure lists the pools of an account that has none. */
function isEmpty(content: unknown): boolean {
  const pages: readonly unknown[] = Array.isArray(content) ? content : [content];
  return pages.length > 0 && pages.every((page) => Page.safeParse(page).data?.value.length === 0);
}

function itemsIn(whole: Item, errors: BodyFault[]): Item[] {
  // A list of a file's documents may hold lists.
  const parts = listed(whole).flatMap(listed);
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

function listed(item: Item): Item[] {
  return Array.isArray(item.body) ? membersOf(item, item.body) : [item];
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
function recognise(item: Item): Resource | Refused | null {
  const named = Named.safeParse(item.body);
  if (!named.success) return null;
  const { type, id } = named.data;
  const kind = parseAccountId(id) ? 'account' : parsePoolId(id) ? 'pool' : null;
  const kindOfType = type ? (KINDS.get(type.toLowerCase()) ?? null) : kind;
  if (kind !== kindOfType) {
    const refused = id === '' ? 'it has no id' : `"${id}" is not the id of a resource of type ${type}`;
    return { ...item, refused, below: ['id'] };
  }
  if (kind === null) return null;
  const cut = cutOff(item.body);
  return cut === null ? { ...item, kind, id } : { ...item, refused: CUT_OFF, below: cut };
}

/** A fault below the place of an item. */
export function fault({ source, path }: Item, below: readonly PropertyKey[], message: string): BodyFault {
  return { source, path: z.core.toDotPath([...path, ...below]), message };
}
