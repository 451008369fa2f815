import { type FacetName, NOT_IN_FILES } from '../../core/model/facet.ts';
import type { Finding } from '../../core/plan/finding.ts';
import { exemptInWords } from '../../core/policy/exemption-words.ts';
import { withShortIds } from '../short-ids.ts';
import { indented } from './indent.ts';
import { inDigits, indentedText, placesInFull } from './places.ts';
import type { RuleFacts } from './scan-view.ts';
import type { Terminal } from './terminal.ts';
import { wrap } from './wrap.ts';

const MOST_CAUSES = 12;

/** A line for each cause, those of most findings first. */
export function notKnownLines(
  unknown: readonly Finding[],
  facts: ReadonlyMap<string, RuleFacts>,
  details: boolean,
  terminal: Terminal,
): string[] {
  const causes = Map.groupBy(unknown, (finding) => {
    const cause = causeOf(finding, facts.get(finding.ruleId));
    return details ? cause : firstSentence(cause);
  });
  return section('not known', causes, details, terminal);
}

/** A line for each rule and exemption. */
export function exemptLines(exempt: readonly Finding[], at: Date, details: boolean, terminal: Terminal): string[] {
  const causes = Map.groupBy(exempt, ({ exemption }) => (exemption === null ? '' : exemptInWords(exemption, at)));
  return section('exempt', causes, details, terminal);
}

function section(
  what: string,
  causes: ReadonlyMap<string, readonly Finding[]>,
  details: boolean,
  terminal: Terminal,
): string[] {
  if (causes.size === 0) return [];
  const sorted = [...causes].toSorted(([, a], [, b]) => b.length - a.length);
  const shown = details || sorted.length <= MOST_CAUSES + 1 ? sorted : sorted.slice(0, MOST_CAUSES);
  const rest = sorted.slice(shown.length);
  const left = rest.reduce((sum, [, { length }]) => sum + length, 0);
  const more = `and ${inDigits(left)} more, of ${inDigits(rest.length)} other causes; --details shows all`;
  return [
    ...shown.flatMap(([cause, findings]) => [
      ...causeLines(cause.replace(/^exempt /, ''), what, findings, details, terminal),
      ...(details ? placesInFull(findings.map(({ resourceId }) => resourceId)) : []),
    ]),
    ...(rest.length === 0 ? [] : indentedText(more, 0, terminal)),
  ];
}

/** As in "12 not known: files do not show role assignments; use --subscription". */
function causeLines(
  cause: string,
  what: string,
  findings: readonly Finding[],
  details: boolean,
  { width }: Terminal,
): string[] {
  const rules = [...new Set(findings.map(({ ruleId }) => ruleId))].join(', ');
  const text = `${inDigits(findings.length)} ${what}: ${cause}${details ? ` (${rules})` : ''}`;
  return wrap(text, width - 2).map((line, at) => indented(at === 0 ? 0 : 2, line));
}

function causeOf({ why }: Finding, rule: RuleFacts | undefined): string {
  if (!why.endsWith(NOT_IN_FILES)) return withShortIds(why).replace(/\.$/, '');
  const { verdict, exactness } = rule?.needs ?? {};
  const names = verdict ?? exactness ?? [];
  const what = names.map((name) => IN_SHORT[name]).join(' and ') || 'it';
  // A scan signs in to no vault.
  return `files do not show ${what}; ${names.includes('secrets') ? 'the deployed app reads them' : 'use --subscription'}`;
}

const IN_SHORT: { readonly [Name in FacetName]: string } = {
  roleAssignments: 'role assignments',
  diagnosticSettings: 'diagnostic settings',
  subnets: 'network security groups',
  retired: 'certificates and communication modes',
  connections: 'private endpoint connections',
  perimeters: 'network security perimeters',
  secrets: 'secrets of named users',
};

function firstSentence(text: string): string {
  return text.split(/(?<=\w)[.:]\s/)[0] ?? text;
}
