import { STANDINGS } from '../page-data.ts';
import { make, number } from './dom.ts';
import { type Choice, FACETS, type Matching, sumOf } from './findings.ts';
import { STANDING_WORDS } from './words.ts';

/** How findings stand: a switch each, with how many it would show. */
export function tilesOf({ chosen }: Choice, { tallies }: Matching): HTMLElement[] {
  return STANDINGS.map((standing) => {
    const { name, about } = STANDING_WORDS[standing];
    return make(
      'button',
      {
        type: 'button',
        class: `tile ${standing}`,
        'data-facet': 'standing',
        'data-value': standing,
        'aria-pressed': String(chosen.standing.has(standing)),
      },
      make('span', { class: 'big' }, number(sumOf(tallies.standing.get(standing) ?? []))),
      make('span', { class: 'what' }, name),
      make('span', { class: 'muted small' }, about),
    );
  });
}

/** What is filtered by, each to be taken out. */
export function chipsOf({ chosen, query }: Choice): HTMLElement[] {
  const each = FACETS.flatMap((facet) =>
    [...chosen[facet]].map((value) => {
      const standing = facet === 'standing' ? STANDINGS.find((one) => one === value) : undefined;
      const name = standing === undefined ? value : STANDING_WORDS[standing].name;
      const label = `Take out the filter ${name}`;
      const attributes = {
        type: 'button',
        class: 'chip',
        'data-facet': facet,
        'data-value': value,
        'aria-label': label,
      };
      return make('button', attributes, name, make('span', { 'aria-hidden': 'true' }, ' ×'));
    }),
  );
  if (each.length === 0 && query === '') return [];
  return [...each, make('button', { type: 'button', class: 'quiet', 'data-clear': 'all' }, 'Show everything')];
}

/** Nothing where all rows are on one page. @param page from 0 @param all how many rows there are on all pages */
export function pagerOf(page: number, rows: number, all: number): Node[] {
  if (all <= rows) return [];
  const step = (by: number, label: string) => {
    const disabled = page + by < 0 || (page + by) * rows >= all;
    return make('button', { type: 'button', class: 'step', 'data-step': by, disabled }, label);
  };
  const where = `${number(page * rows + 1)} to ${number(Math.min((page + 1) * rows, all))} of ${number(all)}`;
  return [step(-1, 'Previous'), make('span', {}, where), step(1, 'Next')];
}
