import type { OpenState } from '../shared/azure/state/open-state.ts';
import { redactedIn } from '../shared/core/plain-secrets/redacted.ts';
import { asOf } from '../shared/core/plan/exempted.ts';
import { exemptionNotes } from '../shared/core/plan/exemption-notes.ts';
import { limitsState } from '../shared/report/limits-state.ts';
import { type StatusReport, statusJson } from '../shared/report/status-report.ts';
import { statusText } from '../shared/report/terminal/status-text.ts';
import { rules } from '../shared/rules/index.ts';
import { accountState } from './account-state.ts';
import { drainState } from './drain-state.ts';
import { drainsInWords } from './drains-in-words.ts';
import type { Io } from './io.ts';
import { readState, tellBadRows } from './read-state.ts';
import { exitCode } from './scan.ts';
import type { StatusOptions } from './status-command.ts';

/** Shows how all that the app watches stands, and gives the exit code. */
export async function status({ storage, format, ...options }: StatusOptions, io: Io): Promise<number> {
  const now = new Date();
  const { value, badRows, host } = await readState(storage, async (state, orUnseen) => {
    // First, for who may not read it needs no other.
    const accounts = await state.accounts();
    const [lastSweep, findings, drains, limits, queues, policy] = await Promise.all([
      state.lastSweep(),
      state.findings(),
      state.drains(now),
      orUnseen(state.limits(now)),
      orUnseen(state.queues()),
      orUnseen(state.policy(rules)),
    ]);
    const [lastEvent, writes] = await Promise.all([
      orUnseen(state.lastEvent(accounts)),
      orUnseen(state.lastWrites(drains, now)),
    ]);
    const noSteps = 'unseen' in writes ? writes.unseen : null;
    const shown = findings.map((finding) => asOf(finding, now));
    return {
      policy: policyState(policy),
      exemptions: 'exemptions' in policy ? exemptionNotes(policy.exemptions, shown, now) : [],
      lastSweep,
      lastEvent: lastEvent === null || lastEvent instanceof Date ? { known: lastEvent } : lastEvent,
      accounts: accounts.map(accountState),
      findings: shown,
      drains: drains.map((drain) => drainState(drain, writes)),
      limits: 'unseen' in limits ? limits : limitsState(limits, 'limits' in policy ? policy.limits : null, now),
      noSteps,
      queues:
        'unseen' in queues
          ? queues
          : {
              known: queues.map(({ queue, depth }) => {
                return { queue, messages: depth?.messages ?? null, oldest: depth?.oldest ?? null };
              }),
            },
    };
  });
  const report: StatusReport = redactedIn({ at: now, storage: host, ...value, badRows });
  const forNext = storage === undefined ? '' : ` --storage ${storage}`;
  io.out(format === 'json' ? statusJson(report) : statusText(report, forNext, io));
  tellBadRows(badRows, io);
  const errors = 'invalid' in report.policy ? [...badRows, report.policy] : badRows;
  return exitCode({ findings: report.findings, errors }, options);
}

type PolicySeen = Awaited<ReturnType<OpenState['policy']>> | { readonly unseen: string };

function policyState(policy: PolicySeen): StatusReport['policy'] {
  if ('unseen' in policy) return policy;
  if ('invalid' in policy) return { invalid: policy.invalid, hash: policy.hash };
  const { mode, freeze, hash, drains } = policy;
  return { mode, freeze, hash, drains: drainsInWords(drains) };
}
