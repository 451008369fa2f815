import { redactedIn } from '../shared/core/plain-secrets/redacted.ts';
import { type JournalReport, journalJson } from '../shared/report/journal-report.ts';
import { journalText } from '../shared/report/terminal/journal-text.ts';
import { accountNamed } from './account-named.ts';
import { BAD_INPUT, CLEAN, type Io } from './io.ts';
import type { JournalOptions } from './journal-command.ts';
import { readState, tellBadRows } from './read-state.ts';

const BY_ID = 'One that has been gone for long is found by its ARM id alone.';

/** Shows what the app wrote, and gives the exit code. */
export async function journal(account: string | undefined, options: JournalOptions, io: Io): Promise<number> {
  const { since = null, limit, format, storage } = options;
  const { badRows, value } = await readState(storage, async (state) => {
    const accountId = account === undefined ? null : await accountNamed(account, state, BY_ID);
    return { account: accountId, answer: await state.journal({ accountId, since, limit }) };
  });
  const report: JournalReport = redactedIn({ account: value.account, since, ...value.answer, badRows });
  io.out(await inFormat(format, report, io));
  tellBadRows(badRows, io);
  return badRows.length > 0 ? BAD_INPUT : CLEAN;
}

async function inFormat(format: JournalOptions['format'], report: JournalReport, io: Io): Promise<string> {
  switch (format) {
    case 'text':
      return journalText(report, io);
    case 'json':
      return journalJson(report);
    case 'ocsf':
      return (await import('../shared/report/ocsf-remediation.ts')).journalOcsf(report);
  }
}
