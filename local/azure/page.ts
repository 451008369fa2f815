import type { Answer, ArmRequest } from './exchange.ts';
import type { Json } from './json.ts';
import { text } from './json.ts';

interface Listed {
  readonly body: Json;
  /** Shown instead of the body. */
  readonly malformed?: unknown;
}

/** A page of a list in the order of ids: those after the skip token's id, and a nextLink when there are more. */
export function page(all: readonly Listed[], { query, path, headers }: ArmRequest, pageSize: number): Answer {
  const after = Buffer.from(query.get('$skiptoken') ?? '', 'base64url').toString();
  const left = all.filter(({ body }) => text(body['id']).toLowerCase() > after);
  const size = Math.min(pageSize, Number(query.get('maxresults') ?? pageSize));
  const shown = left.slice(0, size);
  const items = shown.map(({ body, malformed }) => (malformed === undefined ? body : malformed));
  const result: Json = { value: items };
  const last = shown.at(-1);
  if (left.length > size && last !== undefined) {
    const next = new URLSearchParams(query);
    next.set('$skiptoken', Buffer.from(text(last.body['id']).toLowerCase()).toString('base64url'));
    result['nextLink'] = `https://${headers.host ?? ''}${path}?${next.toString()}`;
  }
  return { status: 200, body: result, unchecked: shown.some(({ malformed }) => malformed !== undefined) };
}
