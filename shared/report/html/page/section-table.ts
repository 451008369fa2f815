import type { Section } from '../page-data.ts';
import { make, number } from './dom.ts';

const FIRST = 12;
const AT_ONCE = 50;

/** A table that shows its first rows, and more where somebody asks. */
export function sectionTable({ title, about, head, rows }: Section): HTMLElement {
  const body = make('tbody');
  const more = make('button', { type: 'button', class: 'quiet' });
  const show = () => {
    const start = body.rows.length;
    body.append(...rows.slice(start, start + (start === 0 ? FIRST : AT_ONCE)).map(rowOf));
    const left = rows.length - body.rows.length;
    more.hidden = left === 0;
    more.textContent = `Show ${number(Math.min(left, AT_ONCE))} more of ${number(left)}`;
  };
  more.addEventListener('click', show);
  show();
  const heads = head.map((text) => make('th', { scope: 'col' }, text));
  return make(
    'section',
    { class: 'card wide', 'aria-label': title },
    make('h2', {}, title),
    make('p', { class: 'muted' }, about),
    make(
      'div',
      { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': `${title}: table` },
      make('table', { class: 'plain' }, make('thead', {}, make('tr', {}, ...heads)), body),
    ),
    more,
  );
}

function rowOf(cells: readonly string[]): HTMLElement {
  return make('tr', {}, ...cells.map((text) => make('td', {}, text)));
}
