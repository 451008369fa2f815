import packageJson from '../package.json' with { type: 'json' };
import { after, DAY } from '../shared/core/model/time.ts';
import { count } from '../shared/core/model/words.ts';
import { redactedIn } from '../shared/core/plain-secrets/redacted.ts';
import { asOf } from '../shared/core/plan/exempted.ts';
import { exemptionNotes } from '../shared/core/plan/exemption-notes.ts';
import { historyOf } from '../shared/report/html/history.ts';
import { toHtml } from '../shared/report/html/html.ts';
import { rules } from '../shared/rules/index.ts';
import { accountState } from './account-state.ts';
import { drainState } from './drain-state.ts';
import { BAD_INPUT, CLEAN, type Io } from './io.ts';
import { readState, tellBadRows } from './read-state.ts';
import type { ReportOptions } from './report-command.ts';

/** As long as closed findings are kept. */
const BACK = 30 * DAY;
const MOST_WRITES = 2000;

/** Writes all that the app keeps as a page, and gives the exit code. */
export async function report({ storage }: ReportOptions, io: Io): Promise<number> {
  const at = new Date();
  const { value, badRows, host } = await readState(storage, async (state, orUnseen) => {
    // First, for who may not read it needs no other.
    const accounts = await state.accounts();
    const [findings, drains, policy, journal] = await Promise.all([
      state.allFindings(),
      state.drains(at),
      orUnseen(state.policy(rules)),
      orUnseen(state.journal({ accountId: null, since: after(at, -BACK), limit: MOST_WRITES })),
    ]);
    const writes = await orUnseen(state.lastWrites(drains, at));
    return { accounts: accounts.map(accountState), findings, drains, policy, journal, writes };
  });
  const { accounts, policy, journal, writes } = value;
  const findings = value.findings.map((finding) => asOf(finding, at));
  const there = findings.filter(({ status }) => status !== 'closed');
  const drains = value.drains.map((drain) => drainState(drain, writes));
  const kept = { at, findings, accounts, drains, writes: 'unseen' in journal ? [] : journal.writes };
  const unseen = [policy, journal].flatMap((one) => ('unseen' in one ? [one.unseen] : []));
  const errors = [
    ...('invalid' in policy ? [{ source: 'policy', path: '', message: policy.invalid }] : []),
    ...unseen.map((message) => ({ source: host, path: '', message })),
    ...badRows.map(({ table, row, reason }) => ({ source: `table ${table}`, path: row, message: reason })),
  ];
  const page = redactedIn({
    at,
    about: `As Batch Warden keeps it at ${host}`,
    read: count(accounts.length, 'account'),
    findings: there,
    exemptions: 'exemptions' in policy ? exemptionNotes(policy.exemptions, there, at) : [],
    errors,
    history: historyOf(kept),
  });
  io.out(toHtml({ ...page, version: packageJson.version, rules, predictions: new Map() }));
  tellBadRows(badRows, io);
  return errors.length > 0 ? BAD_INPUT : CLEAN;
}
