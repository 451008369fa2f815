import { accountOf, parsePoolId } from '../../core/model/resource-id.ts';
import type { Finding } from '../../core/plan/finding.ts';
import type { Severity } from '../../core/policy/rule.ts';
import { fixInWords } from '../fix-words.ts';
import { mostSevereFirst, type ScanReport } from '../scan-report.ts';
import { grid } from './grid.ts';
import { summary } from './summary.ts';
import { wrap } from './wrap.ts';

export type Style = 'bold' | 'dim' | 'underline' | 'red' | 'yellow' | 'cyan' | 'green' | 'magenta';
/** Gives `text` a colour or a weight, or leaves it as it is. */
export type Paint = (styles: readonly Style[], text: string) => string;

export interface Look {
  /** Columns of the terminal. */
  readonly width: number;
  readonly paint: Paint;
}

export const SEVERITY_STYLES: Record<Severity, readonly Style[]> = {
  critical: ['bold', 'red'],
  high: ['red'],
  medium: ['yellow'],
  low: ['cyan'],
  info: [],
};

const PADDING = 2;
const BORDERS = 4;
const SEVERITY = 8;
const HEAD = [['Severity'], ['Resource', 'Rule'], ['What is wrong', 'What to do']];
export const NARROWEST = 60;

/** A scan for a person: its findings, the most severe first, and a line that sums up. Nothing is cut off. */
export function toTable(report: ScanReport, { width, paint }: Look): string {
  const line = paint(['bold'], summary(report));
  if (report.findings.length === 0) return `${line}\n`;
  return `${tableOf(mostSevereFirst(report.findings), { width: Math.max(width, NARROWEST), paint })}\n${line}\n`;
}

function tableOf(findings: readonly Finding[], { width, paint }: Look): string {
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
      saying(finding).flatMap(([styles, words]) => painted(styles, wrap(words, text - name))),
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

/** `account` or `account/pool`. */
export function shortName(resourceId: string): string {
  const account = accountOf(resourceId)?.account;
  const pool = parsePoolId(resourceId)?.pool;
  return account === undefined ? resourceId : pool === undefined ? account : `${account}/${pool}`;
}

type Line = readonly [styles: readonly Style[], text: string];

/** What is wrong, what to do, and why it is not being done. */
function saying({ status, why, fix, held }: Finding): Line[] {
  if (status === 'unknown') return [[[], `Not known: ${why}`]];
  const notWritten: Line[] = held === null ? [] : [[['dim'], `Not written: ${held.reason}`]];
  return [[[], why], ...(fix === null ? [] : toDo(fix)), ...notWritten];
}

function toDo(fix: NonNullable<Finding['fix']>): Line[] {
  return fixInWords(fix).map((text) => [['green'], fix.kind === 'manual' ? text : `Fix: ${text}`]);
}
