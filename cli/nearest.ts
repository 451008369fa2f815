import { either, nearest } from '../shared/core/model/nearest.ts';
import { wrap } from '../shared/report/terminal/wrap.ts';
import type { Io } from './io.ts';

/** "No such rule", with the names that are near and with all of them. */
export function noSuchRule(name: string, ids: readonly string[], { width }: Pick<Io, 'width'>): string {
  const text = `No such rule: ${name}. ${didYouMean(name, ids)}The rules are: ${ids.join(', ')}.`;
  return wrap(text, width).join('\n');
}

/** "Did you mean a, b or c? ", or nothing. */
export function didYouMean(name: string, names: readonly string[]): string {
  const near = nearest(name, names);
  return near.length === 0 ? '' : `Did you mean ${either(near)}? `;
}
