import { accountOf, idKey, parsePoolId } from '../../core/model/resource-id.ts';
import { shortName } from '../short-name.ts';
import { harmless } from './harmless.ts';
import { indented } from './indent.ts';
import type { Terminal } from './terminal.ts';
import { wrap } from './wrap.ts';

/** So many pools stand each on a line of its own. */
const SINGLE = 3;
const MOST_ACCOUNTS = 8;
const MARGIN = 4;

/** The resources, short: accounts by name, a few pools too, more of them as a number for each account. */
export function placesInShort(resourceIds: readonly string[], terminal: Terminal): string[] {
  const ids = distinct(resourceIds);
  const pools = ids.filter((id) => parsePoolId(id) !== null);
  if (pools.length > 0 && ids.length <= SINGLE) return ids.map((id) => indented(MARGIN, harmless(shortName(id))));
  const byAccount = [...Map.groupBy(ids, (id) => idKey(accountOf(id)?.text ?? id)).values()].toSorted(
    (a, b) => b.length - a.length,
  );
  const shown = byAccount.length <= MOST_ACCOUNTS + 1 ? byAccount : byAccount.slice(0, MOST_ACCOUNTS);
  const names = shown.map((those) => {
    const name = accountOf(those[0] ?? '')?.account ?? those[0] ?? '';
    return pools.length === 0 ? name : `${name} (${inDigits(those.length)})`;
  });
  return packed([...names, ...andMore(byAccount.slice(shown.length), pools.length > 0)], MARGIN, terminal);
}

/** Separated by commas, none broken in two where a line can hold it. */
function packed(items: readonly string[], columns: number, terminal: Terminal): string[] {
  const lines: string[] = [];
  for (const [at, item] of items.entries()) {
    const next = harmless(item) + (at < items.length - 1 ? ',' : '');
    const last = lines.at(-1);
    if (last !== undefined && columns + last.length + 1 + next.length <= terminal.width)
      lines[lines.length - 1] = `${last} ${next}`;
    else lines.push(next);
  }
  return lines.flatMap((line) => indentedText(line, columns, terminal));
}

/** As in "and 5,310 more in 1,792 accounts". */
function andMore(accounts: readonly (readonly string[])[], ofPools: boolean): string[] {
  if (accounts.length === 0) return [];
  const n = accounts.reduce((sum, { length }) => sum + length, 0);
  const where = ofPools ? ` in ${inDigits(accounts.length)} accounts` : '';
  return [`and ${inDigits(n)} more${where}; --details shows all`];
}

/** Each id once, on a line of its own, whole. */
export function placesInFull(resourceIds: readonly string[]): string[] {
  return distinct(resourceIds).map((id) => indented(MARGIN, harmless(id)));
}

export function distinct(resourceIds: readonly string[]): string[] {
  return [...new Map(resourceIds.map((id) => [idKey(id), id])).values()];
}

/** "5,310": of numbers that a person reads. */
export function inDigits(n: number): string {
  return n.toLocaleString('en-US');
}

export function indentedText(text: string, columns: number, { width }: Terminal): string[] {
  return wrap(text, width - columns).map((line) => indented(columns, line));
}
