import type { DrainEnd } from '../../core/drain/drain.ts';
import { count } from '../../core/model/words.ts';
import type { PlanReport } from '../plan-report.ts';
import { type PlanSummary, planSummary } from '../plan-report.ts';
import { shortName } from '../short-name.ts';
import { headLine, nextSection, section } from './frame.ts';
import { flush } from './indent.ts';
import { type AskedFor, planSteps } from './plan-next.ts';
import { heldLines, peopleLines, unknownLines, writeLines } from './plan-sections.ts';
import { rows } from './rows.ts';
import { NARROWEST, type Style, type Terminal } from './terminal.ts';

/** What would be written, for a person: a block for each write, what is held and why, what needs a person, and a line that sums up. */
export function planText(report: PlanReport, asked: AskedFor, terminal: Terminal): string {
  const within = { width: Math.max(terminal.width, NARROWEST), paint: terminal.paint };
  const summary = planSummary(report);
  const lines = [
    ...headLines(report, within),
    ...writeLines(report, within).flatMap((block) => ['', ...block]),
    ...section('Drains that are over, without a write', rows(endingsIn(report), within), within),
    ...section('Held: not written now', heldLines(report, asked.details, within), within),
    ...section('Needs you: no change of the app mends it', peopleLines(report, asked.details, within), within),
    ...section('Could not be judged', unknownLines(report, asked.details, within), within),
    ...section('Could not be read', rows(unreadIn(report), within), within),
    '',
    ...flush(summaryInWords(summary), within, ['bold']),
    ...nextSection(planSteps(report, asked), within),
  ];
  return `${lines.join('\n')}\n`;
}

/** As in "10 writes, 1 waits for empty nodes, 74 need you". */
export function summaryInWords({ writes, waitForNodes, later, held, forPeople, unknown }: PlanSummary): string {
  const verb = (n: number, one: string, many: string) => (n === 0 ? [] : [`${n} ${n === 1 ? one : many}`]);
  const parts = [
    writes === 0 ? 'Nothing would be written' : count(writes, 'write'),
    ...verb(waitForNodes, 'waits for empty nodes', 'wait for empty nodes'),
    ...verb(later, 'comes later', 'come later'),
    ...verb(held, 'is held', 'are held'),
    ...verb(forPeople, 'needs you', 'need you'),
    ...verb(unknown, 'could not be judged', 'could not be judged'),
  ];
  return `${parts.join(', ')}.`;
}

type Line = readonly [label: string, text: string, styles?: readonly Style[]];

function headLines(report: PlanReport, terminal: Terminal): string[] {
  const { storage, accounts } = report;
  const title =
    storage === null ? 'What Batch Warden would write, as far as files tell' : 'What Batch Warden would write now';
  const names = accounts.map(({ account }) => shortName(account));
  const lines: Line[] = [
    ...policyLines(report),
    [
      'accounts',
      names.length === 0 ? 'none' : `${names.length} (${names.slice(0, 6).join(', ')}${more(names.length - 6)})`,
    ],
    ['known from', knownFrom(report)],
  ];
  return [
    ...flush(title, terminal, ['bold']),
    ...lines.flatMap(([label, text, styles]) => headLine(label, text, terminal, styles)),
  ];
}

function more(rest: number): string {
  return rest > 0 ? ` and ${rest} more` : '';
}

function policyLines({ policy }: PlanReport): Line[] {
  const { file, hash } = policy;
  const which = file === null ? (hash === null ? '' : `; hash ${hash}`) : `; ${file}`;
  if ('invalid' in policy)
    return [['policy', `INVALID, so nothing is judged or begun: ${policy.invalid}${which}`, ['bold', 'red']]];
  const { mode, freeze } = policy;
  const isNone = file === null && (hash === null || hash === 'built-in');
  return [
    ...(freeze ? ([['policy', 'FROZEN: nothing is begun', ['bold', 'yellow']]] as const) : []),
    [
      freeze ? '' : 'policy',
      isNone
        ? 'there is none: every rule that is on by default only reports'
        : `mode ${mode}, where rules and scopes say nothing else${which}`,
    ],
  ];
}

function knownFrom({ storage, assumesComplete }: PlanReport): string {
  if (storage === null)
    return `the bodies in the files${assumesComplete === true ? ', taken for all that there is' : ''}. They tell no roles, secrets or subnets, who changed what or uses keys, or what was tried before: the app knows these.`;
  return `Azure as it is, read with your rights, not with the app's; and what the app keeps at ${storage}. Nothing is written or claimed.`;
}

const ENDS: Readonly<Record<DrainEnd['how'], string>> = {
  restored: 'it has its size back',
  'owner-scaled': 'somebody gave it another size, and that holds',
  'not-begun': 'it was never emptied',
  'pool-gone': 'it is gone, or was made again',
};

function endingsIn({ accounts }: PlanReport): string[][] {
  return accounts.flatMap(({ endings }) => endings.map(({ poolId, how }) => [shortName(poolId), ENDS[how]]));
}

/** Beside what makes a verdict unknown: what was not read, of which account. */
function unreadIn({ accounts, assumesComplete }: PlanReport): string[][] {
  return accounts.flatMap(({ account, problems, unread }) =>
    // That files may lack something is said where it holds a change.
    [...(assumesComplete === false ? [] : problems), ...unread].map((text) => [shortName(account), text]),
  );
}
