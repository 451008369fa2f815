import { stringify } from 'csv-stringify/sync';
import { accountOf, parsePoolId } from '../core/model/resource-id.ts';
import type { Finding } from '../core/plan/finding.ts';
import { fixOnOneLine } from './fix-words.ts';
import { onOneLine } from './harmless.ts';
import { mostSevereFirst, type ScanReport } from './scan-report.ts';

/** The columns and what stands in them. */
const COLUMNS = {
  id: ({ id }) => id,
  rule: ({ ruleId }) => ruleId,
  severity: ({ severity }) => severity,
  status: ({ status }) => status,
  resource: ({ resourceId }) => resourceId,
  account: ({ resourceId }) => accountOf(resourceId)?.account ?? '',
  pool: ({ resourceId }) => parsePoolId(resourceId)?.pool ?? '',
  path: ({ path }) => path,
  observed: ({ observed }) => asText(observed),
  desired: ({ desired }) => asText(desired),
  why: ({ why }) => why,
  unknownCode: ({ unknownCode }) => unknownCode ?? '',
  fix: ({ fix }) => (fix === null ? '' : fixOnOneLine(fix)),
  heldCode: ({ held }) => held?.code ?? '',
  heldMessage: ({ held }) => held?.message ?? '',
  exemptUntil: ({ exemption }) => exemption?.until.toISOString() ?? '',
  exemptOwner: ({ exemption }) => exemption?.owner ?? '',
  exemptReason: ({ exemption }) => exemption?.reason ?? '',
} satisfies Record<string, (finding: Finding) => string>;

/**
 * A scan as CSV (RFC 4180, UTF-8): a header, then one line for each finding. A cell is empty where there is nothing to
 * say. Values of `observed` and `desired` that are no texts are JSON. A cell that a spreadsheet would take for a
 * formula begins with an apostrophe.
 */
export function toCsv({ findings }: ScanReport): string {
  const rows = mostSevereFirst(findings).map((finding) =>
    Object.values(COLUMNS).map((cell) => onOneLine(cell(finding))),
  );
  return stringify([Object.keys(COLUMNS), ...rows], { record_delimiter: 'windows', escape_formulas: true });
}

function asText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
