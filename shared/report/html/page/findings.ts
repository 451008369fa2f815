import type { Column, PageData } from '../page-data.ts';
import { SEVERITIES } from './words.ts';

export const FACETS = ['standing', 'severity', 'rule', 'account', 'age'] as const;
export type Facet = (typeof FACETS)[number];

/** Natural is the gravest first. */
export const SORTS = ['severity', 'rule', 'name', 'standing', 'since'] as const;
export type Sort = (typeof SORTS)[number];

export interface Choice {
  readonly query: string;
  /** Of no value chosen all are shown. */
  readonly chosen: Readonly<Record<Facet, ReadonlySet<string>>>;
  readonly sort: Sort;
  readonly isReversed: boolean;
}

/** How many findings of each severity, in the order of `SEVERITIES`. */
export type Tally = number[];

export interface Matching {
  /** Places of findings, in the order that was asked for. */
  readonly places: readonly number[];
  /** What each value of a facet would show, the other facets and the search as they are. */
  readonly tallies: Readonly<Record<Facet, ReadonlyMap<string, Tally>>>;
}

export interface Findings {
  readonly count: number;
  text(column: Column, place: number): string;
  matching(choice: Choice): Matching;
}

const SEARCHED: readonly Column[] = ['id', 'rule', 'resource', 'severity', 'path', 'observed', 'desired', 'why', 'fix'];

export function findingsIn({ texts, columns }: Pick<PageData, 'texts' | 'columns'>): Findings {
  const count = columns.id.length;
  const textAt = (column: Column, place: number) => texts[columns[column][place] ?? -1] ?? '';
  const severities = columns.severity.map((text) => SEVERITIES.findIndex((one) => one === texts[text]));
  const lowered: string[] = [];

  /** Which findings have every word somewhere: each text is looked at once for each word. */
  function found(query: string): (place: number) => boolean {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length > 0 && lowered.length === 0) for (const text of texts) lowered.push(text.toLowerCase());
    const hits = words.map((word) => lowered.map((text) => text.includes(word)));
    return (place) => hits.every((hit) => SEARCHED.some((column) => hit[columns[column][place] ?? -1]));
  }

  function sorted(places: number[], sort: Sort, isReversed: boolean): number[] {
    if (sort !== 'severity') {
      const { compare } = new Intl.Collator('en', { numeric: true });
      const inOrder = [...new Set(columns[sort])].toSorted((a, b) => compare(texts[a] ?? '', texts[b] ?? ''));
      const ranks = new Map(inOrder.map((text, rank) => [text, rank]));
      const rank = (place: number) => ranks.get(columns[sort][place] ?? -1) ?? 0;
      places.sort((a, b) => rank(a) - rank(b));
    }
    return isReversed ? places.toReversed() : places;
  }

  function matching({ query, chosen, sort, isReversed }: Choice): Matching {
    const hasWords = found(query);
    const places: number[] = [];
    const tallies = { standing: tally(), severity: tally(), rule: tally(), account: tally(), age: tally() };
    for (let place = 0; place < count; place++) {
      if (!hasWords(place)) continue;
      const failing = FACETS.filter((facet) => chosen[facet].size > 0 && !chosen[facet].has(textAt(facet, place)));
      if (failing.length === 0) places.push(place);
      if (failing.length < 2)
        for (const facet of failing.length === 0 ? FACETS : failing)
          add(tallies[facet], textAt(facet, place), severities[place] ?? 0);
    }
    return { places: sorted(places, sort, isReversed), tallies };
  }

  return { count, text: textAt, matching };
}

function tally(): Map<string, Tally> {
  return new Map();
}

function add(tallies: Map<string, Tally>, value: string, severity: number): void {
  const counts = tallies.get(value) ?? SEVERITIES.map(() => 0);
  counts[severity] = (counts[severity] ?? 0) + 1;
  tallies.set(value, counts);
}

export function sumOf(counts: Tally): number {
  return counts.reduce((sum, n) => sum + n, 0);
}
