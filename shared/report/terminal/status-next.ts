import { DOCTOR } from '../../core/doctor/findings.ts';
import { accountOf } from '../../core/model/resource-id.ts';
import { after, MINUTE } from '../../core/model/time.ts';
import { count } from '../../core/model/words.ts';
import { COULD_NOT_LOOK } from '../../core/plan/carry-over.ts';
import { releaseOf } from '../../core/plan/contest.ts';
import { DRAIN } from '../../core/plan/drain-finding.ts';
import type { Finding } from '../../core/plan/finding.ts';
import type { HeldCode } from '../../core/plan/held.ts';
import { poisonedIn } from '../poison.ts';
import { mostSevereFirst } from '../scan-report.ts';
import { shortName } from '../short-name.ts';
import type { StatusReport } from '../status-report.ts';
import { forPeople, heldByCode } from '../status-tally.ts';
import type { NextStep } from './frame.ts';

/** The app rings alarms every five minutes. */
const LATE = 15 * MINUTE;

/** The most pressing first. @param storage what names the storage to the next command */
export function nextSteps(report: StatusReport, storage: string): NextStep[] {
  return [...ofTheApp(report, storage), ...ofFindings(report.findings, storage), ...ofAll(report, storage)];
}

/** What keeps the app from its work. */
function ofTheApp(report: StatusReport, storage: string): NextStep[] {
  const { policy, queues, accounts, findings, at, lastSweep } = report;
  const steps: NextStep[] = [];
  if ('invalid' in policy) {
    const files = policy.invalid.includes('exemptions.yaml: ') ? ' --exemptions exemptions.yaml' : '';
    steps.push(['Mend the policy and upload it again. This checks it:', `npx batch-warden policy policy.yaml${files}`]);
  }
  const late = accounts.filter(({ wakeAt }) => wakeAt !== null && wakeAt < after(at, -LATE)).length;
  if (late > 0)
    steps.push([
      `See that the function app runs: ${count(late, 'alarm')} should have rung by now. Its log has a heartbeat every five minutes.`,
      null,
    ]);
  if ('known' in queues && poisonedIn(queues.known).length > 0)
    steps.push(['See in the log of the app what was given up, and why (event "poison").', null]);
  if (findings.some(({ ruleId }) => ruleId === COULD_NOT_LOOK))
    steps.push(['Mend what keeps the app from looking: often a role that it lost (docs/roles.md).', null]);
  if (findings.some(({ ruleId }) => ruleId === DOCTOR))
    steps.push([
      'A check that the app made of itself fails. This tells why, and what to do:',
      `npx batch-warden doctor${storage}`,
    ]);
  if (accounts.length === 0) {
    const sweep = lastSweep === null ? 'The first sweep comes at SWEEP_SCHEDULE' : 'The last sweep found none';
    steps.push([
      `No account is kept yet. ${sweep}: see that WATCHED_SUBSCRIPTIONS names the subscriptions, and that the app has its roles there.`,
      null,
    ]);
  }
  if ('freeze' in policy && policy.freeze)
    steps.push([
      'Nothing is begun while the policy is frozen. This ends it:',
      `npx batch-warden unfreeze${storage} --by WHO`,
    ]);
  return steps;
}

/** Nothing more comes of a write than Azure said. */
const TRIED: readonly HeldCode[] = ['refused', 'not-effective', 'failed'];

function ofFindings(findings: readonly Finding[], storage: string): NextStep[] {
  const held = heldByCode(findings);
  const [tried] = held.filter(({ code }) => TRIED.includes(code)).flatMap(({ findings: those }) => those);
  const [contested] = mostSevereFirst(held.find(({ code }) => code === 'contested')?.findings ?? []);
  const rule = contested === undefined ? null : releaseOf(contested);
  const [worst] = mostSevereFirst(forPeople(findings).filter(({ ruleId }) => ruleId !== DRAIN));
  const steps: NextStep[] = [];
  if (contested !== undefined && rule !== null)
    steps.push([
      'Settle who sets what is contested, then release it:',
      `npx batch-warden release "${contested.resourceId}" ${rule}${storage} --by WHO`,
    ]);
  const account = tried === undefined ? null : accountOf(tried.resourceId);
  if (account !== null)
    steps.push([
      'See what Azure said of writes that did not succeed:',
      `npx batch-warden journal "${account.text}"${storage}`,
    ]);
  const subscription = worst === undefined ? null : accountOf(worst.resourceId)?.subscription;
  if (worst !== undefined && subscription != null)
    steps.push([
      'Read what a person has to do, the gravest first:',
      `npx batch-warden explain ${shortName(worst.resourceId)} --subscription ${subscription}`,
    ]);
  return steps;
}

function ofAll({ accounts, findings }: StatusReport, storage: string): NextStep[] {
  const isOnlyTold = findings.some(({ status, held }) => status === 'open' && held?.code === 'audit');
  const steps: NextStep[] = [];
  if (isOnlyTold)
    steps.push(['Let rules repair what is only reported, a part of the estate at a time (docs/policy.md).', null]);
  if (accounts.length > 0) steps.push(['See what was written last:', `npx batch-warden journal${storage}`]);
  return steps;
}
