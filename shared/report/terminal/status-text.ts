import { count } from '../../core/model/words.ts';
import { SEVERITIES } from '../../core/policy/rule.ts';
import { ago } from '../ago.ts';
import { isPoison, poisonedIn } from '../poison.ts';
import type { QueueState, StatusReport } from '../status-report.ts';
import { exemptIn, openOf } from '../status-tally.ts';
import { headLine, nextSection, section } from './frame.ts';
import { flush } from './indent.ts';
import { limitLines } from './status-limits.ts';
import { nextSteps } from './status-next.ts';
import {
  accountLines,
  contestedLines,
  drainLines,
  exemptionLines,
  heldLines,
  peopleLines,
  ruleLines,
  unreadLines,
} from './status-sections.ts';
import { NARROWEST, type Style, type Terminal } from './terminal.ts';

/** The state for a person: what is said first sums up; then what is longest and gravest of each kind, and what to do. @param storage what to give the next command, or nothing */
export function statusText(report: StatusReport, storage: string, terminal: Terminal): string {
  const within = { width: Math.max(terminal.width, NARROWEST), paint: terminal.paint };
  const labelled = (label: string, text: string, styles: readonly Style[] = []) =>
    headLine(label, text, within, styles);
  const lines = [
    ...flush(`Batch Warden, by what it keeps at ${report.storage}`, within, ['bold']),
    ...policyLines(report).flatMap(([text, styles], at) => labelled(at === 0 ? 'policy' : '', text, styles)),
    ...labelled(
      'sweep',
      report.lastSweep === null ? 'none has begun yet' : `the last began ${timeOf(report, report.lastSweep)}`,
    ),
    ...labelled('events', eventsOf(report)),
    ...labelled('alarms', alarmsOf(report)),
    ...queueLines(report).flatMap(([label, text, styles]) => labelled(label, text, styles)),
    ...limitLines(report).flatMap(([label, text, styles]) => labelled(label, text, styles)),
    ...labelled('accounts', accountsOf(report)),
    ...labelled('findings', findingsOf(report)),
    ...section('Accounts, the one not read for longest first', accountLines(report, within), within),
    ...section('Findings by rule, the gravest first', ruleLines(report, within), within),
    ...section('Drains that are open', drainLines(report, within), within),
    ...section('Changes that are held, by why', heldLines(report, within), within),
    ...section('Exemptions to see to', exemptionLines(report, within), within),
    ...section('Could not be read', unreadLines(report, within), within),
    ...section('Contested: somebody undoes what is written', contestedLines(report, within), within),
    ...section('Needs you: no change of the app mends it', peopleLines(report, within), within),
    ...nextSection(nextSteps(report, storage), within),
  ];
  return `${lines.join('\n')}\n`;
}

type Line = readonly [text: string, styles: readonly Style[]];

function policyLines({ policy }: StatusReport): Line[] {
  if ('unseen' in policy) return [[`not seen: ${policy.unseen}`, ['magenta']]];
  if ('invalid' in policy) return [[`INVALID, so nothing is judged or begun: ${policy.invalid}`, ['bold', 'red']]];
  const { mode, freeze, hash, drains } = policy;
  return [
    ...(freeze ? ([['FROZEN: nothing is begun', ['bold', 'yellow']]] as const) : []),
    hash.startsWith('built-in')
      ? ['there is none: every rule that is on by default reports, and nothing is written', []]
      : [`mode ${mode}, where rules and scopes say nothing else; hash ${hash}`, []],
    [`drains: ${drains}`, []],
  ];
}

function timeOf({ at }: StatusReport, time: Date): string {
  return `${time.toISOString().slice(0, 16)}Z (${ago(time, at)})`;
}

function eventsOf(report: StatusReport): string {
  const { lastEvent } = report;
  if ('unseen' in lastEvent) return `not seen: ${lastEvent.unseen}`;
  return lastEvent.known === null ? 'none was received yet' : `the last is of ${timeOf(report, lastEvent.known)}`;
}

function alarmsOf(report: StatusReport): string {
  const times = report.accounts.flatMap(({ wakeAt }) => wakeAt ?? []).toSorted((a, b) => a.getTime() - b.getTime());
  const [first] = times;
  if (first === undefined) return 'none is set';
  const due = times.filter((time) => time <= report.at).length;
  return due === 0
    ? `${count(times.length, 'account')} to look at again, the first at ${timeOf(report, first)}`
    : `${count(due, 'account')} due, the first since ${timeOf(report, first)}`;
}

function queueLines({ queues, at }: StatusReport): (readonly [string, string, readonly Style[]])[] {
  if ('unseen' in queues) return [['queues', `not seen: ${queues.unseen}`, ['magenta']]];
  const inWords = ({ queue, messages, oldest }: QueueState) =>
    messages === null
      ? `${queue} is not there`
      : `${queue} ${messages}${oldest === null ? '' : ` (the first came ${ago(oldest, at)})`}`;
  const full = poisonedIn(queues.known);
  return [
    [
      'queues',
      queues.known
        .filter(({ queue }) => !isPoison(queue))
        .map(inWords)
        .join(', '),
      [],
    ],
    full.length === 0
      ? ['poison', 'none', []]
      : ['poison', `given up after every try failed: ${full.map(inWords).join(', ')}`, ['bold', 'red']],
  ];
}

function accountsOf({ accounts }: StatusReport): string {
  const failing = accounts.filter(({ failedSince }) => Object.keys(failedSince).length > 0).length;
  const gone = accounts.filter(({ goneSince }) => goneSince !== null).length;
  const never = accounts.filter(({ lookedFrom }) => lookedFrom === null).length;
  const parts = [
    ...(never > 0 ? [`${never} never read`] : []),
    ...(failing > 0 ? [`${failing} with readings that fail`] : []),
    ...(gone > 0 ? [`${gone} gone`] : []),
  ];
  return [`${accounts.length} kept`, ...parts].join(', ');
}

function findingsOf({ findings }: StatusReport): string {
  const counts = SEVERITIES.toReversed().map((severity) => ({ severity, n: openOf(findings, severity) }));
  const open = counts.reduce((sum, { n }) => sum + n, 0);
  const bySeverity = counts.filter(({ n }) => n > 0).map(({ severity, n }) => `${n} ${severity}`);
  const inWords = open === 0 ? '' : ` (${bySeverity.join(', ')})`;
  const exempt = exemptIn(findings).length;
  const exemptOnes = exempt === 0 ? '' : `, ${exempt} exempt`;
  return `${open} open${inWords}${exemptOnes}, ${findings.length - open - exempt} unknown`;
}
