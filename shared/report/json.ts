import type { Change, Fix } from '../core/model/change.ts';
import type { NatRule } from '../core/model/nat-pool.ts';
import type { Finding } from '../core/plan/finding.ts';
import { jsonText } from './harmless.ts';
import { mostSevereFirst, type ScanReport } from './scan-report.ts';

/**
 * A scan as JSON, for programs. `schema` grows when a reader of the old form would be misled; new keys alone do not
 * change it.
 *
 * - A finding has always the same keys. `observed`, `desired` and `fix` are null where there is nothing to say, as
 *   in an unknown one. `held` is null, or why the fix is not written now: `{ code, message, until }`. Programs read
 *   the code, one of `HELD_CODES`; the message is for people; `until` is a time or null.
 * - `status` is `open`, `exempt` or `unknown`. `exemption` is null unless it is exempt: then `{ owner, reason, until }`.
 * - `exemptions` are notes about those of the policy: `{ code, rule, covers, owner, until, message }`, where the code is
 *   `ends-soon` (within 30 days), `over` or `matches-nothing` (no finding of this scan). `covers` is an ARM id or patterns.
 * - `unknownCode` is null unless the status is unknown: then `reading-failed` (another look may cure it), `unreadable`,
 *   `not-shown` or `undecided`; `why` says it to people.
 * - `fix` is `{ kind: 'manual', why }`, or a change: `{ kind: 'set-account' | 'set-pool' | 'set-secret', id, set }`. `set` has only
 *   the settings to reach, each as the whole new value. Of an account: `authenticationModes`, `autoStorage`,
 *   `identityIds`, `publicNetworkAccess` and `networkProfile`. Of a pool: `identityIds`, `publicIp`,
 *   `users` (each `name` and `elevationLevel`), `scale` (`kind`, then `dedicated` and
 *   `lowPriority`, or `formula` and `interval`), `metadata` and `endpoints`, its NAT pools or null.
 * - A NAT pool has `name`, `protocol`, `backendPort`, `frontendPortRangeStart`, `frontendPortRangeEnd` and `rules`; a
 *   rule `priority`, `access`, `sourceAddressPrefix` and `sourcePortRanges` (null: all). A network profile has
 *   `accountAccess` and `nodeManagementAccess`, each null or `defaultAction` and `ipRules`, of which each has `value`.
 *   Any of them has `unmodelled` only when ARM answered fields that are kept as read.
 */
export function toJson({ accounts, pools, findings, exemptions, errors }: ScanReport): string {
  const report = {
    schema: 1,
    accounts,
    pools,
    findings: mostSevereFirst(findings).map(findingJson),
    exemptions,
    errors: errors.map(pick),
  };
  return `${jsonText(report, 2, withoutEmptyUnmodelled)}\n`;
}

function pick({ source, path, message }: ScanReport['errors'][number]) {
  return { source, path, message };
}

function findingJson(finding: Finding) {
  const { id, ruleId, resourceId, severity, status, path, observed, desired, why } = finding;
  const { unknownCode, fix, held, exemption } = finding;
  return {
    id,
    rule: ruleId,
    resource: resourceId,
    severity,
    status,
    path,
    observed: observed ?? null,
    desired: desired ?? null,
    why,
    unknownCode,
    fix: fix === null ? null : fixJson(fix),
    held: held === null ? null : { code: held.code, message: held.message, until: held.until },
    exemption,
  };
}

function fixJson(fix: Fix) {
  return fix.kind === 'manual' ? { kind: fix.kind, why: fix.why } : { kind: fix.kind, id: fix.id, set: setJson(fix) };
}

function setJson(change: Change): object {
  if (change.kind !== 'set-pool' || !change.set.endpoints) return change.set;
  const endpoints = change.set.endpoints.map((natPool) => ({ ...natPool, rules: natPool.rules.map(inOneOrder) }));
  return { ...change.set, endpoints };
}

/** Rules are made in many places: here their keys get one order. */
function inOneOrder({ priority, access, sourceAddressPrefix, sourcePortRanges, unmodelled }: NatRule): NatRule {
  return { priority, access, sourceAddressPrefix, sourcePortRanges, unmodelled };
}

function withoutEmptyUnmodelled(key: string, value: unknown): unknown {
  return key === 'unmodelled' && Object.keys(Object(value)).length === 0 ? undefined : value;
}
