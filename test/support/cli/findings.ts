import type { ExemptionNote } from '../../../shared/core/plan/exemption-notes.ts';
import { type Finding, NO_ATTEMPTS } from '../../../shared/core/plan/finding.ts';
import { held } from '../../../shared/core/plan/held.ts';
import type { ScanReport } from '../../../shared/report/scan-report.ts';
import { ACCOUNT_ID } from '../snapshots.ts';

export const NOW = new Date('2026-01-10T00:00:00Z');

/** An open finding. */
export function finding(overrides: Partial<Finding> = {}): Finding {
  return {
    id: '0123456789abcdef',
    ruleId: 'account-aad-only',
    resourceId: ACCOUNT_ID,
    path: 'properties.allowedAuthenticationModes',
    severity: 'high',
    status: 'open',
    observed: ['SharedKey'],
    desired: ['AAD'],
    why: 'It accepts SharedKey.',
    unknownCode: null,
    fix: { kind: 'set-account', id: ACCOUNT_ID, set: { authenticationModes: ['AAD'] } },
    held: held('audit', 'audit mode'),
    exemption: null,
    closedCode: null,
    changeId: null,
    firstSeen: NOW,
    lastSeen: NOW,
    attempts: NO_ATTEMPTS,
    ...overrides,
  };
}

/** One whose verdict could not be reached. */
export function unknown(overrides: Partial<Finding> = {}): Finding {
  const nothing = { observed: null, desired: null, fix: null, held: null } as const;
  return finding({ status: 'unknown', why: 'its body is partial', unknownCode: 'not-shown', ...nothing, ...overrides });
}

/** One that somebody has left as it is. */
export function exempt(overrides: Partial<Finding> = {}): Finding {
  const exemption = { owner: 'Ada Example', reason: 'the subnet moves', until: new Date('2026-03-01T00:00:00Z') };
  return finding({ status: 'exempt', exemption, ...overrides });
}

/** What somebody is to see to. */
export const NOTE: ExemptionNote = {
  code: 'over',
  rule: 'account-aad-only',
  covers: ACCOUNT_ID,
  owner: 'Ada Example',
  until: NOW,
  message: 'the exemption of account-aad-only is over',
};

export function report(...findings: readonly Finding[]): ScanReport {
  return { accounts: 3, pools: 12, unreadable: 1, findings, at: NOW, exemptions: [], errors: [], baseline: null };
}
