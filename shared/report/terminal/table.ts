import { capitalized } from '../../core/model/words.ts';
import type { Finding } from '../../core/plan/finding.ts';
import { exemptInWords } from '../../core/policy/exemption-words.ts';
import { fixInWords } from '../fix-words.ts';
import { mostSevereFirst, type ScanReport } from '../scan-report.ts';
import { shortName } from '../short-name.ts';
import { grid } from './grid.ts';
import { flush } from './indent.ts';
import { summary } from './summary.ts';
import { NARROWEST, SEVERITY_STYLES, type Style, type Terminal } from './terminal.ts';
import { wrap } from './wrap.ts';

const PADDING = 2;
const BORDERS = 4;
const SEVERITY = 8;
const HEAD = [['Severity'], ['Resource', 'Rule'], ['What is wrong', 'What to do']];

/** A scan for a person: its findings, the most severe first, and a line that sums up. Nothing is cut off. */
export function toTable(report: ScanReport, { width, paint }: Terminal): string {
  const { at, exemptions, findings } = report;
  const terminal = { width: Math.max(width, NARROWEST), paint };
  const notes = exemptions.flatMap(({ message }) => flush(`Note: ${message}`, terminal, ['yellow']));
  const lines = [
    ...(findings.length === 0 ? [] : [tableOf(mostSevereFirst(findings), at, terminal)]),
    paint(['bold'], summary(report)),
    ...notes,
  ];
  return `${lines.join('\n')}\n`;
}

function tableOf(findings: readonly Finding[], at: Date, { width, paint }: Terminal): string {
  const text = width - BORDERS - 3 * PADDING - SEVERITY;
  const longest = findings.flatMap(namesOf).reduce((most, { length }) => Math.max(most, length), 0);
  const name = Math.min(Math.floor(text * 0.36), longest);
  const painted = (styles: readonly Style[], lines: readonly string[]) => lines.map((line) => paint(styles, line));
  const head = HEAD.map((lines) => painted(['bold'], lines));
  const rows = findings.map((finding) => {
    const [resource, rule] = namesOf(finding);
    return [
      [paint(SEVERITY_STYLES[finding.severity], finding.severity), paint(statusStyle(finding), finding.status)],
      [...wrap(resource, name), ...painted(['dim'], wrap(rule, name))],
      saying(finding, at).flatMap(([styles, words]) => painted(styles, wrap(words, text - name))),
    ];
  });
  return grid([head, ...rows], [SEVERITY, name, text - name]).join('\n');
}

function statusStyle({ status }: Finding): readonly Style[] {
  return status === 'unknown' ? ['magenta'] : ['dim'];
}

function namesOf({ resourceId, ruleId }: Finding): [string, string] {
  return [shortName(resourceId), ruleId];
}

type Line = readonly [styles: readonly Style[], text: string];

/** What is wrong, what to do, and why it is not being done. */
function saying({ status, why, fix, held, exemption }: Finding, at: Date): Line[] {
  if (status === 'unknown') return [[[], `Not known: ${why}`]];
  const left: Line[] = exemption === null ? [] : [[['dim'], capitalized(exemptInWords(exemption, at))]];
  const isSaid = held === null || held.code === 'exempt';
  const notWritten: Line[] = isSaid ? [] : [[['dim'], `Not written: ${held.message}`]];
  return [[[], why], ...(fix === null ? [] : toDo(fix)), ...left, ...notWritten];
}

function toDo(fix: NonNullable<Finding['fix']>): Line[] {
  return fixInWords(fix).map((text) => [['green'], fix.kind === 'manual' ? text : `Fix: ${text}`]);
}
