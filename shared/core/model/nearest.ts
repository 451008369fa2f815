import leven from 'leven';

const MOST = 5;
/** Longer than any name that is known anywhere. What is longer is near to none, and would take long to compare. */
const LONGEST = 80;

/** Of `names` those that contain the name; else those that the fewest changes of letters lead to, if these are few. Case does not matter. */
export function nearest(name: string, names: readonly string[]): string[] {
  const asked = name.toLowerCase();
  if (asked.length > LONGEST) return [];
  const known = names.map((one) => ({ one, lower: one.toLowerCase() }));
  const containing = known.filter(({ lower }) => asked.length > 2 && lower.includes(asked));
  if (containing.length > 0) return containing.map(({ one }) => one).slice(0, MOST);
  const allowed = fewAllowed(asked);
  const ranked = known
    .filter(({ lower }) => Math.abs(lower.length - asked.length) <= allowed)
    .map(({ one, lower }) => ({ one, changes: leven(asked, lower) }));
  const fewest = Math.min(allowed, ...ranked.map(({ changes }) => changes));
  return ranked
    .filter(({ changes }) => changes === fewest)
    .map(({ one }) => one)
    .slice(0, MOST);
}

function fewAllowed(asked: string): number {
  return asked.length <= 3 ? 1 : Math.max(2, asked.length / 3);
}

/** "a", "a or b", "a, b or c". */
export function either(items: readonly string[]): string {
  return [items.slice(0, -1).join(', '), ...items.slice(-1)].filter(Boolean).join(' or ');
}
