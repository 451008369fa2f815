import type { Change, Fix } from '../core/model/change.ts';
import type { NatRule } from '../core/model/nat-pool.ts';
import type { Finding } from '../core/plan/finding.ts';
import { noveltyOf } from './baseline.ts';
import { jsonText } from './harmless.ts';
import { mostSevereFirst, type ScanReport } from './scan-report.ts';

/** A scan as JSON, for programs: what `report-schema.ts` says, and docs/formats.md. */
export function toJson({ accounts, pools, findings, exemptions, errors, baseline }: ScanReport): string {
  const report = {
    schema: 1,
    accounts,
    pools,
    findings: mostSevereFirst(findings).map((finding) => ({
      ...findingJson(finding),
      baseline: noveltyOf(finding, baseline),
    })),
    exemptions,
    errors: errors.map(pick),
    baseline: baseline && { closed: baseline.closed, unjudged: baseline.unjudged },
  };
  return `${jsonText(report, 2, withoutEmptyUnmodelled)}\n`;
}

function pick({ source, path, message }: ScanReport['errors'][number]) {
  return { source, path, message };
}

/** As reports have it, without what only a scan can tell. */
export function findingJson(finding: Finding) {
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

/** For `jsonText`. */
export function withoutEmptyUnmodelled(key: string, value: unknown): unknown {
  return key === 'unmodelled' && Object.keys(Object(value)).length === 0 ? undefined : value;
}
