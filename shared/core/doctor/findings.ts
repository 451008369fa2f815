import { manual } from '../model/change.ts';
import { truncated } from '../model/words.ts';
import { closed } from '../plan/carry-over.ts';
import { type Finding, NO_ATTEMPTS } from '../plan/finding.ts';
import { findingId } from '../plan/finding-id.ts';
import type { Check } from './check.ts';

/** The rule of the findings that failing checks leave. */
export const DOCTOR = 'doctor';

/**
 * The findings after the checks: one for each that fails. Only a check that is well again ends its finding: a warning may be
 * of what could not be read.
 * @param before those that are kept, closed ones too
 * @returns those that are not as they were
 */
export function findingsAfter(checks: readonly Check[], before: readonly Finding[], now: Date): Finding[] {
  const known = new Map(before.map((finding) => [finding.id, finding]));
  const made = checks.flatMap((check) => {
    const earlier = known.get(idOf(check));
    if (check.result === 'fail') return [failing(check, earlier, now)];
    const isOver = check.result === 'ok' && earlier !== undefined && earlier.status !== 'closed';
    return isOver ? [closed(earlier, 'checked-again', now)] : [];
  });
  const checked = new Set(checks.map(idOf));
  const resources = new Set(checks.map(({ about }) => about));
  const left = before.filter(({ id, status }) => status !== 'closed' && !checked.has(id));
  const [unchecked, unwatched] = [
    left.filter(({ resourceId }) => resources.has(resourceId)),
    left.filter(({ resourceId }) => !resources.has(resourceId)),
  ];
  // Which checks there are depends on the policy: without it, one that is not made says nothing.
  const isPolicySeen = checks.some(({ name, result }) => name === 'policy' && result === 'ok');
  return [
    ...made,
    ...(isPolicySeen ? unchecked : []).map((finding) => closed(finding, 'checked-again', now)),
    ...unwatched.map((finding) => closed(finding, 'not-watched', now)),
  ];
}

function idOf({ about, name }: Pick<Check, 'about' | 'name'>): string {
  return findingId(DOCTOR, about, name);
}

function failing(check: Check, earlier: Finding | undefined, now: Date): Finding {
  const wasOpen = earlier !== undefined && earlier.status !== 'closed';
  return {
    id: idOf(check),
    ruleId: DOCTOR,
    resourceId: check.about,
    path: check.name,
    severity: 'high',
    status: 'open',
    observed: null,
    desired: null,
    why: truncated(check.why),
    unknownCode: null,
    fix: manual(truncated(check.todo ?? '')),
    changeId: null,
    exemption: null,
    held: null,
    closedCode: null,
    firstSeen: wasOpen ? earlier.firstSeen : now,
    lastSeen: now,
    attempts: NO_ATTEMPTS,
  };
}
