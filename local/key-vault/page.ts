import type { Answer } from '../azure/exchange.ts';
import { badParameter } from './errors.ts';

const MOST = 25;

/** One page of a list that goes on after the item that `$skiptoken` names. @param url of the list, without a query */
export function pageOf<T>(
  items: readonly T[],
  list: { readonly url: string; readonly query: URLSearchParams; key(item: T): string; body(item: T): unknown },
): Answer {
  const size = Number(list.query.get('maxresults') ?? MOST);
  if (!Number.isInteger(size) || size < 1 || size > MOST) throw badParameter('maxresults must be from 1 to 25.');
  const after = Buffer.from(list.query.get('$skiptoken') ?? '', 'base64url').toString();
  // The service lists by name, or by version id: what is set while somebody pages moves nothing.
  const sorted = items.toSorted((a, b) => (list.key(a) < list.key(b) ? -1 : 1));
  const left = sorted.filter((item) => list.key(item) > after);
  const shown = left.slice(0, size);
  const last = shown.at(-1);
  const next = new URLSearchParams(list.query);
  if (last !== undefined) next.set('$skiptoken', Buffer.from(list.key(last)).toString('base64url'));
  const nextLink = left.length > shown.length ? `${list.url}?${next.toString()}` : null;
  return { status: 200, body: { value: shown.map((item) => list.body(item)), nextLink } };
}
