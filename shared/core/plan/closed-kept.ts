import type { Finding } from './finding.ts';

/** Closed findings that are kept of an account. */
const MOST_CLOSED = 2000;

/** Without those closed longest, where there are too many. What closed now is news: it stays until the next look. */
export function withoutLongestClosed(findings: readonly Finding[], now: Date): Finding[] {
  const closed = findings.filter(({ status }) => status === 'closed');
  const latestFirst = closed.toSorted((a, b) => b.lastSeen.getTime() - a.lastSeen.getTime());
  const tooMany = new Set(latestFirst.slice(MOST_CLOSED).filter(({ lastSeen }) => lastSeen < now));
  return findings.filter((finding) => !tooMany.has(finding));
}
