import { isHolding } from '../policy/exemption.ts';
import type { InvalidPolicy, Policy } from '../policy/policy.ts';
import type { Finding } from './finding.ts';

/**
 * An open finding that the policy exempts now is exempt; an exempt one that it does not is open. What is unknown or closed
 * stays so. Where the policy is not valid, the exemption that the finding has counts until its own end.
 */
export function exempted(finding: Finding, policy: Policy | InvalidPolicy, now: Date): Finding {
  if ('invalid' in policy) return asOf(finding, now);
  if (finding.status !== 'open' && finding.status !== 'exempt') return finding;
  const exemption = policy.exemptionFor(finding.ruleId, finding.resourceId, now);
  if (exemption === null) return finding.status === 'open' ? finding : reopened(finding);
  return { ...finding, status: 'exempt', exemption };
}

/** The finding of a look as it stands now: an exemption may have ended since. */
export function asOf(finding: Finding, now: Date): Finding {
  const { exemption } = finding;
  return exemption === null || isHolding(exemption, now) ? finding : reopened(finding);
}

function reopened(finding: Finding): Finding {
  const held = finding.held?.code === 'exempt' ? null : finding.held;
  return { ...finding, status: 'open', exemption: null, held };
}
