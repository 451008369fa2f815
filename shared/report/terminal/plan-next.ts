import type { HeldCode } from '../../core/plan/held.ts';
import { APPROVABLE } from '../held-words.ts';
import { type PlanReport, planSummary } from '../plan-report.ts';
import type { NextStep } from './frame.ts';

/** How the plan was asked for. */
export interface AskedFor {
  /** All arguments, as in ` myaccount --storage stbatchwarden1`, or nothing. */
  readonly args: string;
  /** What names the storage to other commands, or nothing. */
  readonly storage: string;
  /** Whether each change and each finding is shown in full. */
  readonly details: boolean;
}

/** What a person can do, the most pressing first. */
export function planSteps(report: PlanReport, asked: AskedFor): NextStep[] {
  const { policy, accounts } = report;
  if ('invalid' in policy)
    return [['Mend the policy. This checks a file:', `npx batch-warden policy ${policy.file ?? 'policy.yaml'}`]];
  const held = new Set(accounts.flatMap((account) => account.held.map(({ held: { code } }) => code)));
  return [
    ...ofReading(report, held, asked),
    ...ofPolicy(report, held, asked),
    ...ofWrites(report, asked),
    ...ofDetails(report, asked),
  ];
}

function ofReading(report: PlanReport, held: ReadonlySet<HeldCode>, { args }: AskedFor): NextStep[] {
  const { assumesComplete, accounts, storage } = report;
  const steps: NextStep[] = [];
  if (held.has('incomplete') && assumesComplete === false)
    steps.push([
      'Nothing is written where something may be missing. If the files have the account and all of its pools, say so:',
      `npx batch-warden plan${args} --assume-complete`,
    ]);
  if (held.has('incomplete') && assumesComplete === true)
    steps.push(['Give the bodies of the accounts too, and mend what could not be read.', null]);
  if (storage !== null && accounts.length === 0)
    steps.push(['The app keeps no account yet. Name one by its ARM id, or wait for its first sweep.', null]);
  const fresh = accounts.filter(({ lookedFrom }) => lookedFrom === null).length;
  if (storage !== null && fresh > 0)
    steps.push([
      `The app has not read ${fresh === 1 ? 'this account' : `${fresh} of these accounts`} yet: it does at its next sweep, if WATCHED_SUBSCRIPTIONS names the subscription.`,
      null,
    ]);
  return steps;
}

function ofPolicy({ policy, storage }: PlanReport, held: ReadonlySet<HeldCode>, asked: AskedFor): NextStep[] {
  const steps: NextStep[] = [];
  if (held.has('frozen') && policy.file === null)
    steps.push([
      'Nothing is begun while the policy is frozen. This ends it:',
      `npx batch-warden unfreeze${asked.storage} --by WHO`,
    ]);
  if (held.has('audit'))
    steps.push([
      'See what repairing would write: set rules to enforce in a copy of the policy (docs/policy.md), and give --policy that copy.',
      policy.file === null ? `npx batch-warden plan${asked.args} --policy policy.yaml` : null,
    ]);
  if (held.has('waits-for-zero') && 'drainsMax' in policy && policy.drainsMax === 0)
    steps.push(['No drain may begin, as drains.max is 0: let some (docs/draining.md), or take the nodes away.', null]);
  if (storage !== null && policy.file === null && APPROVABLE.some((code) => held.has(code)))
    steps.push([
      'Let changes go on that wait for your approval, each by its id:',
      `npx batch-warden approve CHANGE...${asked.storage} --by WHO`,
    ]);
  if (held.has('contested') && storage !== null)
    steps.push([
      'Settle who sets what is contested, then release it:',
      `npx batch-warden release RESOURCE RULE${asked.storage} --by WHO`,
    ]);
  return steps;
}

function ofWrites(report: PlanReport, { storage }: AskedFor): NextStep[] {
  if (planSummary(report).writes === 0) return [];
  if (report.storage === null || report.policy.file !== null)
    return [
      [
        'To have it written, upload the policy: the app writes at its next look, as far as nothing holds it then.',
        null,
      ],
    ];
  return [
    [
      'The app writes this at its next look at each account: after an event, an alarm or at the next sweep. Then see:',
      `npx batch-warden journal${storage}`,
    ],
  ];
}

function ofDetails(report: PlanReport, { args, details }: AskedFor): NextStep[] {
  const { waitForNodes, later, held, forPeople, unknown } = planSummary(report);
  return details || waitForNodes + later + held + forPeople + unknown === 0
    ? []
    : [
        [
          'See each change that is held, each finding that needs you and each that could not be judged:',
          `npx batch-warden plan${args} --details`,
        ],
      ];
}
