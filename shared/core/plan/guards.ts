import { isFinish, resourceOf } from '../model/change.ts';
import { findPool, type Snapshot } from '../model/snapshot.ts';
import { listed } from '../model/words.ts';
import type { InvalidPolicy, Mode, Policy } from '../policy/policy.ts';
import { SECRETS_RULE } from '../rotation/pool-secrets.ts';
import { type AcceptedWrites, type Release, whyContested } from './contest.ts';
import type { Fixable } from './finding.ts';
import { whyGivenAgain } from './given-again.ts';
import { type Held, held } from './held.ts';
import { type LastChanges, lastChangeOf } from './last-change.ts';
import { whyOwned } from './owner.ts';

interface Circumstances {
  readonly mode: Exclude<Mode, 'off'>;
  readonly snapshot: Snapshot;
  readonly policy: Policy | InvalidPolicy;
  readonly lastChanges: LastChanges;
  readonly accepted: AcceptedWrites;
  readonly releases: readonly Release[];
  readonly now: Date;
}

/** Why this finding's change is not written now, whatever its pool's nodes; null when it may be. The first reason found is given. */
export function whyHeld(finding: Fixable, circumstances: Circumstances): Held | null {
  if (isFinish(finding.fix)) return null;
  const { mode, snapshot, policy, lastChanges, accepted, releases, now } = circumstances;
  if ('invalid' in policy) return held('policy-invalid', `policy invalid: ${policy.invalid}`);
  if (policy.freeze) return held('frozen', 'the policy is frozen');
  if (mode === 'audit') return held('audit', 'audit mode');
  if (mode === 'approve') return held('needs-approval', 'approval is not available yet');
  if (!isReadFor(finding, snapshot)) return held('incomplete', whyIncomplete(snapshot));
  const lastChange = lastChangeOf(lastChanges, resourceOf(finding.fix));
  const others =
    whyOwned(policy.pipelines, lastChange, now) ??
    (finding.ruleId === SECRETS_RULE
      ? whyGivenAgain(finding, snapshot, releases, now)
      : whyContested(finding, accepted(finding), releases, lastChange, now));
  if (others !== null) return others;
  const { refused } = finding.attempts;
  if (refused !== null && refused.nextTry > now) {
    return { code: refused.code, message: refused.message, until: refused.nextTry };
  }
  return whyNotWritable(finding, snapshot);
}

/** A change of the account may cut off a pool that could not be read. One of a pool concerns none but that, and the account. */
function isReadFor({ fix }: Fixable, { complete, lacksPoolsOnly = false }: Snapshot): boolean {
  return complete || (lacksPoolsOnly && fix.kind !== 'set-account');
}

function whyNotWritable({ fix }: Fixable, snapshot: Snapshot): Held | null {
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
