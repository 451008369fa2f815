import Table from 'cli-table3';
import type { Finding } from '../core/finding.ts';
import { accountOf, parsePoolId } from '../core/resource-id.ts';
import type { Severity } from '../core/rule.ts';
import { changeInWords } from './fix-words.ts';
import { mostSevereFirst, type ScanReport } from './scan-report.ts';
import { summary } from './summary.ts';
import { wrap } from './wrap.ts';

type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'cyan' | 'green' | 'magenta';
/** Gives `text` a colour or a weight, or leaves it as it is. */
export type Paint = (styles: readonly Style[], text: string) => string;

interface Look {
  /** Columns of the terminal. */
  readonly width: number;
  readonly paint: Paint;
}

const STYLES: Record<Severity, readonly Style[]> = {
  critical: ['bold', 'red'],
  high: ['red'],
  medium: ['yellow'],
  low: ['cyan'],
  info: [],
};

const PADDING = 2;
const BORDERS = 4;
const SEVERITY = 8;
const NARROWEST = 60;

/** A scan for a person: its findings, the most severe first, and a line that sums up. Nothing is cut off. */
export function toTable(report: ScanReport, { width, paint }: Look): string {
  const line = paint(['bold'], summary(report));
  if (report.findings.length === 0) return `${line}\n`;
  return `${tableOf(mostSevereFirst(report.findings), { width: Math.max(width, NARROWEST), paint })}\n${line}\n`;
}

function tableOf(findings: readonly Finding[], { width, paint }: Look): string {
  const text = width - BORDERS - 3 * PADDING - SEVERITY;
  const name = Math.min(Math.floor(text * 0.36), Math.max(...findings.flatMap(namesOf).map(({ length }) => length)));
  const widths = [SEVERITY, name, text - name];
  const table = new Table({
    head: ['Severity', 'Resource\nRule', 'What is wrong\nWhat to do'].map((title) => painted(paint, ['bold'], title)),
    colWidths: widths.map((width) => width + PADDING),
    style: { head: [], border: [] },
  });
  for (const finding of findings) {
    const [resource, rule] = namesOf(finding);
    table.push([
      [paint(STYLES[finding.severity], finding.severity), paint(statusStyle(finding), finding.status)].join('\n'),
      [...wrap(resource, name), ...wrap(rule, name).map((part) => paint(['dim'], part))].join('\n'),
      saying(finding)
        .flatMap(([styles, words]) => wrap(words, text - name).map((part) => paint(styles, part)))
        .join('\n'),
    ]);
  }
  return table.toString();
}

function painted(paint: Paint, styles: readonly Style[], lines: string): string {
  return lines
    .split('\n')
    .map((line) => paint(styles, line))
    .join('\n');
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
  const texts =
    fix.kind === 'manual' ? stepsOf(`For a person: ${fix.why}`) : changeInWords(fix).map((text) => `Fix: ${text}`);
  return texts.map((text) => [['green'], text]);
}

/** As in "In this order: (1) first this; (2) then that.", each step on its own line. */
function stepsOf(text: string): string[] {
  return text.split(/(?=\(\d+\) )/);
}
