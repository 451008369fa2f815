import type { OpenState } from '../shared/azure/state/open-state.ts';
import { idKey, parseAccountId } from '../shared/core/model/resource-id.ts';
import { listed } from '../shared/core/model/words.ts';
import { redactedIn } from '../shared/core/plain-secrets/redacted.ts';
import { type JournalReport, journalJson } from '../shared/report/journal-report.ts';
import { journalText } from '../shared/report/terminal/journal-text.ts';
import { BAD_INPUT, BadInput, CLEAN, type Io } from './io.ts';
import type { JournalOptions } from './journal-command.ts';
import { didYouMean } from './nearest.ts';
import { readState, tellBadRows } from './read-state.ts';

/** Shows what the app wrote, and gives the exit code. */
export async function journal(account: string | undefined, options: JournalOptions, io: Io): Promise<number> {
  const { since = null, limit, format, storage } = options;
  const { badRows, value } = await readState(storage, async (state) => {
    const accountId = account === undefined ? null : await accountNamed(account, state);
    return { account: accountId, answer: await state.journal({ accountId, since, limit }) };
  });
  const report: JournalReport = redactedIn({ account: value.account, since, ...value.answer, badRows });
  io.out(format === 'json' ? journalJson(report) : journalText(report, io));
  tellBadRows(badRows, io);
  return badRows.length > 0 ? BAD_INPUT : CLEAN;
}

/** The id of the account. @throws BadInput where it is none, or not one */
async function accountNamed(text: string, state: Pick<OpenState, 'accounts'>): Promise<string> {
  const id = parseAccountId(text);
  if (id !== null) return id.text;
  if (text.includes('/')) throw new BadInput(`Not the ARM id of a Batch account: ${text}`);
  const kept = (await state.accounts()).flatMap(({ accountId }) => parseAccountId(accountId) ?? []);
  const found = kept.filter(({ account }) => idKey(account) === idKey(text)).map((one) => one.text);
  const [only] = found;
  if (only === undefined) {
    const names = [...new Set(kept.map(({ account }) => account))];
    throw new BadInput(
      `No account ${text} is kept. ${didYouMean(text, names)}One that has been gone for long is found by its ARM id alone.`,
    );
  }
  if (found.length > 1)
    throw new BadInput(`Several accounts are named ${text}: give the ARM id of one. ${listed(found)}`);
  return only;
}
