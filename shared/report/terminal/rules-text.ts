import { count } from '../../core/model/words.ts';
import { type Rule, SEVERITIES } from '../../core/policy/rule.ts';
import { defaultMode, hasFix } from '../rule-facts.ts';
import { flush, indented } from './indent.ts';
import { NARROWEST, SEVERITY_STYLES, type Terminal } from './terminal.ts';
import { wrap } from './wrap.ts';

/** Of columns beside each other, the title is to have so many. */
const TITLE = 40;

/** The rules for a person, the gravest first: beside each other where the terminal is wide, else the title below. */
export function rulesText(rules: readonly Rule[], { width: columns, paint }: Terminal): string {
  const terminal = { width: Math.max(columns, NARROWEST), paint };
  const sorted = SEVERITIES.toReversed().flatMap((severity) => rules.filter((rule) => rule.severity === severity));
  const widest = Math.max(...rules.map(({ id }) => id.length));
  const lines = [
    paint(['dim'], `SEVERITY  ${'RULE'.padEnd(widest)}  MODE   FIX${isWide(widest, terminal) ? '  TITLE' : ''}`),
    ...sorted.flatMap((rule) => ruleLines(rule, widest, terminal)),
  ];
  const off = rules.filter((rule) => defaultMode(rule) === 'off').length;
  const fixable = rules.filter(hasFix).length;
  const end = `${count(rules.length, 'rule')}: ${off} off until a policy or --rule names them, ${fixable} with a fix that the app can write. "batch-warden explain RULE" tells more.`;
  return `${[...lines, '', ...flush(end, terminal, ['dim'])].join('\n')}\n`;
}

/** The columns before the title. */
function leftOf(widest: number): number {
  return 'SEVERITY'.length + widest + 'audit'.length + 'FIX'.length + 4 * 2;
}

function isWide(widest: number, { width }: Pick<Terminal, 'width'>): boolean {
  return width - leftOf(widest) >= TITLE;
}

function ruleLines(rule: Rule, widest: number, { width, paint }: Terminal): string[] {
  const { id, severity, title } = rule;
  const styles = SEVERITY_STYLES[severity];
  const mark = paint(styles, severity) + ' '.repeat(8 - severity.length);
  const cells = `${mark}  ${id.padEnd(widest)}  ${defaultMode(rule).padEnd(5)}  ${hasFix(rule) ? 'yes' : 'no '}`;
  const left = leftOf(widest);
  if (!isWide(widest, { width }))
    return [cells.trimEnd(), ...wrap(title, width - 10).map((line) => indented(10, line))];
  const [first = '', ...rest] = wrap(title, width - left);
  return [`${cells}  ${first}`, ...rest.map((line) => indented(left, line))];
}
