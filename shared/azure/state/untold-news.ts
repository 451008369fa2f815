import { after, earliest } from '../../core/model/time.ts';
import type { News } from '../../core/plan/news.ts';
import type { LoadedMemory } from '../../ports.ts';
import type { AccountRow } from './account-rows.ts';
import { decodeNews } from './news-column.ts';

/** What rows keep of news that were not told, or not published. */
export function newsIn(
  rows: readonly unknown[],
  account: AccountRow | null,
): Pick<LoadedMemory, 'untold' | 'unpublished'> {
  const all = account?.lookedFrom ?? new Date(0);
  const { loggedUntil = all, publishedUntil = all } = account ?? {};
  const isAfter = (time: Date) => (news: News) => new Date(news.at) > time;
  const kept = rows.flatMap(decodeNews).toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return {
    untold: kept.filter(isAfter(loggedUntil)),
    unpublished: kept.filter((news) => !isAfter(loggedUntil)(news) && isAfter(publishedUntil)(news)),
  };
}

/** Until when all is told, as long as `news` are not, nor what memory has: until just before the first of them. */
export function toldUntil({ untold, unpublished }: LoadedMemory, news: readonly News[], lookedFrom: Date | null) {
  const before = (pending: readonly News[]) => {
    const first = earliest(pending.map(({ at }) => new Date(at)));
    return first === null ? lookedFrom : after(first, -1);
  };
  return {
    loggedUntil: before([...untold, ...news]),
    publishedUntil: before([...unpublished, ...untold, ...news]),
  };
}
