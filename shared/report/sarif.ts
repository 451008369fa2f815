import type { ExemptionNote } from '../core/plan/exemption-notes.ts';
import type { Finding } from '../core/plan/finding.ts';
import type { Exempt } from '../core/policy/exemption.ts';
import { exemptInWords } from '../core/policy/exemption-words.ts';
import type { Rule, Severity } from '../core/policy/rule.ts';
import { sourceUrl } from '../core/policy/source.ts';
import { isNew, type KnownFinding } from './baseline.ts';
import { fixOnOneLine } from './fix-words.ts';
import { jsonText } from './harmless.ts';
import { mostSevereFirst, type Place, type ReportError, type ScanReport } from './scan-report.ts';
import { shortName } from './short-name.ts';

interface Tool {
  readonly version: string;
  /** All that it knows, whether or not they are on. */
  readonly rules: readonly Rule[];
}

const LEVELS = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
} as const satisfies Record<Severity, string>;

/** GitHub's scale: above 9 is critical, from 7 high, from 4 medium, above 0 low. */
const SECURITY_SEVERITY: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '2.0',
  info: '0.0',
};

/**
 * A scan as SARIF 2.1.0, for code scanning. An open finding is a result of kind `fail`, an exempt one too, with a
 * suppression that says by whose word, an unknown one of kind `open`, an error a notification of the invocation. Where: the logical
 * location is the ARM id, then `#` and the path in the body; the artifact is the file that it was read from, else the ARM id as a
 * relative reference, since some readers drop results without a file. Compared with a baseline, each result has a state.
 * @param places of findings, by their ids
 */
export function toSarif(
  { findings, exemptions, errors, baseline }: ScanReport,
  { version, rules }: Tool,
  places: ReadonlyMap<string, Place>,
): string {
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Batch Warden',
            fullName: `Batch Warden ${version}`,
            semanticVersion: version,
            rules: rules.map(descriptor),
          },
        },
        invocations: [
          {
            executionSuccessful: errors.length === 0,
            toolExecutionNotifications: [
              ...errors.map(notification),
              ...exemptions.map(note),
              ...(baseline?.closed ?? []).map(closedNote),
            ],
          },
        ],
        columnKind: 'utf16CodeUnits',
        results: mostSevereFirst(findings).map((finding) => ({
          ...result(finding, rules, places.get(finding.id)),
          ...(baseline === null ? {} : { baselineState: isNew(baseline)(finding) ? 'new' : 'unchanged' }),
        })),
      },
    ],
  };
  return `${jsonText(log, 2)}\n`;
}

function descriptor(rule: Rule) {
  const { id, title, severity, defaultOff } = rule;
  const page = `docs/rules/${id}.md`;
  return {
    id,
    name: id.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: message(`${title}.`),
    fullDescription: message(`${title}.`),
    help: message(`Why, what it looks at, what it does and when to exempt: ${page}, or "batch-warden explain ${id}".`),
    ...helpUri(rule),
    defaultConfiguration: { enabled: !defaultOff, level: LEVELS[severity] },
    properties: { tags: ['security'], 'security-severity': SECURITY_SEVERITY[severity] },
  };
}

/** Of the first document that the rule comes from: the page of the rule itself is in no public place. */
function helpUri({ sources: [source] }: Rule): { helpUri?: string } {
  return source === undefined ? {} : { helpUri: sourceUrl(source) };
}

function result(finding: Finding, rules: readonly Rule[], place: Place | undefined) {
  const { id, ruleId, resourceId, path, severity, status, observed, desired, unknownCode, held, exemption } = finding;
  const ruleIndex = rules.findIndex((rule) => rule.id === ruleId);
  const isThere = status !== 'unknown';
  return {
    ruleId,
    ...(ruleIndex < 0 ? {} : { ruleIndex }),
    kind: isThere ? 'fail' : 'open',
    level: isThere ? LEVELS[severity] : 'none',
    message: message(`${shortName(resourceId)}: ${inWords(finding)}`),
    locations: [
      {
        physicalLocation: physicalLocation(resourceId, place),
        logicalLocations: [
          {
            name: shortName(resourceId),
            fullyQualifiedName: path === '' ? resourceId : `${resourceId}#${path}`,
            kind: 'resource',
          },
        ],
      },
    ],
    // The second is the only one by which GitHub tells that an alert is one that it has.
    partialFingerprints: { 'batchWardenFinding/v1': id, primaryLocationLineHash: `${id}:1` },
    ...(exemption === null ? {} : { suppressions: [suppression(exemption)] }),
    properties: { severity, path, observed: observed ?? null, desired: desired ?? null, unknownCode, held, exemption },
  };
}

function physicalLocation(resourceId: string, place: Place | undefined) {
  if (place === undefined)
    return { artifactLocation: { uri: relativeReference(resourceId) }, region: { startLine: 1 } };
  const { uri, line, column } = place;
  return { artifactLocation: { uri }, region: { startLine: line, startColumn: column } };
}

function inWords({ status, why, fix }: Finding): string {
  if (status === 'unknown') return `Not known: ${why}`;
  if (fix === null) return why;
  return `${why} ${fix.kind === 'manual' ? fixOnOneLine(fix) : `Fix: ${fixOnOneLine(fix)}.`}`;
}

function suppression(exemption: Exempt) {
  return { kind: 'external', status: 'accepted', justification: exemptInWords(exemption).toWellFormed() };
}

function note({ message: text }: ExemptionNote) {
  return { level: 'note', message: message(text) };
}

/** Not a result of state `absent`: code scanning, which does not read states, would open an alert for it. */
function closedNote({ rule, resource, path }: KnownFinding) {
  const where = path === '' ? resource : `${resource}#${path}`;
  return { level: 'note', message: message(`Closed since the baseline: ${rule}: ${where}`) };
}

function notification({ source, path, message: text }: ReportError) {
  return { level: 'error', message: message([source, path, text].filter(Boolean).join(': ')) };
}

/** A plain text message: braces would be placeholders, and brackets before a parenthesis a link. */
function message(text: string): { text: string } {
  return { text: text.replaceAll(/[{}]/g, '$&$&').replaceAll('](', '] (') };
}

/** Without a slash before it, so that it stays below whatever the reader takes for the root. */
function relativeReference(resourceId: string): string {
  const names = resourceId.toWellFormed().split('/').filter(Boolean);
  return names.map(encodeURIComponent).join('/');
}
