import { count, draw, make, number } from './dom.ts';
import { type Facet, sumOf, type Tally } from './findings.ts';
import { SEVERITIES } from './words.ts';

export interface FacetCard {
  readonly facet: Facet;
  readonly title: string;
  /** Where the values have an order of their own; else those with the most come first. */
  readonly order?: readonly string[];
  readonly nameOf?: (value: string) => string;
  readonly aboutOf?: (value: string) => string;
}

/** What is shown of a long list until somebody asks for all. */
const FEW = 8;
/** Nobody reads more, and the page stays light: the search finds the others. */
const MANY = 100;
const widened = new Set<Facet>();

/** A chart whose bars are switches: each shows only what has its value, or everything again. */
export function facetCard(
  card: FacetCard,
  tallies: ReadonlyMap<string, Tally>,
  chosen: ReadonlySet<string>,
): HTMLElement {
  const { facet, title } = card;
  const values = valuesOf(card, tallies, chosen);
  const most = Math.max(1, ...values.map(([, counts]) => sumOf(counts)));
  const few = values.slice(0, Math.max(widened.has(facet) ? MANY : FEW, chosen.size));
  const list = make(
    'ul',
    {},
    ...few.map(([value, counts]) => make('li', {}, bar(card, value, counts, most, chosen.has(value)))),
  );
  const made = make('section', { class: 'card', 'aria-label': title }, make('h2', {}, title), list);
  if (values.length > FEW) {
    const all = widened.has(facet);
    const label = all
      ? 'Show fewer'
      : values.length > MANY
        ? `Show ${MANY} of ${number(values.length)}`
        : `Show all ${values.length}`;
    const more = make(
      'button',
      { type: 'button', class: 'quiet', 'data-widen': facet, 'aria-expanded': String(all) },
      label,
    );
    made.append(more);
  }
  return made;
}

export function widen(facet: string | undefined): void {
  if (facet !== 'rule' && facet !== 'account') return;
  if (!widened.delete(facet)) widened.add(facet);
}

function valuesOf({ order }: FacetCard, tallies: ReadonlyMap<string, Tally>, chosen: ReadonlySet<string>) {
  const none = SEVERITIES.map(() => 0);
  if (order) return order.map((value) => [value, tallies.get(value) ?? none] as const);
  const missing = [...chosen].filter((value) => !tallies.has(value)).map((value) => [value, none] as const);
  return [...tallies, ...missing].toSorted(
    ([a, ofA], [b, ofB]) =>
      Number(chosen.has(b)) - Number(chosen.has(a)) || sumOf(ofB) - sumOf(ofA) || (a < b ? -1 : 1),
  );
}

function bar(
  { facet, nameOf, aboutOf }: FacetCard,
  value: string,
  counts: Tally,
  most: number,
  isChosen: boolean,
): HTMLElement {
  const sum = sumOf(counts);
  const name = nameOf?.(value) ?? value;
  return make(
    'button',
    {
      type: 'button',
      class: 'bar',
      'data-facet': facet,
      'data-value': value,
      'aria-pressed': String(isChosen),
      title: aboutOf?.(value) ?? inSeverities(counts),
    },
    make('span', { class: 'name' }, name),
    make('span', { class: 'n' }, number(sum), make('span', { class: 'unseen' }, sum === 1 ? ' finding' : ' findings')),
    stacked(counts, most),
  );
}

function stacked(counts: Tally, most: number): SVGElement {
  const picture = draw('svg', {
    viewBox: '0 0 100 6',
    preserveAspectRatio: 'none',
    'aria-hidden': 'true',
    class: 'stack',
  });
  picture.append(draw('rect', { width: 100, height: 6, class: 'track' }));
  let x = 0;
  for (const [index, n] of counts.entries()) {
    const width = (n / most) * 100;
    if (n > 0) picture.append(draw('rect', { x, width, height: 6, class: SEVERITIES[index] ?? '' }));
    x += width;
  }
  return picture;
}

/** As in "2 critical, 14 high". */
function inSeverities(counts: Tally): string {
  const parts = counts.flatMap((n, index) => (n > 0 ? `${number(n)} ${SEVERITIES[index] ?? ''}` : []));
  return parts.length === 0 ? count(0, 'finding') : parts.join(', ');
}
