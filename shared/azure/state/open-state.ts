import type { TokenCredential } from '@azure/core-auth';
import { TableClient } from '@azure/data-tables';
import { DefaultAzureCredential } from '@azure/identity';
import { briefClient } from '../http/patient-client.ts';
import { accountRows } from './account-index.ts';
import type { AccountRow } from './account-rows.ts';
import { type JournalAnswer, type JournalQuestion, journalEntries } from './journal-entries.ts';
import { type Asked, told } from './not-asked.ts';
import type { RequestEndpoints } from './open-requests.ts';
import type { Report } from './storage.ts';

/** What a person may see of the app's state: he signs in as himself, and nothing is written. */
export interface OpenState {
  /** All accounts that are kept. @throws NotAsked where Azure does not show them; what says that nobody is signed in, as it is */
  accounts(): Promise<readonly AccountRow[]>;
  /** @throws NotAsked, as above */
  journal(question: JournalQuestion): Promise<JournalAnswer>;
}

/** @param report is told of rows that cannot be read */
export function openState(
  { table }: RequestEndpoints,
  report: Report,
  credential: TokenCredential = new DefaultAzureCredential({ httpClient: briefClient() }),
): OpenState {
  const open = (name: string) => new TableClient(table, name, credential, { httpClient: briefClient() });
  return {
    accounts: () => told(TABLE('accounts', table), () => accountRows({ accounts: open('accounts') }, null, report)),
    journal: (question) => told(TABLE('journal', table), () => journalEntries(open('journal'), question, report)),
  };
}

function TABLE(name: string, endpoint: string): Asked {
  return { what: `the table ${name}`, endpoint, role: 'Storage Table Data Reader on that table' };
}
