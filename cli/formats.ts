import packageJson from '../package.json' with { type: 'json' };
import type { Snapshot } from '../shared/core/model/snapshot.ts';
import { toJson } from '../shared/report/json.ts';
import type { Compliant } from '../shared/report/junit.ts';
import { toSarif } from '../shared/report/sarif.ts';
import type { Place, ScanReport } from '../shared/report/scan-report.ts';
import { scanText } from '../shared/report/terminal/scan-text.ts';
import type { ScanView } from '../shared/report/terminal/scan-view.ts';
import type { Terminal } from '../shared/report/terminal/terminal.ts';
import { rules } from '../shared/rules/index.ts';

/** What a format may say. */
interface Scanned {
  readonly report: ScanReport;
  /** Where in files its findings are, by their ids. */
  readonly places: () => Promise<ReadonlyMap<string, Place>>;
  /** Of the table. */
  readonly view: ScanView;
  /** What complies. */
  readonly compliant: readonly Compliant[];
  /** What was judged. */
  readonly snapshots: readonly Snapshot[];
}

/** A way to report a scan. What only one of them needs is loaded when it is asked for. */
interface Format {
  /** For the help. */
  readonly summary: string;
  /** Of files that are written in it; the longest that fits a name counts. */
  readonly endings: readonly string[];
  readonly make: (scanned: Scanned, terminal: Terminal) => string | Promise<string>;
}

const TOOL = { version: packageJson.version, rules };

/** Every format of `scan`, by its name. */
const TABLE = {
  table: {
    summary: 'for people',
    endings: ['.txt'],
    make: ({ report, view }, terminal) => scanText(report, rules, view, terminal),
  },
  json: { summary: 'for programs, stable and versioned', endings: ['.json'], make: ({ report }) => toJson(report) },
  sarif: {
    summary: 'SARIF 2.1.0, for code scanning',
    endings: ['.sarif', '.sarif.json'],
    make: async ({ report, places }) => toSarif(report, TOOL, await places()),
  },
  html: {
    summary: 'one page for browsers: charts, filters, search; it loads nothing',
    endings: ['.html', '.htm'],
    make: async ({ report, snapshots }) => (await import('./html.ts')).scanAsHtml({ ...report, snapshots }),
  },
  csv: {
    summary: 'for spreadsheets, one line for each finding',
    endings: ['.csv'],
    make: async ({ report }) => (await import('../shared/report/csv.ts')).toCsv(report),
  },
  junit: {
    summary: 'JUnit XML, for the test results of a pipeline',
    endings: ['.xml'],
    make: async ({ report, compliant }) => (await import('../shared/report/junit.ts')).toJunit(report, compliant),
  },
  markdown: {
    summary: 'for a step summary or a comment',
    endings: ['.md', '.markdown'],
    make: async ({ report }) => (await import('../shared/report/step-summary.ts')).toStepSummary(report),
  },
  ocsf: {
    summary: 'OCSF 1.8 Compliance Findings, JSON lines, for a SIEM',
    endings: ['.ocsf.json', '.jsonl', '.ndjson'],
    make: async ({ report }) => (await import('../shared/report/ocsf-finding.ts')).toOcsf(report, TOOL),
  },
} as const satisfies Record<string, Format>;

export type FormatName = keyof typeof TABLE;
export const FORMATS: Readonly<Record<FormatName, Format>> = TABLE;
export const FORMAT_NAMES = Object.keys(TABLE) as readonly FormatName[]; // its keys are these

/** The format of a file by the ending of its name; null where no format has it. */
export function formatOf(file: string): FormatName | null {
  const name = file.toLowerCase();
  const fitting = FORMAT_NAMES.flatMap((format) => FORMATS[format].endings.map((ending) => ({ format, ending })))
    .filter(({ ending }) => name.endsWith(ending))
    .toSorted((a, b) => b.ending.length - a.ending.length);
  return fitting[0]?.format ?? null;
}

/** For the help: what each is for, and which files are written in it. */
export function formatsInWords(): string {
  return FORMAT_NAMES.map((name) => {
    const { summary, endings } = FORMATS[name];
    return `  ${name.padEnd(10)}${summary} (${endings.join(', ')})`;
  }).join('\n');
}
