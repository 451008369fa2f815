import { capitalized, count } from '../../core/model/words.ts';
import type { Finding } from '../../core/plan/finding.ts';
import { exemptInWords } from '../../core/policy/exemption-words.ts';
import type { Rule } from '../../core/policy/rule.ts';
import { fixInWords } from '../fix-words.ts';
import type { Prediction } from '../prediction.ts';
import { mostSevereFirst } from '../scan-report.ts';
import { shortName } from '../short-name.ts';
import { field, flush, indented, MARGIN } from './indent.ts';
import { predictionLines } from './prediction.ts';
import { NARROWEST, SEVERITY_STYLES, type Style, type Terminal } from './terminal.ts';
import { valueInWords } from './value-words.ts';
import { wrap } from './wrap.ts';

/** What the rules say of one account or pool. */
export interface Explanation {
  readonly resourceId: string;
  /** Of each rule that is for such a resource. */
  readonly verdicts: readonly RuleVerdict[];
  readonly about: About;
  /** When it was judged. */
  readonly at: Date;
}

export interface RuleVerdict {
  readonly rule: Pick<Rule, 'id' | 'title'>;
  /** Why it is off; null where it is on. */
  readonly off: string | null;
  /** Open, exempt and unknown ones; it complies where there is none. */
  readonly findings: readonly Finding[];
}

type About =
  | { readonly kind: 'account'; readonly poolIds: readonly string[] }
  | { readonly kind: 'pool'; readonly prediction: Prediction };

const VERDICTS = ['open', 'exempt', 'unknown', 'complies', 'off'] as const;
type Verdict = (typeof VERDICTS)[number];

const STYLES: Readonly<Record<Verdict, readonly Style[]>> = {
  open: ['bold', 'red'],
  exempt: ['yellow'],
  unknown: ['magenta'],
  complies: ['green'],
  off: ['dim'],
};

/** For a person: what is open, the most severe first, then what is exempt, what is unknown, what complies and what is off. */
export function explanationText({ resourceId, verdicts, about, at }: Explanation, { width, paint }: Terminal): string {
  const terminal = { width: Math.max(width, NARROWEST), paint };
  const names = Math.max(...verdicts.map(({ rule }) => rule.id.length));
  const paragraphs = VERDICTS.flatMap((verdict) => {
    const those = mostSevereRuleFirst(verdicts.filter((one) => verdictOf(one) === verdict));
    const isShort = verdict === 'complies' || verdict === 'off';
    return isShort
      ? [those.flatMap((one) => inBrief(one, names, terminal))]
      : those.flatMap((one) => inFull(one, at, terminal));
  });
  const lines = [
    ...flush(`The ${about.kind} ${shortName(resourceId)}`, terminal, ['bold']),
    paint(['dim'], resourceId),
    ...flush(summaryOf(verdicts), terminal, ['bold']),
    ...paragraphs.filter((paragraph) => paragraph.length > 0).flatMap((paragraph) => ['', ...paragraph]),
    '',
    ...(about.kind === 'pool' ? predictionLines(about.prediction, terminal) : poolLines(about.poolIds, terminal)),
    '',
    ...flush('batch-warden explain RULE tells what a rule is for.', terminal, ['dim']),
  ];
  return `${lines.join('\n')}\n`;
}

/** As what a rule's verdict shows, the gravest of its findings. */
export function verdictOf({ off, findings }: RuleVerdict): Verdict {
  if (off !== null) return 'off';
  for (const verdict of ['open', 'exempt'] as const)
    if (findings.some(({ status }) => status === verdict)) return verdict;
  return findings.length > 0 ? 'unknown' : 'complies';
}

/** As in "12 rules: 2 open, 1 unknown, 8 comply, 1 off". */
function summaryOf(verdicts: readonly RuleVerdict[]): string {
  const counts = VERDICTS.flatMap((verdict) => {
    const n = verdicts.filter((one) => verdictOf(one) === verdict).length;
    if (n === 0 && verdict === 'exempt') return [];
    return `${n} ${verdict === 'complies' && n !== 1 ? 'comply' : verdict}`;
  });
  return `${count(verdicts.length, 'rule')}: ${counts.join(', ')}`;
}

function mostSevereRuleFirst(verdicts: readonly RuleVerdict[]): RuleVerdict[] {
  const order = mostSevereFirst(verdicts.flatMap(({ findings }) => findings)).map(({ ruleId }) => ruleId);
  return verdicts.toSorted((a, b) => order.indexOf(a.rule.id) - order.indexOf(b.rule.id));
}

/** A paragraph for each finding of the rule. */
function inFull(one: RuleVerdict, at: Date, terminal: Terminal): string[][] {
  const { rule, findings } = one;
  const head = [heading(one, rule.id, terminal), ...field('Rule', [`${rule.title}.`], terminal)];
  return findings.map((finding, index) => [...(index === 0 ? head : []), ...findingLines(finding, at, terminal)]);
}

function findingLines(
  { severity, status, path, observed, desired, why, fix, held, exemption }: Finding,
  now: Date,
  terminal: Terminal,
): string[] {
  const at = path === '' ? [] : field('Path', [path], terminal);
  if (status === 'unknown') return [...at, ...field('Not known', [why], terminal)];
  return [
    ...field('Severity', [severity], terminal, SEVERITY_STYLES[severity]),
    ...at,
    ...field('Observed', [valueInWords(observed)], terminal),
    ...field('Desired', [valueInWords(desired)], terminal),
    ...field('Why', [why], terminal),
    ...(fix === null ? [] : field('Fix', fixInWords(fix), terminal, ['green'])),
    ...(exemption === null ? [] : field('Left so', [capitalized(exemptInWords(exemption, now))], terminal, ['yellow'])),
    ...(held === null || held.code === 'exempt' ? [] : field('Not written', [held.message], terminal, ['dim'])),
  ];
}

function inBrief(one: RuleVerdict, names: number, terminal: Terminal): string[] {
  const { rule, off } = one;
  const text = `${rule.title}${off === null ? '' : ` (${off})`}`;
  const [first = '', ...more] = wrap(text, terminal.width - MARGIN - names - 2);
  const rest = more.map((line) => indented(MARGIN + names + 2, line));
  return [heading(one, `${rule.id.padEnd(names)}  ${first}`, terminal), ...rest];
}

function heading(one: RuleVerdict, text: string, { paint }: Terminal): string {
  const verdict = verdictOf(one);
  return paint(STYLES[verdict], verdict) + indented(MARGIN - verdict.length, text);
}

function poolLines(poolIds: readonly string[], terminal: Terminal): string[] {
  if (poolIds.length === 0) return flush('No pool of it was read.', terminal);
  return flush(`Its pools that were read: ${poolIds.map(shortName).join(', ')}`, terminal);
}
