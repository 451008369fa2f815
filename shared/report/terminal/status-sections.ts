import type { DrainStep } from '../../core/drain/drain.ts';
import { accountOf, idKey } from '../../core/model/resource-id.ts';
import { listed } from '../../core/model/words.ts';
import { COULD_NOT_LOOK } from '../../core/plan/carry-over.ts';
import { DRAIN } from '../../core/plan/drain-finding.ts';
import type { Finding } from '../../core/plan/finding.ts';
import { ago } from '../ago.ts';
import { HELD_IN_WORDS } from '../held-words.ts';
import { shortName } from '../short-name.ts';
import type { AccountState, DrainState, StatusReport } from '../status-report.ts';
import { exemptIn, forPeople, heldByCode, notYetWritten, rulesIn } from '../status-tally.ts';
import { indented } from './indent.ts';
import { placesIn, rows } from './rows.ts';
import type { Terminal } from './terminal.ts';

/** Of each kind: what is left out is counted, and stands in the JSON. */
const MOST = 6;

function andMore(rest: number, noun: string, more = ''): string[] {
  return rest <= 0 ? [] : [indented(2, `and ${rest} more ${rest === 1 ? noun : `${noun}s`}${more}`)];
}

/** Those that are not gone. */
export function accountLines({ accounts, findings, at }: StatusReport, terminal: Terminal): string[] {
  const byAccount = Map.groupBy(findings, ({ resourceId }) => idKey(accountOf(resourceId)?.text ?? resourceId));
  const time = ({ lookedFrom }: AccountState) => lookedFrom?.getTime() ?? 0;
  const there = accounts.filter(({ goneSince }) => goneSince === null).toSorted((a, b) => time(a) - time(b));
  const names = Map.groupBy(there, ({ account }) => shortName(account));
  const shown = there.slice(0, MOST).map(({ account, lookedFrom }) => {
    const found = byAccount.get(idKey(account)) ?? [];
    const open = found.filter(({ status }) => status === 'open').length;
    const name = names.get(shortName(account))?.length === 1 ? shortName(account) : account;
    const looked = lookedFrom === null ? 'never' : ago(lookedFrom, at);
    return [looked, String(open), String(found.length - open - exemptIn(found).length), name];
  });
  const next = there[MOST];
  const since = next?.lookedFrom ? `, the first of them last read ${ago(next.lookedFrom, at)}` : '';
  return shown.length === 0
    ? []
    : [
        ...rows([['last read', 'open', 'unknown', 'account'], ...shown], terminal),
        ...andMore(there.length - MOST, 'account', since),
      ];
}

export function ruleLines({ findings }: StatusReport, terminal: Terminal): string[] {
  const rules = rulesIn(findings);
  if (rules.length === 0) return [];
  const hasExempt = rules.some(({ exempt }) => exempt > 0);
  const counted = ['open', ...(hasExempt ? (['exempt'] as const) : []), 'unknown'] as const;
  const cells = rules
    .slice(0, MOST)
    .map((tally) => [tally.severity, ...counted.map((key) => String(tally[key])), tally.rule]);
  const rest = rules.slice(MOST);
  const sums = counted.map((key) => `${rest.reduce((total, tally) => total + tally[key], 0)} ${key}`);
  return [
    ...rows([['gravest', ...counted, 'rule'], ...cells], terminal),
    ...andMore(rest.length, 'rule', `: ${sums.join(', ')}`),
  ];
}

const STEPS: Readonly<Record<DrainStep, string>> = {
  empty: 'emptied',
  change: 'changed',
  restore: 'given its size back',
  unmark: 'unmarked',
};

export function drainLines({ drains, at, noSteps }: StatusReport, terminal: Terminal): string[] {
  const cells = drains.slice(0, MOST).map((drain) => {
    const { poolId, begunAt, deadline } = drain;
    const end =
      deadline > at ? `size back ${ago(deadline, at)} at the latest` : `LATE: its size was due ${ago(deadline, at)}`;
    return [shortName(poolId), `begun ${ago(begunAt, at)}; ${stepOf(drain, at, noSteps)}; ${end}`];
  });
  return [...rows(cells, terminal), ...andMore(drains.length - MOST, 'drain')];
}

function stepOf({ lastWrite }: DrainState, now: Date, noSteps: string | null): string {
  if (noSteps !== null) return `its step is not seen: ${noSteps}`;
  if (lastWrite === null) return 'nothing is written yet';
  const { step, at, outcome } = lastWrite;
  const how = outcome === 'applied' ? '' : ` (${outcome})`;
  return `last step: ${STEPS[step]} ${ago(at, now)}${how}`;
}

export function heldLines({ findings }: StatusReport, terminal: Terminal): string[] {
  const cells = heldByCode(findings).map(({ code, findings: those }) => [
    String(those.length),
    code,
    HELD_IN_WORDS[code],
  ]);
  const free = notYetWritten(findings).length;
  return rows(
    free === 0 ? cells : [...cells, [String(free), 'none', 'nothing holds it: written at the next look']],
    terminal,
  );
}

/** In the order of their file. */
export function exemptionLines({ exemptions }: StatusReport, terminal: Terminal): string[] {
  const cells = exemptions.slice(0, MOST).map(({ code, message }) => [code, message]);
  return [...rows(cells, terminal), ...andMore(exemptions.length - MOST, 'note')];
}

export function contestedLines({ findings }: StatusReport, terminal: Terminal): string[] {
  const contested = findings.filter(({ status, held }) => status === 'open' && held?.code === 'contested');
  const cells = contested
    .slice(0, MOST)
    .map(({ ruleId, resourceId, held }) => [`${ruleId} on ${shortName(resourceId)}: ${held?.message ?? ''}`]);
  return [...rows(cells, terminal), ...andMore(contested.length - MOST, 'finding')];
}

export function peopleLines({ findings }: StatusReport, terminal: Terminal): string[] {
  const those = forPeople(findings);
  const byRule = Map.groupBy(those, ({ ruleId }) => ruleId);
  const tallies = rulesIn(those);
  const cells = tallies.slice(0, MOST).map(({ rule, open }) => {
    const found = byRule.get(rule) ?? [];
    return [String(open), rule, rule === DRAIN ? drainsInFull(found) : placesIn(found)];
  });
  return [...rows(cells, terminal), ...andMore(tallies.length - MOST, 'rule')];
}

/** No page of a rule tells it. */
function drainsInFull(findings: readonly Finding[]): string {
  const told = findings.map(({ resourceId, why, fix }) => {
    return `${shortName(resourceId)}: ${why} ${fix?.kind === 'manual' ? fix.why : ''}`;
  });
  return listed(told, ' ');
}

export function unreadLines({ findings }: StatusReport, terminal: Terminal): string[] {
  const unread = findings.filter(({ ruleId }) => ruleId === COULD_NOT_LOOK);
  const cells = unread.slice(0, MOST).map(({ resourceId, why }) => [`${shortName(resourceId)}: ${why}`]);
  return [...rows(cells, terminal), ...andMore(unread.length - MOST, 'finding')];
}
