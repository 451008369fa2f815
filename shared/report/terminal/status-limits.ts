import { count, listed } from '../../core/model/words.ts';
import { ago } from '../ago.ts';
import type { LimitsState } from '../limits-state.ts';
import type { StatusReport } from '../status-report.ts';
import type { Style } from './terminal.ts';

type Line = readonly [label: string, text: string, styles: readonly Style[]];

const MOST = 3;

type Tally = Pick<NonNullable<LimitsState['budget']>, 'begun' | 'left' | 'most'>;

/** What may be begun now, and why no more. */
export function limitLines({ limits, at }: StatusReport): Line[] {
  if ('unseen' in limits) return [['budget', `not seen: ${limits.unseen}`, ['magenta']]];
  const isUsedUp = limits.budget === null || limits.budget.left === 0;
  const [stopped, styles] = breakerOf(limits, at);
  return [
    ['budget', budgetOf(limits), isUsedUp ? ['yellow'] : []],
    ['breaker', stopped, styles],
  ];
}

function budgetOf({ budget }: LimitsState): string {
  if (budget === null) return 'used up: its row in the table budget is not as the app writes it; delete it';
  const inOrder = budget.subscriptions.toSorted((a, b) => (a.left ?? 0) - (b.left ?? 0) || b.begun - a.begun);
  const shown = inOrder.slice(0, MOST).map((one) => `${outOf(one)} in ${one.subscription}`);
  const rest = inOrder.length - shown.length;
  const more = rest > 0 ? [`more in ${count(rest, 'other subscription')}`] : [];
  const where = shown.length === 0 ? '' : `; ${listed([...shown, ...more])}`;
  const which = budget.left === null ? 'changes begun' : 'changes left';
  return `${outOf(budget)} ${which} this hour, until ${budget.until.toISOString().slice(11, 16)}Z${where}`;
}

function outOf({ begun, left, most }: Tally): string {
  return left === null ? String(begun) : `${left} of ${most}`;
}

function breakerOf({ breaker }: LimitsState, now: Date): readonly [string, readonly Style[]] {
  const { state, until, failures } = breaker;
  switch (state) {
    case 'closed':
      return [failures === 0 ? 'closed' : `closed; ${count(failures, 'failure')} within the last hour`, []];
    case 'stopped':
      return [
        `STOPPED, so nothing is begun: too many writes failed. It ends ${until && ago(until, now)}`,
        ['bold', 'red'],
      ];
    case 'half-open':
      return ['one write is tried next: too many failed', ['yellow']];
    case 'probing':
      return ['one write is tried now: too many failed', ['yellow']];
    case 'unreadable':
      return ['STOPPED: its row in the table budget is not as the app writes it; delete it', ['bold', 'red']];
  }
}
