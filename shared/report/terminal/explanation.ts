import { count } from '../../core/model/words.ts';
import type { Finding } from '../../core/plan/finding.ts';
import type { Rule } from '../../core/policy/rule.ts';
import { fixInWords } from '../fix-words.ts';
import { mostSevereFirst } from '../scan-report.ts';
import { field, flush, indented, MARGIN } from './indent.ts';
import { type Prediction, predictionLines } from './prediction.ts';
import { type Look, NARROWEST, SEVERITY_STYLES, type Style, shortName } from './table.ts';
import { valueInWords } from './value-words.ts';
import { wrap } from './wrap.ts';

/** What the rules say of one account or pool. */
export interface Explanation {
  readonly resourceId: string;
  /** Of each rule that is for such a resource. */
  readonly verdicts: readonly RuleVerdict[];
  readonly about: About;
}

export interface RuleVerdict {
  readonly rule: Pick<Rule, 'id' | 'title'>;
  /** Why it is off; null where it is on. */
  readonly off: string | null;
  /** Open and unknown ones; it complies where there is none. */
  readonly findings: readonly Finding[];
}

type About =
  | { readonly kind: 'account'; readonly poolIds: readonly string[] }
  | { readonly kind: 'pool'; readonly prediction: Prediction };

const VERDICTS = ['open', 'unknown', 'complies', 'off'] as const;
type Verdict = (typeof VERDICTS)[number];

const STYLES: Readonly<Record<Verdict, readonly Style[]>> = {
  open: ['bold', 'red'],
  unknown: ['magenta'],
  complies: ['green'],
  off: ['dim'],
};

/** For a person: what is open, the most severe first, then what is unknown, what complies and what is off. */
export function explanationText({ resourceId, verdicts, about }: Explanation, { width, paint }: Look): string {
  const look = { width: Math.max(width, NARROWEST), paint };
  const names = Math.max(...verdicts.map(({ rule }) => rule.id.length));
  const paragraphs = VERDICTS.flatMap((verdict) => {
    const those = mostSevereRuleFirst(verdicts.filter((one) => verdictOf(one) === verdict));
    const isShort = verdict === 'complies' || verdict === 'off';
    return isShort ? [those.flatMap((one) => inBrief(one, names, look))] : those.flatMap((one) => inFull(one, look));
  });
  const lines = [
    ...flush(`The ${about.kind} ${shortName(resourceId)}`, look, ['bold']),
    paint(['dim'], resourceId),
    ...flush(summaryOf(verdicts), look, ['bold']),
    ...paragraphs.filter((paragraph) => paragraph.length > 0).flatMap((paragraph) => ['', ...paragraph]),
    '',
    ...(about.kind === 'pool' ? predictionLines(about.prediction, look) : poolLines(about.poolIds, look)),
    '',
    ...flush('batch-warden explain RULE tells what a rule is for.', look, ['dim']),
  ];
  return `${lines.join('\n')}\n`;
}

function verdictOf({ off, findings }: RuleVerdict): Verdict {
  if (off !== null) return 'off';
  if (findings.some(({ status }) => status === 'open')) return 'open';
  return findings.length > 0 ? 'unknown' : 'complies';
}

/** As in "12 rules: 2 open, 1 unknown, 8 comply, 1 off". */
function summaryOf(verdicts: readonly RuleVerdict[]): string {
  const counts = VERDICTS.map((verdict) => {
    const n = verdicts.filter((one) => verdictOf(one) === verdict).length;
    return `${n} ${verdict === 'complies' && n !== 1 ? 'comply' : verdict}`;
  });
  return `${count(verdicts.length, 'rule')}: ${counts.join(', ')}`;
}

function mostSevereRuleFirst(verdicts: readonly RuleVerdict[]): RuleVerdict[] {
  const order = mostSevereFirst(verdicts.flatMap(({ findings }) => findings)).map(({ ruleId }) => ruleId);
  return verdicts.toSorted((a, b) => order.indexOf(a.rule.id) - order.indexOf(b.rule.id));
}

/** A paragraph for each finding of the rule. */
function inFull(one: RuleVerdict, look: Look): string[][] {
  const { rule, findings } = one;
  const head = [heading(one, rule.id, look), ...field('Rule', [`${rule.title}.`], look)];
  return findings.map((finding, index) => [...(index === 0 ? head : []), ...findingLines(finding, look)]);
}

function findingLines({ severity, status, path, observed, desired, why, fix, held }: Finding, look: Look): string[] {
  const at = path === '' ? [] : field('Path', [path], look);
  if (status === 'unknown') return [...at, ...field('Not known', [why], look)];
  return [
    ...field('Severity', [severity], look, SEVERITY_STYLES[severity]),
    ...at,
    ...field('Observed', [valueInWords(observed)], look),
    ...field('Desired', [valueInWords(desired)], look),
    ...field('Why', [why], look),
    ...(fix === null ? [] : field('Fix', fixInWords(fix), look, ['green'])),
    ...(held === null ? [] : field('Not written', [held.reason], look, ['dim'])),
  ];
}

function inBrief(one: RuleVerdict, names: number, look: Look): string[] {
  const { rule, off } = one;
  const text = `${rule.title}${off === null ? '' : ` (${off})`}`;
  const [first = '', ...more] = wrap(text, look.width - MARGIN - names - 2);
  const rest = more.map((line) => indented(MARGIN + names + 2, line));
  return [heading(one, `${rule.id.padEnd(names)}  ${first}`, look), ...rest];
}

function heading(one: RuleVerdict, text: string, { paint }: Look): string {
  const verdict = verdictOf(one);
  return paint(STYLES[verdict], verdict) + indented(MARGIN - verdict.length, text);
}

function poolLines(poolIds: readonly string[], look: Look): string[] {
  if (poolIds.length === 0) return flush('No pool of it was read.', look);
  return flush(`Its pools that were read: ${poolIds.map(shortName).join(', ')}`, look);
}
