import type { Drain } from '../drain/drain.ts';
import { isFinish, resourceOf } from '../model/change.ts';
import { sameId } from '../model/resource-id.ts';
import { findPool, type Snapshot } from '../model/snapshot.ts';
import { listed } from '../model/words.ts';
import { exemptInWords } from '../policy/exemption-words.ts';
import type { InvalidPolicy, Mode, Policy } from '../policy/policy.ts';
import { SECRETS_RULE } from '../rotation/pool-secrets.ts';
import { type Approval, approvalFor } from './approvals.ts';
import { type AcceptedWrites, type Release, whyUndoneByOthers } from './contest.ts';
import type { Fixable } from './finding.ts';
import { whyGivenAgain } from './given-again.ts';
import { type Held, held } from './held.ts';
import { type KeyUse, keyUseDoubt } from './key-use.ts';
import { lastChangeOf } from './last-change.ts';
import { whyOwned } from './owner.ts';
import { UNDO, type Undo, whyUndone } from './undo.ts';

/** What guards ask, beside the finding. */
interface Circumstances extends KeyUse {
  readonly mode: Exclude<Mode, 'off'>;
  readonly snapshot: Snapshot;
  readonly policy: Policy;
  readonly accepted: AcceptedWrites;
  readonly releases: readonly Release[];
  readonly approvals: readonly Approval[];
  readonly drains: readonly Drain[];
  readonly undos: readonly Undo[];
  readonly now: Date;
}

/** Why the change of a finding is not written now; null where this guard lets it pass. */
type Guard = (finding: Fixable, circumstances: Circumstances) => Held | null;

/** In this order: where one refuses, no later one is asked. */
const GUARDS: readonly Guard[] = [
  whyFrozen,
  whyAudit,
  whyExempt,
  whyNotReadWhole,
  whyPipelineOwns,
  whyContested,
  whyUndone,
  whyKeysInUse,
  whyNeedsApproval,
  whyBackingOff,
  whyNotWritable,
];

/** Why this finding's change is not written now, whatever its pool's nodes; null when it may be. The first reason found is given. */
export function whyHeld(
  finding: Fixable,
  { policy, ...around }: Omit<Circumstances, 'policy'> & { readonly policy: Policy | InvalidPolicy },
): Held | null {
  if (isFinish(finding.fix)) return null;
  if ('invalid' in policy) return held('policy-invalid', `policy invalid: ${policy.invalid}`);
  for (const guard of GUARDS) {
    const reason = guard(finding, { policy, ...around });
    if (reason !== null) return reason;
  }
  return null;
}

function whyFrozen(_: Fixable, { policy }: Circumstances): Held | null {
  return policy.freeze ? held('frozen', 'the policy is frozen') : null;
}

function whyAudit(_: Fixable, { mode }: Circumstances): Held | null {
  return mode === 'audit' ? held('audit', 'audit mode') : null;
}

function whyExempt({ exemption }: Fixable): Held | null {
  return exemption && { code: 'exempt', message: exemptInWords(exemption), until: exemption.until };
}

function whyNotReadWhole(finding: Fixable, { snapshot }: Circumstances): Held | null {
  return isReadFor(finding, snapshot) ? null : held('incomplete', whyIncomplete(snapshot));
}

function whyPipelineOwns({ fix }: Fixable, { policy, lastChanges, now }: Circumstances): Held | null {
  return whyOwned(policy.pipelines, lastChangeOf(lastChanges, resourceOf(fix)), now);
}

function whyContested(finding: Fixable, around: Circumstances): Held | null {
  const { snapshot, lastChanges, accepted, releases, now } = around;
  // Each wish is written once: nothing goes round, however many there are.
  if (finding.ruleId === UNDO) return null;
  if (finding.ruleId === SECRETS_RULE) return whyGivenAgain(finding, snapshot, releases, now);
  const lastChange = lastChangeOf(lastChanges, resourceOf(finding.fix));
  return whyUndoneByOthers(finding, accepted(finding), releases, lastChange, now);
}

function whyKeysInUse(finding: Fixable, around: Circumstances): Held | null {
  const { snapshot, policy, now } = around;
  const reason = keyUseDoubt(finding.fix, snapshot, around, policy.keyUse.graceDays, now);
  return reason === null || isApproved(finding, around) ? null : reason;
}

function whyNeedsApproval(finding: Fixable, around: Circumstances): Held | null {
  const { changeId } = finding;
  if (around.mode !== 'approve' || isApproved(finding, around)) return null;
  return held('needs-approval', `waits for the approval of change ${changeId}`);
}

function isApproved(finding: Fixable, { approvals, drains, now }: Circumstances): boolean {
  const drain = drains.find(({ ended, poolId }) => ended === null && sameId(poolId, resourceOf(finding.fix))) ?? null;
  return approvalFor(finding, approvals, drain, now) !== null;
}

function whyBackingOff({ attempts: { refused } }: Fixable, { now }: Circumstances): Held | null {
  if (refused === null || refused.nextTry <= now) return null;
  return { code: refused.code, message: refused.message, until: refused.nextTry };
}

/** A change of the account may cut off a pool that could not be read. One of a pool concerns none but that, and the account. */
function isReadFor({ fix }: Fixable, { complete, lacksPoolsOnly = false }: Snapshot): boolean {
  return complete || (lacksPoolsOnly && fix.kind !== 'set-account');
}

function whyNotWritable({ fix }: Fixable, { snapshot }: Circumstances): Held | null {
  if (fix.kind === 'set-account') return null;
  const pool = findPool(snapshot, resourceOf(fix));
  if (pool === undefined) return held('incomplete', 'the pool was not read');
  if (pool.isNewer) return held('incomplete', NEWER);
  if (pool.etag === null) return held('no-etag', 'its body has no etag, so that a write could not be guarded');
  return null;
}

const NEWER =
  'the pool was made with a newer api-version than this program knows: what that hides would be lost in a write';

export function whyIncomplete({ problems }: Snapshot): string {
  const messages = problems.map(({ message }) => message);
  return `the account could not be read whole: ${listed(messages, '; ')}`;
}
