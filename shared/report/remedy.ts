import { type Finding, isFixable } from '../core/plan/finding.ts';

type Remediable = Pick<Finding, 'fix' | 'held' | 'exemption'>;

/** Who mends it: a person, or the app, and what keeps it from that. As in "fix available (policy: audit)". */
export function remedyOf(finding: Finding): string {
  if (!isFixable(finding)) return NEEDS_YOU;
  const code = finding.held?.code;
  if (code === undefined) return FIX_AVAILABLE;
  return `${FIX_AVAILABLE} (${WAITS_FOR[code] ?? 'it waits'})`;
}

export const NEEDS_YOU = 'needs you';
const FIX_AVAILABLE = 'fix available';

const WAITS_FOR: Readonly<Record<string, string>> = {
  audit: 'policy: audit',
  'needs-approval': 'policy: approve',
};

/** Why a fix is not written, where `remedyOf` does not say all of it; null where it does. */
export function waitsFor({ fix, held, exemption }: Remediable): string | null {
  const isSaid = fix === null || held === null || exemption !== null || held.code in WAITS_FOR;
  return isSaid ? null : held.message;
}
