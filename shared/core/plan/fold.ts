import { manual } from '../model/change.ts';
import { together } from '../model/reading.ts';
import { count, listed } from '../model/words.ts';
import { type Outcome, SEVERITIES, type Severity, type Violation } from '../policy/rule.ts';
import { shortened } from './bounds.ts';

/** Of one rule on one resource. Nobody reads more, and each has a row, a log line and perhaps an alarm. */
const MOST_OUTCOMES = 20;
const LONGEST_PATH = 200;

/**
 * A flood as one outcome that says how many there are and where. What one of our writes mends stays by itself, as far as
 * there is room, so that no flood keeps it from being written.
 */
export function folded(outcomes: readonly Outcome[], severity: Severity): readonly Outcome[] {
  if (outcomes.length <= MOST_OUTCOMES) return outcomes;
  const rank = (outcome: Outcome) => SEVERITIES.indexOf(severityOf(outcome, severity));
  const mended = outcomes.filter(isMended).toSorted((a, b) => rank(b) - rank(a));
  const kept = new Set<Outcome>(mended.slice(0, MOST_OUTCOMES));
  const rest = outcomes.filter((outcome) => !kept.has(outcome));
  const highest = SEVERITIES[Math.max(...rest.map(rank))] ?? severity;
  return [...outcomes.filter((outcome) => kept.has(outcome)), oneOf(rest, kept.size, highest)];
}

function isViolation(outcome: Outcome): outcome is Violation {
  return 'fix' in outcome;
}

function isMended(outcome: Outcome): boolean {
  return isViolation(outcome) && outcome.fix.kind !== 'manual';
}

function severityOf(outcome: Outcome, severity: Severity): Severity {
  return isViolation(outcome) ? (outcome.severity ?? severity) : severity;
}

/** At the whole resource, as no one place is meant. */
function oneOf(outcomes: readonly Outcome[], others: number, severity: Severity): Outcome {
  const violations = outcomes.filter(isViolation);
  const unknowns = outcomes.flatMap((outcome) => ('unknown' in outcome ? outcome.unknown : []));
  const where = listed(outcomes.map(({ path }) => shortened(path, LONGEST_PATH)));
  const more = others === 0 ? '' : ' more';
  const [first] = violations;
  const reason = together(unknowns);
  if (first === undefined && reason !== null) {
    const message = `${count(unknowns.length, 'place')}${more} could not be judged: ${where}. ${shortened(reason.message, 2000)}`;
    return { path: '', unknown: { code: reason.code, message } };
  }
  const notJudged = unknowns.length === 0 ? '' : ` ${unknowns.length} of them could not be judged.`;
  const toDo = first?.fix.kind === 'manual' ? ` Of the first: ${first.fix.why}` : '';
  return {
    path: '',
    observed: `${count(outcomes.length, 'place')}${more}`,
    desired: 'none',
    why: `${count(outcomes.length, 'place')}${more} of the resource: ${where}.${notJudged} Of the first: ${shortened(first?.why ?? '', 2000)}`,
    fix: manual(`Mend every one of these places.${toDo}`),
    severity,
  };
}
