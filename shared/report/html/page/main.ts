import { AGES, type PageData } from '../page-data.ts';
import { chipsOf, pagerOf, tilesOf } from './controls.ts';
import { byId, count, make, number } from './dom.ts';
import { type FacetCard, facetCard, widen } from './facet-card.ts';
import { FACETS, type Facet, findingsIn, type Matching, SORTS } from './findings.ts';
import { headingsFor, headRow, rowsOf } from './findings-table.ts';
import { addressOf, type View, viewAt } from './place.ts';
import { sectionTable } from './section-table.ts';
import { trendCard } from './trend-chart.ts';
import { SEVERITIES } from './words.ts';

/** Rows at once: the page stays light, however many findings there are. */
const ROWS = 50;
/** With all about each, on paper. */
const PRINTED = 300;

const data: PageData = JSON.parse(byId('data', HTMLScriptElement).text); // made by the same version
const findings = findingsIn(data);
const headings = headingsFor(data.trend !== null);
const search = byId('search', HTMLInputElement);
const [tiles, charts, chips] = [byId('tiles', HTMLElement), byId('charts', HTMLElement), byId('chips', HTMLElement)];
const [head, body] = [byId('head', HTMLTableSectionElement), byId('body', HTMLTableSectionElement)];
const [shownCount, pager] = [byId('count', HTMLElement), byId('pager', HTMLElement)];
const order = byId('order', HTMLSelectElement);

/** The charts beside each other, and those that stand below one. */
const STACKS: readonly (readonly FacetCard[])[] = [
  [
    { facet: 'severity', title: 'By severity', order: SEVERITIES },
    ...(data.trend === null ? [] : [{ facet: 'age' as const, title: 'By age', order: AGES }]),
  ],
  [{ facet: 'rule', title: 'By rule', aboutOf: titleOf }],
  [{ facet: 'account', title: 'By account' }],
];

function titleOf(rule: string): string {
  return (Object.hasOwn(data.rules, rule) ? data.rules[rule]?.title : undefined) ?? rule;
}

/** Whatever was asked for in the address, or else what somebody has to act on. */
function firstView(): View {
  const view = viewAt(location.hash.slice(1));
  if (location.hash.length > 1) return view;
  const hasOpen = findings.matching(view).tallies.standing;
  const acting = new Set(['fix', 'person'].filter((standing) => hasOpen.has(standing)));
  return { ...view, chosen: { ...view.chosen, standing: acting } };
}

let view = firstView();
let matching: Matching = findings.matching(view);

function change(next: Partial<View>, keepsPage = false): void {
  view = { ...view, page: 0, ...(keepsPage ? { page: view.page } : {}), ...next };
  matching = findings.matching(view);
  show();
}

function show(): void {
  const focused = keyOf(document.activeElement);
  view = { ...view, page: Math.min(view.page, lastPage()) };
  tiles.replaceChildren(...tilesOf(view, matching));
  charts.replaceChildren(
    ...(data.trend === null ? [] : [trendCard(data.trend)]),
    ...STACKS.map((cards) => make('div', { class: 'stacked' }, ...cards.map(card))),
  );
  chips.replaceChildren(...chipsOf(view));
  head.replaceChildren(headRow(headings, view));
  order.value = view.sort;
  const start = view.page * ROWS;
  showRows(matching.places.slice(start, start + ROWS), (place) => view.opened.has(findings.text('id', place)));
  shownCount.textContent = `${number(matching.places.length)} of ${count(findings.count, 'finding')}`;
  pager.replaceChildren(...pagerOf(view.page, ROWS, matching.places.length));
  keepAddress();
  if (focused !== null) document.querySelector<HTMLElement>(focused)?.focus({ preventScroll: true });
}

function showRows(places: readonly number[], isOpen: (place: number) => boolean): void {
  const rows = places.flatMap((place) => rowsOf(place, isOpen(place), findings, data));
  const nothing =
    findings.count === 0 ? 'Nothing was found: all that was judged complies.' : 'No finding fits. Take a filter out.';
  body.replaceChildren(
    ...(rows.length > 0 ? rows : [make('tr', {}, make('td', { colspan: headings.length, class: 'nothing' }, nothing))]),
  );
}

function keepAddress(): void {
  const address = addressOf(view);
  try {
    history.replaceState(null, '', address === '' ? '#' : `#${address}`);
  } catch {
    // A frame without an address of its own, or a browser that has had enough of changes: what is shown is right all the same.
  }
}

