import type { Finding } from './finding.ts';
import type { FindingLine } from './log-line.ts';

/** What a log line tells of a finding that was opened, changed or closed. */
export type News = Omit<FindingLine, 'account' | 'correlationId'>;

/** The findings that are not what they were, one line each. @param at when the look began that shows it */
export function changesSince(before: readonly Finding[], now: readonly Finding[], at: Date): News[] {
  const remembered = new Map(before.map((finding) => [finding.id, finding]));
  return now.flatMap((finding) => {
    const earlier = remembered.get(finding.id);
    const event = kindOf(earlier, finding);
    return event === null ? [] : [news(event, finding, at, earlier)];
  });
}

export function news(event: News['event'], finding: Finding, at: Date, before?: Finding): News {
  const { id, resourceId, ruleId, path, severity, status, why, unknownCode, held, exemption, closedCode } = finding;
  return {
    event,
    newsId: newsId(id, at),
    at: at.toISOString(),
    resource: resourceId,
    rule: ruleId,
    finding: id,
    path,
    severity,
    severityBefore: before?.severity ?? null,
    status,
    why,
    unknownCode,
    heldCode: held?.code ?? null,
    heldMessage: held?.message ?? null,
    exemption: exemption && { ...exemption, until: exemption.until.toISOString() },
    closedCode,
  };
}

/** By which a reader knows what is told again. */
export function newsId(findingId: string, at: Date): string {
  return `${findingId}-${at.toISOString()}`;
}

/** What was unknown or exempt and is open now is opened, not changed: alarms and subscribers wait for what is open. */
function kindOf(before: Finding | undefined, finding: Finding): News['event'] | null {
  const wasOver = before === undefined || before.status === 'closed';
  if (finding.status === 'closed') return wasOver ? null : 'finding-closed';
  if (wasOver || (before.status !== 'open' && finding.status === 'open')) return 'finding-opened';
  if (before.status !== 'exempt' && finding.status === 'exempt') return 'finding-exempted';
  return sameToReader(withoutDoubt(before, finding), withoutDoubt(finding, before)) ? null : 'finding-changed';
}

/** As it is told beside the other: that one of both could not be judged is no news, nor that it can be again. */
function withoutDoubt(finding: Finding, other: Finding): Finding {
  const isDoubtful = [finding, other].some(({ held }) => held?.code === 'not-judged');
  return isDoubtful ? { ...finding, held: null } : finding;
}

/** Times and attempts aside. */
export function sameToReader(a: Finding, b: Finding): boolean {
  return fingerprint(a) === fingerprint(b);
}

/** Whether two values say the same, whatever the order of their keys. */
export function sameValue(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

/** A value as JSON with its keys in one order. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, withSortedKeys);
}

function fingerprint(finding: Finding): string {
  const { severity, status, observed, desired, why, unknownCode, fix, held, exemption } = finding;
  return canonical([severity, status, observed, desired, why, unknownCode, fix, held?.code, held?.message, exemption]);
}

/** Keys in one order: what was read from a row has them in another than what a rule made. */
function withSortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
