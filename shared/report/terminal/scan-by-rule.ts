import { capitalized } from '../../core/model/words.ts';
import { type Finding, isFixable } from '../../core/plan/finding.ts';
import { SEVERITIES, type Severity } from '../../core/policy/rule.ts';
import { sourceUrl } from '../../core/policy/source.ts';
import { fixOnOneLine } from '../fix-words.ts';
import { remedyOf, waitsFor } from '../remedy.ts';
import { withShortIds } from '../short-ids.ts';
import { findingDetails, groupedInFull } from './finding-details.ts';
import { indented } from './indent.ts';
import { distinct, inDigits, indentedText, placesInShort } from './places.ts';
import { byRemedy, counted } from './scan-summary.ts';
import type { RuleFacts } from './scan-view.ts';
import { SEVERITY_STYLES, type Terminal } from './terminal.ts';
import { wrap } from './wrap.ts';

/** Of one rule so many different things that are wrong are shown. */
const MOST_GROUPS = 6;

/** For each severity the blocks of its rules: what is wrong, the advice, and where. */
export function ruleBlocks(
  open: readonly Finding[],
  facts: ReadonlyMap<string, RuleFacts>,
  details: boolean,
  terminal: Terminal,
): string[][] {
  const blocks = [...Map.groupBy(open, ({ ruleId }) => ruleId)].map(([ruleId, findings]) => ({
    ruleId,
    findings,
    worst: Math.max(...SEVERITIES.map((severity, at) => (findings.some((one) => one.severity === severity) ? at : 0))),
  }));
  const sorted = blocks
    .toSorted((a, b) => b.worst - a.worst || b.findings.length - a.findings.length || (a.ruleId < b.ruleId ? -1 : 1))
    .map(({ ruleId, findings, worst }) => {
      const severity = SEVERITIES[worst] ?? 'info';
      const rule = facts.get(ruleId);
      const body = details ? inFull : inShort;
      const lines = [heading(ruleId, severity, findings, terminal), ...body(findings, severity, rule, terminal)];
      return { worst, lines };
    });
  if (details) return sorted.map(({ lines }) => lines);
  return [...Map.groupBy(sorted, ({ worst }) => worst).values()].map((those) => those.flatMap(({ lines }) => lines));
}

function heading(ruleId: string, severity: Severity, findings: readonly Finding[], { paint }: Terminal): string {
  const resources = distinct(findings.map(({ resourceId }) => resourceId));
  const noun = resources.every((id) => /\/pools\/[^/]+$/i.test(id)) ? 'pool' : 'account';
  const places = counted(resources.length, noun);
  const more = findings.length === resources.length ? '' : `, ${counted(findings.length, 'finding')}`;
  const mark = paint([...SEVERITY_STYLES[severity], 'bold'], severity.toUpperCase());
  return `${mark}  ${paint(['bold'], ruleId)}  ${paint(['dim'], places + more)}`;
}

function inShort(
  findings: readonly Finding[],
  worst: Severity,
  rule: RuleFacts | undefined,
  terminal: Terminal,
): string[] {
  const said = findings.map(({ severity, why, resourceId }) => ({
    severity,
    resourceId,
    sentences: inTwoLines(why, terminal),
  }));
  const groups = [...Map.groupBy(said, ({ severity, sentences }) => [severity, ...sentences].join('\n')).values()]
    .flatMap((group) =>
      group[0] === undefined ? [] : [{ ...group[0], places: group.map(({ resourceId }) => resourceId) }],
    )
    .toSorted((a, b) => rankOf(b) - rankOf(a) || b.places.length - a.places.length);
  const [first, ...others] = groups;
  const shared = (first?.sentences ?? []).filter((one) => others.every(({ sentences }) => sentences.includes(one)));
  const shown = groups.length <= MOST_GROUPS + 1 ? groups : groups.slice(0, MOST_GROUPS - 1);
  const rest = distinct(groups.slice(shown.length).flatMap(({ places }) => places)).length;
  return [
    ...paragraph(shared.join(' '), terminal),
    ...adviceLines(findings, rule, terminal),
    ...shown.flatMap(({ severity, sentences, places }) => [
      ...paragraph(
        [
          ...(severity === worst ? [] : [`${capitalized(severity)}:`]),
          ...sentences.filter((one) => !shared.includes(one)),
        ].join(' '),
        terminal,
      ),
      ...placesInShort(places, terminal),
    ]),
    ...(rest === 0 ? [] : paragraph(`and ${inDigits(rest)} more; --details shows all`, terminal)),
  ];
}

function paragraph(text: string, terminal: Terminal): string[] {
  return text === '' ? [] : indentedText(text, 2, terminal);
}

function inFull(findings: readonly Finding[], _: Severity, rule: RuleFacts | undefined, terminal: Terminal): string[] {
  const links = (rule?.sources ?? []).map((source) => indented(2, terminal.paint(['dim'], sourceUrl(source))));
  return [
    ...(rule === undefined ? [] : indentedText(`${rule.title}.`, 2, terminal)),
    ...adviceLines(findings, rule, terminal),
    ...links,
    ...groupedInFull(findings).flatMap((group) => ['', ...findingDetails(group, terminal)]),
  ];
}

/** What to do, once, and why what the app could do waits. */
function adviceLines(findings: readonly Finding[], rule: RuleFacts | undefined, terminal: Terminal): string[] {
  const remedies = new Set(findings.map(remedyOf));
  const who = remedies.size === 1 ? capitalized([...remedies].join('')) : byRemedy(findings);
  const what = sameFix(findings) ?? rule?.advice;
  const text = what === undefined ? `${who}.` : `${who}: ${what}.`;
  const waits = [...new Set(findings.flatMap((finding) => waitsFor(finding) ?? []))];
  const more = waits.length > 2 ? [`and ${waits.length - 2} other reasons`] : [];
  return [
    ...indentedText(text, 2, terminal).map((line) => terminal.paint(['green'], line)),
    ...[...waits.slice(0, 2), ...more].flatMap((wait) =>
      indentedText(`Not written: ${withShortIds(wait)}`, 2, terminal),
    ),
  ];
}

const LONGEST_FIX = 60;

/** The change that mends all of them, where it is one and short. */
function sameFix(findings: readonly Finding[]): string | null {
  if (!findings.every(isFixable)) return null;
  const [words = '', ...others] = new Set(findings.map(({ fix }) => fixOnOneLine(fix)));
  return others.length === 0 && words.length <= LONGEST_FIX ? words : null;
}

function rankOf({ severity }: { readonly severity: Severity }): number {
  return SEVERITIES.indexOf(severity);
}

/** Its first sentence, and of the others as many as fit into two lines with it. */
function inTwoLines(why: string, { width }: Terminal): string[] {
  const sentences = withShortIds(why).split(/(?<=[.!?])\s+(?=\p{Lu})/u);
  const fitting = sentences.findLastIndex((_, at) => wrap(sentences.slice(0, at + 1).join(' '), width - 2).length <= 2);
  return sentences.slice(0, Math.max(fitting, 0) + 1);
}
