import leven from 'leven';
import { wrap } from '../shared/report/terminal/wrap.ts';
import type { Io } from './io.ts';

const MOST = 5;

/** "No such rule", with the names that are near and with all of them. */
export function noSuchRule(name: string, ids: readonly string[], { width }: Pick<Io, 'width'>): string {
  const text = `No such rule: ${name}. ${didYouMean(name, ids)}The rules are: ${ids.join(', ')}.`;
  return wrap(text, width).join('\n');
}

/** "Did you mean a, b or c? ", or nothing. */
export function didYouMean(name: string, names: readonly string[]): string {
  const near = nearest(name, names);
  const last = near.slice(-1);
  return near.length === 0
    ? ''
    : `Did you mean ${[near.slice(0, -1).join(', '), ...last].filter(Boolean).join(' or ')}? `;
}

/** Those that contain the name; else those that the fewest changes of letters lead to, if these are few. */
function nearest(name: string, names: readonly string[]): string[] {
  const asked = name.toLowerCase();
  const containing = names.filter((one) => asked.length > 2 && one.toLowerCase().includes(asked));
  if (containing.length > 0) return containing.slice(0, MOST);
  const ranked = names.map((one) => ({ one, changes: leven(asked, one.toLowerCase()) }));
  const fewest = Math.min(...ranked.map(({ changes }) => changes));
  if (fewest > Math.max(2, asked.length / 3)) return [];
  return ranked
    .filter(({ changes }) => changes === fewest)
    .map(({ one }) => one)
    .slice(0, MOST);
}
