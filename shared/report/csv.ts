import { stringify } from 'csv-stringify/sync';
import { accountOf, parsePoolId } from '../core/model/resource-id.ts';
import type { Finding } from '../core/plan/finding.ts';
import { type Compared, noveltyOf } from './baseline.ts';
import { fixOnOneLine } from './fix-words.ts';
import { onOneLine } from './harmless.ts';
import { mostSevereFirst, type ScanReport } from './scan-report.ts';

interface Column {
  /** For people. */
  readonly means: string;
  readonly cell: (finding: Finding, baseline: Compared | null) => string;
}

/** The columns and what stands in them. */
export const CSV_COLUMNS = {
  id: { means: 'the same for the same rule, resource and path, in every scan and in the app', cell: ({ id }) => id },
  rule: { means: 'the id of the rule', cell: ({ ruleId }) => ruleId },
  severity: { means: 'info, low, medium, high or critical', cell: ({ severity }) => severity },
  status: { means: 'open, exempt or unknown', cell: ({ status }) => status },
  resource: { means: 'the ARM id of the account or pool', cell: ({ resourceId }) => resourceId },
  account: { means: 'the name of the account', cell: ({ resourceId }) => accountOf(resourceId)?.account ?? '' },
  pool: {
    means: 'the name of the pool; empty for an account',
    cell: ({ resourceId }) => parsePoolId(resourceId)?.pool ?? '',
  },
  path: { means: 'where in the body of the resource; empty for the whole', cell: ({ path }) => path },
  observed: { means: 'what is there: a text as it is, all else as JSON', cell: ({ observed }) => asText(observed) },
  desired: { means: 'what is to be there, likewise', cell: ({ desired }) => asText(desired) },
  why: { means: 'what is wrong, or why it is not known', cell: ({ why }) => why },
  unknownCode: { means: 'why it is not known, for programs', cell: ({ unknownCode }) => unknownCode ?? '' },
  fix: { means: 'what mends it, in words', cell: ({ fix }) => (fix === null ? '' : fixOnOneLine(fix)) },
  heldCode: { means: 'why the fix is not written now, for programs', cell: ({ held }) => held?.code ?? '' },
  heldMessage: { means: 'the same for people', cell: ({ held }) => held?.message ?? '' },
  exemptUntil: {
    means: 'until when it is left as it is: ISO 8601, UTC',
    cell: ({ exemption }) => exemption?.until.toISOString() ?? '',
  },
  exemptOwner: { means: 'who answers for that', cell: ({ exemption }) => exemption?.owner ?? '' },
  exemptReason: { means: 'why it is left', cell: ({ exemption }) => exemption?.reason ?? '' },
  baseline: {
    means: 'new, or known where the baseline has it; empty without one, and where it is exempt',
    cell: (finding, baseline) => noveltyOf(finding, baseline) ?? '',
  },
} satisfies Record<string, Column>;

/**
 * A scan as CSV (RFC 4180, UTF-8): a header, then one line for each finding. A cell is empty where there is nothing to
 * say. Values of `observed` and `desired` that are no texts are JSON. A cell that a spreadsheet would take for a
 * formula begins with an apostrophe.
 */
export function toCsv({ findings, baseline }: ScanReport): string {
  const rows = mostSevereFirst(findings).map((finding) =>
    Object.values(CSV_COLUMNS).map(({ cell }) => onOneLine(cell(finding, baseline))),
  );
  return stringify([Object.keys(CSV_COLUMNS), ...rows], { record_delimiter: 'windows', escape_formulas: true });
}

function asText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
