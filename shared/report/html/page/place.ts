import { type Choice, FACETS, SORTS } from './findings.ts';

/** What is shown, as the part of the page's address behind `#`: a view can be kept and sent. */
export interface View extends Choice {
  /** From 0. */
  readonly page: number;
  /** The ids of the findings that are open. */
  readonly opened: ReadonlySet<string>;
}

export function addressOf({ query, chosen, sort, isReversed, page, opened }: View): string {
  const parts = new URLSearchParams();
  if (query !== '') parts.set('q', query);
  for (const facet of FACETS) for (const value of chosen[facet]) parts.append(facet, value);
  if (sort !== 'severity' || isReversed) parts.set('sort', isReversed ? `-${sort}` : sort);
  if (page > 0) parts.set('page', String(page + 1));
  for (const id of opened) parts.append('finding', id);
  return parts.toString();
}

export function viewAt(address: string): View {
  const parts = new URLSearchParams(address);
  const sort = parts.get('sort') ?? '';
  const many = (name: string) => new Set(parts.getAll(name));
  return {
    query: parts.get('q') ?? '',
    chosen: {
      standing: many('standing'),
      severity: many('severity'),
      rule: many('rule'),
      account: many('account'),
      age: many('age'),
    },
    sort: SORTS.find((one) => one === sort.replace('-', '')) ?? 'severity',
    isReversed: sort.startsWith('-'),
    page: Math.max(0, Math.floor(Number(parts.get('page') ?? 1) || 1) - 1),
    opened: many('finding'),
  };
}
