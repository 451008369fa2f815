import { untilWhen } from '../core/plan/exemption-notes.ts';
import type { Exempt } from '../core/policy/exemption.ts';

/** As in "Exempt until 2027-04-01T00:00Z, ends in 12 days; owner: Ada Example; reason: the subnet moves". */
export function exemptionInWords(exemption: Exempt, now: Date): string {
  const { owner, reason } = exemption;
  return `${untilWhen(exemption, now).replace(/^e/, 'E')}; owner: ${owner}; reason: ${reason}`;
}
