import { after, DAY } from '../../core/model/time.ts';
import type { Finding } from '../../core/plan/finding.ts';
import { SEVERITIES, type Severity } from '../../core/policy/rule.ts';
import type { Trend } from './page-data.ts';

/** So long closed findings are kept. */
const DAYS = 30;

/**
 * How many findings were open at each of the last 30 days: from when each was first seen until it closed. What is exempt or not
 * known today is not counted on any day, since it is not kept since when it is so.
 * @param findings the closed ones too
 */
export function trendOf(findings: readonly Finding[], at: Date): Trend {
  const counted = findings.filter(({ status }) => status === 'open' || status === 'closed');
  const ends = Array.from({ length: DAYS + 1 }, (_, day) => after(at, (day - DAYS) * DAY));
  const openAt = (time: Date, severity: Severity) =>
    counted.filter(
      (finding) =>
        finding.severity === severity &&
        finding.firstSeen <= time &&
        (finding.status === 'open' || finding.lastSeen > time),
    ).length;
  const series = SEVERITIES.map((severity) => [severity, ends.map((time) => openAt(time, severity))] as const);
  const open = Object.fromEntries(series) as Record<Severity, number[]>; // each of them is there
  return { days: ends.map((time) => time.toISOString().slice(0, 10)), open };
}
