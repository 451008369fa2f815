import type { Section } from './page-data.ts';

/** A table below the findings; none where there is nothing to tell. @param cells what stands in each column, by its heading */
export function sectionOf<T>(
  title: string,
  about: string,
  items: readonly T[],
  cells: Readonly<Record<string, (item: T) => string>>,
): Section[] {
  if (items.length === 0) return [];
  const rows = items.map((item) => Object.values(cells).map((cell) => cell(item)));
  return [{ title, about, head: Object.keys(cells), rows }];
}
