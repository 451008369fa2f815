import type { Column, PageData, Passage } from '../page-data.ts';
import { make } from './dom.ts';
import { timeInWords } from './words.ts';

/** All that is known of a finding. */
export function detail(text: (column: Column) => string, { rules, predictions }: PageData): HTMLElement {
  const [rule, resource, standing, fix, left] = [
    text('rule'),
    text('resource'),
    text('standing'),
    text('fix'),
    text('left'),
  ];
  const isOpen = standing !== 'unknown';
  // What others named may be called as what every object has.
  const facts = Object.hasOwn(rules, rule) ? rules[rule] : undefined;
  const made = make('div', { class: 'detail' });
  const told = make('div', { class: 'columns' });
  if (isOpen)
    made.append(
      make(
        'div',
        { class: 'columns' },
        block('Observed', value(text('observed'))),
        block('Desired', value(text('desired'))),
      ),
    );
  if (fix !== '') told.append(block(standing === 'person' ? 'What you do' : 'Fix', lines(fix)));
  if (left !== '') told.append(block(standing === 'exempt' ? 'Left as it is' : 'Not written', make('p', {}, left)));
  const passages = (Object.hasOwn(predictions, resource) ? predictions[resource] : undefined) ?? [];
  if (told.childElementCount > 0) made.append(told);
  if (passages.length > 0) made.append(prediction(passages, facts?.isAboutNodes === true));
  const rows: [string, Node][] = [
    ['Resource', copyable(resource)],
    ...(text('path') === '' ? [] : [['Path', code(text('path'))] satisfies [string, Node]]),
    ['Rule', make('span', {}, code(rule), facts === undefined ? '' : ` ${facts.title}.`)],
    ...(facts === undefined || facts.sources.length === 0
      ? []
      : [['Sources', make('span', { class: 'links' }, ...facts.sources.map(link))] satisfies [string, Node]]),
    ...(text('since') === ''
      ? []
      : [['First seen', make('span', {}, timeInWords(text('since')))] satisfies [string, Node]]),
    ['Finding', code(text('id'))],
  ];
  made.append(make('dl', {}, ...rows.flatMap(([term, node]) => [make('dt', {}, term), make('dd', {}, node)])));
  return made;
}

/** Of the pool, whatever the finding is of: only where that is about it too is it open from the start. */
function prediction(passages: readonly Passage[], isOpen: boolean): HTMLElement {
  const summary = make('summary', {}, 'What awaits the nodes of this pool');
  return make('details', { open: isOpen, class: 'block' }, summary, ...passages.map(passage));
}

function block(title: string, ...content: readonly Node[]): HTMLElement {
  return make('div', { class: 'block' }, make('h3', {}, title), ...content);
}

function value(text: string): HTMLElement {
  return text === '' ? make('p', { class: 'muted' }, 'nothing') : make('pre', {}, text);
}

/** Numbered steps become a list of steps; other lines are items. */
function lines(text: string): HTMLElement {
  const all = text.split('\n').filter((line) => line.trim() !== '');
  const steps = all.filter((line) => /^\(\d+\) /.test(line));
  if (steps.length < 2)
    return all.length === 1 ? make('p', {}, text) : make('ul', {}, ...all.map((line) => make('li', {}, line)));
  const intro = all
    .slice(
      0,
      all.findIndex((line) => line === steps[0]),
    )
    .map((line) => make('p', {}, line));
  const items = steps.map((line) => make('li', {}, line.replace(/^\(\d+\) /, '')));
  return make('div', {}, ...intro, make('ol', {}, ...items));
}

function passage({ heading, facts }: Passage): HTMLElement {
  const rows = facts.flatMap(([label, text]) => [make('dt', {}, label), make('dd', {}, text)]);
  return make('div', {}, make('p', {}, heading), ...(rows.length === 0 ? [] : [make('dl', {}, ...rows)]));
}

function code(text: string): HTMLElement {
  return make('code', {}, text);
}

function copyable(text: string): HTMLElement {
  const button = make('button', { type: 'button', class: 'quiet copy' }, 'Copy');
  button.addEventListener('click', () => {
    navigator.clipboard.writeText(text).then(
      () => (button.textContent = 'Copied'),
      () => (button.textContent = 'Select it and copy'),
    );
  });
  const isPossible = 'clipboard' in navigator;
  return make('span', { class: 'copyable' }, code(text), ...(isPossible ? [button] : []));
}

function link({ title, url }: { readonly title: string; readonly url: string }): HTMLElement {
  return make('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, title);
}
