import { isFailure } from '../model/reading.ts';
import { sameId } from '../model/resource-id.ts';
import { findPool, type Snapshot } from '../model/snapshot.ts';
import { after, DAY } from '../model/time.ts';
import type { Verdict } from '../policy/evaluate.ts';
import type { InvalidPolicy, Policy } from '../policy/policy.ts';
import { CLOSED_BECAUSE, type ClosedCode } from './closing.ts';
import { DRAIN } from './drain-finding.ts';
import type { Finding } from './finding.ts';
import { whyIncomplete } from './guards.ts';
import { type HeldCode, held } from './held.ts';

/** The rule of the finding that a poisoned message leaves. */
export const COULD_NOT_LOOK = 'could-not-look';

const FORGET_CLOSED_AFTER = 30 * DAY;

interface Look {
  readonly snapshot: Snapshot;
  readonly verdicts: readonly Verdict[];
  readonly policy: Policy | InvalidPolicy;
  readonly now: Date;
}

/** What becomes of a remembered finding that this look does not show; nothing when it is to be forgotten. */
export function carryOver(finding: Finding, { snapshot, verdicts, policy, now }: Look): Finding[] {
  if (finding.status === 'closed') return now > after(finding.lastSeen, FORGET_CLOSED_AFTER) ? [] : [finding];
  if (finding.ruleId === COULD_NOT_LOOK) return [closed(finding, 'looked-again', now)];
  const isListed = [snapshot.accountId, ...snapshot.pools.map(({ id }) => id)].some((id) =>
    sameId(id, finding.resourceId),
  );
  if (finding.ruleId === DRAIN && isListed)
    return findPool(snapshot, finding.resourceId) === undefined ? [finding] : [closed(finding, 'drain-over', now)];
  if ('invalid' in policy) return [kept(finding, 'policy-invalid', `policy invalid: ${policy.invalid}`)];
  if (!isListed && snapshot.complete) return [closed(finding, 'pool-gone', now)];
  if (!isListed) return [kept(finding, 'incomplete', whyIncomplete(snapshot))];

  const verdict = verdicts.find(
    ({ rule, resourceId }) => rule.id === finding.ruleId && sameId(resourceId, finding.resourceId),
  );
  if (verdict === undefined) return [closed(finding, 'rule-off', now)];
  // One of too many to have a finding each: it is there all the same.
  if (verdict.outcomes.some((outcome) => 'fix' in outcome && outcome.path === finding.path)) return [finding];
  const unknowns = verdict.outcomes.filter((outcome) => 'unknown' in outcome);
  // What a body leaves open of one thing says nothing of another; what could not be read may hide anything.
  const unknown =
    unknowns.find(({ path }) => path === finding.path) ??
    unknowns.find(({ path, unknown: { code } }) => path === '' || isFailure(code));
  if (unknown === undefined) return [closed(finding, 'compliant', now)];
  return [kept(finding, 'not-judged', `not judged: ${unknown.unknown.message}`)];
}

function kept(finding: Finding, code: HeldCode, message: string): Finding {
  return { ...finding, held: held(code, message) };
}

/** The same findings, those that had not ended before ended now. */
export function closedAll(findings: readonly Finding[], code: ClosedCode, now: Date): Finding[] {
  return findings.map((finding) => (finding.status === 'closed' ? finding : closed(finding, code, now)));
}

/** A finding that ended, and why. */
export function closed(finding: Finding, code: ClosedCode, now: Date): Finding {
  const why = CLOSED_BECAUSE[code];
  return {
    ...finding,
    status: 'closed',
    closedCode: code,
    observed: null,
    desired: null,
    why,
    unknownCode: null,
    fix: null,
    changeId: null,
    held: null,
    exemption: null,
    lastSeen: now,
  };
}
