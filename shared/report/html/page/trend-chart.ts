import type { Trend } from '../page-data.ts';
import { count, draw, make, number } from './dom.ts';
import { SEVERITIES } from './words.ts';

const WIDTH = 600;
const HEIGHT = 120;

/** Areas by severity, the gravest at the bottom. */
export function trendCard({ days, open }: Trend): HTMLElement {
  const sums = days.map((_, day) => SEVERITIES.reduce((sum, severity) => sum + (open[severity][day] ?? 0), 0));
  const most = Math.max(1, ...sums);
  const x = (day: number) => (day / Math.max(1, days.length - 1)) * WIDTH;
  const y = (n: number) => HEIGHT - (n / most) * (HEIGHT - 4);
  let below = days.map(() => 0);
  const areas = SEVERITIES.map((severity) => {
    const above = below.map((n, day) => n + (open[severity][day] ?? 0));
    const top = above.map((n, day) => `${x(day)},${y(n)}`);
    const bottom = below.map((n, day) => `${x(day)},${y(n)}`).toReversed();
    below = above;
    return draw('polygon', { class: severity, points: [...top, ...bottom].join(' ') });
  });
  const [first = 0, last = 0] = [sums[0], sums.at(-1)];
  const words = `${count(first, 'finding')} open on ${days[0] ?? ''}, ${number(last)} on ${days.at(-1) ?? ''}, at most ${number(most)}.`;
  const picture = draw('svg', {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    preserveAspectRatio: 'none',
    role: 'img',
    'aria-label': words,
    class: 'trend',
  });
  picture.append(...areas);
  const axis = make('p', { class: 'axis' }, make('span', {}, days[0] ?? ''), make('span', {}, days.at(-1) ?? ''));
  return make(
    'section',
    { class: 'card wide', 'aria-label': 'Open findings over time' },
    make('h2', {}, 'Open findings over time'),
    picture,
    axis,
    make('p', { class: 'muted' }, words),
  );
}