/** Which control it is: what replaces it gets the focus. */
function keyOf(element: Element | null): string | null {
  if (!(element instanceof HTMLElement)) return null;
  for (const [name, value] of Object.entries(element.dataset))
    if (name === 'facet') return `[data-facet="${value}"][data-value="${CSS.escape(element.dataset['value'] ?? '')}"]`;
    else if (value !== undefined && name !== 'value') return `[data-${name}="${CSS.escape(value)}"]`;
  return null;
}

function card(facts: FacetCard): HTMLElement {
  return facetCard(facts, matching.tallies[facts.facet], view.chosen[facts.facet]);
}

function lastPage(): number {
  return Math.max(0, Math.ceil(matching.places.length / ROWS) - 1);
}

function toggleFacet(facet: Facet, value: string): void {
  const chosen = new Set(view.chosen[facet]);
  if (!chosen.delete(value)) chosen.add(value);
  change({ chosen: { ...view.chosen, [facet]: chosen } });
}

function toggleFinding(row: HTMLElement): void {
  const place = Number(row.dataset['place']);
  const id = findings.text('id', place);
  const opened = new Set(view.opened);
  const isOpen = !opened.delete(id);
  if (isOpen) opened.add(id);
  view = { ...view, opened };
  const made = rowsOf(place, isOpen, findings, data);
  row.nextElementSibling?.remove();
  row.replaceWith(...made);
  made[0]?.querySelector<HTMLElement>('.why')?.focus({ preventScroll: true });
  keepAddress();
}

function clicked(event: MouseEvent): void {
  if (!(event.target instanceof Element)) return;
  const button = event.target.closest<HTMLElement>('button');
  const row = event.target.closest<HTMLElement>('tr.finding');
  // Who selects text does not open.
  if (row !== null && getSelection()?.isCollapsed !== false) return toggleFinding(row);
  if (button === null) return;
  const { facet, value = '', sort, step, clear, widen: widened } = button.dataset;
  const known = FACETS.find((one) => one === facet);
  const column = SORTS.find((one) => one === sort);
  if (known !== undefined) toggleFacet(known, value);
  else if (column !== undefined) change({ sort: column, isReversed: column === view.sort && !view.isReversed });
  else if (step !== undefined) turn(Number(step));
  else if (clear !== undefined) showAll();
  else if (widened !== undefined) {
    widen(widened);
    show();
  }
}

function turn(by: number): void {
  change({ page: view.page + by }, true);
  byId('findings', HTMLElement).scrollIntoView();
}

function showAll(): void {
  search.value = '';
  change({ query: '', chosen: viewAt('').chosen });
  search.focus({ preventScroll: true });
}

function pressed(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
  const row = event.target instanceof Element ? event.target.closest<HTMLElement>('tr') : null;
  if (event.key === '/' && !isTyping) search.focus();
  else if (event.key === 'Escape' && isTyping) change({ query: (search.value = '') });
  else if (event.key === 'Escape' && row !== null) close(row);
  else if ((event.key === 'ArrowDown' || event.key === 'j') && row !== null) move(row, 1);
  else if ((event.key === 'ArrowUp' || event.key === 'k') && row !== null) move(row, -1);
  else return;
  event.preventDefault();
}

function close(inside: HTMLElement): void {
  const row = inside.matches('.about') ? inside.previousElementSibling : inside;
  if (row instanceof HTMLElement && row.matches('.open')) toggleFinding(row);
}

function move(from: HTMLElement, by: number): void {
  const buttons = [...body.querySelectorAll<HTMLElement>('.why')];
  const row = from.matches('.about') ? from.previousElementSibling : from;
  const at = buttons.findIndex((button) => row?.contains(button));
  buttons[at + by]?.focus();
}

let typed = 0;
search.addEventListener('input', () => {
  cancelAnimationFrame(typed);
  typed = requestAnimationFrame(() => change({ query: search.value }));
});
order.addEventListener('change', () => {
  change({ sort: SORTS.find((one) => one === order.value) ?? 'severity', isReversed: false });
});
document.addEventListener('click', clicked);
document.addEventListener('keydown', pressed);
addEventListener('hashchange', () => {
  const next = viewAt(location.hash.slice(1));
  search.value = next.query;
  change(next);
});
addEventListener('beforeprint', () => {
  showRows(matching.places.slice(0, PRINTED), () => true);
  for (const folded of body.querySelectorAll('details')) folded.open = true;
  const left = matching.places.length - PRINTED;
  byId('left', HTMLElement).textContent =
    left > 0 ? `${count(left, 'more finding')} not printed: print again with a filter.` : '';
});
addEventListener('afterprint', show);

order.replaceChildren(...headings.map(({ sort, title }) => make('option', { value: sort }, title)));
search.value = view.query;
byId('sections', HTMLElement).replaceChildren(...data.sections.map(sectionTable));
show();
