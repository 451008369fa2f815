import type { PageData, Standing } from '../page-data.ts';
import { detail } from './detail.ts';
import { make } from './dom.ts';
import type { Findings, Sort } from './findings.ts';
import { ageInWords, STANDING_WORDS } from './words.ts';

export interface Heading {
  readonly sort: Sort;
  readonly title: string;
  /** Left out where there is little room. */
  readonly isWide: boolean;
}

export function headingsFor(hasAges: boolean): Heading[] {
  return [
    { sort: 'severity', title: 'Severity', isWide: false },
    { sort: 'rule', title: 'What is wrong', isWide: false },
    { sort: 'name', title: 'Resource', isWide: true },
    { sort: 'standing', title: 'What next', isWide: true },
    ...(hasAges ? [{ sort: 'since' as const, title: 'Age', isWide: true }] : []),
  ];
}

/** @param pressed which column is sorted by, and how */
export function headRow(
  headings: readonly Heading[],
  pressed: { readonly sort: Sort; readonly isReversed: boolean },
): HTMLElement {
  const cells = headings.map(({ sort, title, isWide }) => {
    const isSorted = sort === pressed.sort;
    // The gravest first is from above to below.
    const isDescending = pressed.isReversed !== (sort === 'severity');
    const direction = isSorted ? (isDescending ? 'descending' : 'ascending') : 'none';
    const mark = isSorted ? (isDescending ? ' ↓' : ' ↑') : '';
    return make(
      'th',
      { scope: 'col', 'aria-sort': direction, class: `${sort}${isWide ? ' roomy' : ''}` },
      make(
        'button',
        { type: 'button', class: 'sort', 'data-sort': sort },
        title,
        make('span', { 'aria-hidden': 'true' }, mark),
      ),
    );
  });
  return make('tr', {}, ...cells);
}

/** The row of a finding, and below it all about it where it is open. */
export function rowsOf(place: number, isOpen: boolean, findings: Findings, data: PageData): HTMLElement[] {
  const text = (column: Parameters<Findings['text']>[0]) => findings.text(column, place);
  const hasAges = data.trend !== null;
  const id = `finding-${place}`;
  const [severity, name] = [text('severity'), text('name')];
  const row = make(
    'tr',
    { class: isOpen ? 'finding open' : 'finding', 'data-place': place },
    make('td', { class: 'severity' }, make('span', { class: `pill ${severity}` }, severity)),
    make(
      'td',
      { class: 'rule' },
      make(
        'button',
        { type: 'button', class: 'why', 'data-finding': place, 'aria-expanded': String(isOpen), 'aria-controls': id },
        text('why'),
      ),
      make(
        'span',
        { class: 'below' },
        make('span', { class: 'id' }, text('rule')),
        make('span', { class: 'tight' }, name),
        next(text),
      ),
    ),
    make('td', { class: 'name roomy' }, ...resource(name)),
    make('td', { class: 'standing roomy' }, next(text)),
    ...(hasAges
      ? [make('td', { class: 'since roomy' }, text('since') === '' ? '' : ageInWords(text('since'), data.at))]
      : []),
  );
  const columns = hasAges ? 5 : 4;
  const about = isOpen ? [make('td', { colspan: columns }, detail(text, data))] : [];
  return [row, make('tr', { id, class: 'about', hidden: !isOpen }, ...about)];
}

function next(text: (column: 'standing' | 'held') => string): HTMLElement {
  const standing = text('standing');
  const held = standing === 'fix' && text('held') !== '' ? ` (${text('held')})` : '';
  return make(
    'span',
    { class: `next ${standing}` },
    (isStanding(standing) ? STANDING_WORDS[standing].name : standing) + held,
  );
}

function isStanding(text: string): text is Standing {
  return text in STANDING_WORDS;
}

/** The account above its pool. */
function resource(name: string): Node[] {
  const [account = '', ...pool] = name.split('/');
  if (pool.length === 0) return [make('span', {}, name)];
  return [make('span', {}, pool.join('/')), make('span', { class: 'muted small' }, account)];
}
