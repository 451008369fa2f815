import { z } from 'zod';
import { idKey } from '../core/model/resource-id.ts';
import type { Finding } from '../core/plan/finding.ts';
import { SEVERITIES } from '../core/policy/rule.ts';
import { jsonText } from './harmless.ts';

/** A finding that is known of, as a baseline keeps it. The id decides; rule, resource and path are for people, and for what is closed. */
const KnownFinding = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{16}$/, 'must be the id of a finding: 16 of the digits 0-9 and a-f'),
  rule: z.string(),
  resource: z.string(),
  path: z.string(),
  severity: z.enum(SEVERITIES),
  status: z.enum(['open', 'unknown']),
});
export type KnownFinding = z.infer<typeof KnownFinding>;

/** The file of `scan --write-baseline`. `schema` grows when a reader of the old form would be misled. */
export const Baseline = z.strictObject({ schema: z.literal(1), findings: z.array(KnownFinding) });
export type Baseline = z.infer<typeof Baseline>;

/** How what was found compares with a baseline. */
export interface Compared {
  /** Ids of findings that it has, no less grave. */
  readonly known: ReadonlySet<string>;
  /** What it has, and is no more: its rule judged its resource. */
  readonly closed: readonly KnownFinding[];
  /** What it has, and was not judged now. */
  readonly unjudged: readonly KnownFinding[];
}

type Judged = Pick<Finding, 'ruleId' | 'resourceId'>;

/**
 * A finding is known where the baseline has its id, unless it is graver than there, or was not known there and is open now.
 * What is exempt is neither known nor new: somebody else's word holds.
 * @param judged of which resource each rule had a verdict, whatever it was
 * @param isChosen whether what is closed, or was not judged, is told of
 */
export function compared(
  findings: readonly Finding[],
  baseline: Baseline,
  judged: readonly Judged[],
  isChosen: (known: KnownFinding) => boolean,
): Compared {
  const before = new Map(baseline.findings.map((known) => [known.id, known]));
  const known = findings.filter((finding) => {
    const entry = before.get(finding.id);
    return entry !== undefined && finding.status !== 'exempt' && !isGraver(finding, entry);
  });
  const there = new Set(findings.map(({ id }) => id));
  const unknown = new Set(findings.filter(({ status }) => status === 'unknown').map(judgedKey));
  const decided = new Set(judged.map(judgedKey).filter((key) => !unknown.has(key)));
  const isClosed = ({ rule, resource }: KnownFinding) => decided.has(judgedKey({ ruleId: rule, resourceId: resource }));
  const gone = [...before.values()].filter((entry) => !there.has(entry.id) && isChosen(entry));
  return {
    known: new Set(known.map(({ id }) => id)),
    closed: gone.filter(isClosed),
    unjudged: gone.filter((entry) => !isClosed(entry)),
  };
}

function isGraver({ status, severity }: Finding, entry: KnownFinding): boolean {
  if (status === 'unknown') return false;
  return entry.status === 'unknown' || SEVERITIES.indexOf(severity) > SEVERITIES.indexOf(entry.severity);
}

function judgedKey({ ruleId, resourceId }: Judged): string {
  return `${ruleId}\n${idKey(resourceId)}`;
}

/** Whether a finding is to be told of as one that the baseline has not. Without a baseline each is. */
export function isNew(baseline: Compared | null): (finding: Finding) => boolean {
  return ({ id }) => baseline === null || !baseline.known.has(id);
}

/** `new` or `known`; null where there is no baseline, and of what is exempt. */
export function noveltyOf(finding: Finding, baseline: Compared | null): 'new' | 'known' | null {
  if (baseline === null || finding.status === 'exempt') return null;
  return isNew(baseline)(finding) ? 'new' : 'known';
}

/** As in "12 known from the baseline, 2 closed, 1 not judged now". */
export function baselineInWords({ known, closed, unjudged }: Compared): string {
  const others = [
    [closed.length, 'closed'],
    [unjudged.length, 'not judged now'],
  ] as const;
  return [
    `${known.size} known from the baseline`,
    ...others.flatMap(([n, what]) => (n === 0 ? [] : `${n} ${what}`)),
  ].join(', ');
}

/**
 * The file of a baseline: sorted, a finding a line, so that a difference is read. It has the findings that are open or not known,
 * and of the baseline before what these are not, and what is not closed.
 */
export function baselineText(
  findings: readonly Finding[],
  before: Baseline | null,
  closed: readonly KnownFinding[],
): string {
  const dropped = new Set([...findings, ...closed].map(({ id }) => id));
  const kept = before?.findings.filter(({ id }) => !dropped.has(id)) ?? [];
  const entries = [...findings.flatMap(entryOf), ...kept].toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  const lines = entries.map((entry) => `    ${jsonText(entry)}`).join(',\n');
  return `{\n  "schema": 1,\n  "findings": [${lines === '' ? '' : `\n${lines}\n  `}]\n}\n`;
}

function entryOf({ id, ruleId: rule, resourceId: resource, path, severity, status }: Finding): KnownFinding[] {
  return status === 'open' || status === 'unknown' ? [{ id, rule, resource, path, severity, status }] : [];
}

function orderOf({ id, rule, resource, path }: KnownFinding): string {
  return [idKey(resource), rule, path, id].join('\n');
}
