import type { TokenCredential } from '@azure/core-auth';
import { TableClient } from '@azure/data-tables';
import { DefaultAzureCredential } from '@azure/identity';
import type { SlotSeen } from '../../core/drain/counted-slots.ts';
import type { DrainWrite } from '../../core/drain/drain.ts';
import type { Reading } from '../../core/model/reading.ts';
import { parseAccountId } from '../../core/model/resource-id.ts';
import { latest } from '../../core/model/time.ts';
import type { LimitsSeen } from '../../core/plan/budget.ts';
import type { Finding } from '../../core/plan/finding.ts';
import type { Memory } from '../../core/plan/memory.ts';
import type { Rule } from '../../core/policy/rule.ts';
import type { PolicyRead, QueueDepth } from '../../ports.ts';
import { briefClient } from '../http/patient-client.ts';
import { accountRows, lastSweep } from './account-index.ts';
import type { AccountRow } from './account-rows.ts';
import { limitsIn } from './budget.ts';
import { type JournalAnswer, type JournalQuestion, journalEntries } from './journal-entries.ts';
import { memoryIn } from './memory.ts';
import { allQueues, known, oneTable, tablesOfLook, told } from './not-asked.ts';
import { lastWrites, type OpenDrain, openDrains } from './open-drains.ts';
import { allFindings, openFindings } from './open-findings.ts';
import { openRequests, type RequestEndpoints } from './open-requests.ts';
import { receivedOf } from './received.ts';
import { slotsSeen } from './slots.ts';
import { nullIfMissing, openQueues, type Report } from './storage.ts';
import { depthOf } from './work-queues.ts';

/** What waits in a queue; null where there is no such queue. */
type QueueSeen = Pick<QueueDepth, 'queue'> & { readonly depth: QueueDepth | null };

/**
 * What a person may see of the app's state: he signs in as himself, and nothing is written or made. Each throws NotAsked where
 * Azure does not show it, and what says that nobody is signed in as it is.
 */
export interface OpenState {
  /** All accounts that are kept. */
  accounts(): Promise<readonly AccountRow[]>;
  /** When the last sweep started; null where none has. */
  lastSweep(): Promise<Date | null>;
  /** When the last event was received of any of the accounts' subscriptions; null where none was. */
  lastEvent(accounts: readonly Pick<AccountRow, 'accountId'>[]): Promise<Date | null>;
  /** Those that are not closed, without their values. */
  findings(): Promise<readonly Finding[]>;
  /** The closed ones too, each with its values. */
  allFindings(): Promise<readonly Finding[]>;
  drains(now: Date): Promise<readonly OpenDrain[]>;
  /** What was begun in the hour of `now`, and the breaker. */
  limits(now: Date): Promise<LimitsSeen>;
  /** By the drain's id. */
  lastWrites(drains: readonly OpenDrain[], now: Date): Promise<ReadonlyMap<string, DrainWrite>>;
  journal(question: JournalQuestion): Promise<JournalAnswer>;
  /** Those that the app works on, then those where it gave up. */
  queues(): Promise<readonly QueueSeen[]>;
  policy(rules: readonly Rule[]): Promise<PolicyRead>;
  /** What the next look at the account goes by. */
  memory(accountId: string, now: Date): Promise<Memory>;
  /** Since when events of the account's subscription are received; null where none ever was. */
  receivedSince(accountId: string): Promise<Reading<Date | null>>;
  /** Of drains, of all accounts. */
  slots(now: Date): Promise<readonly SlotSeen[]>;
}

const QUEUES = [
  'reconcile',
  'sweep',
  'resource-events',
  'reconcile-poison',
  'sweep-poison',
  'resource-events-poison',
] as const;

/** @param report is told of rows that cannot be read */
export function openState(
  endpoints: RequestEndpoints,
  report: Report,
  credential: TokenCredential = new DefaultAzureCredential({ httpClient: briefClient() }),
): OpenState {
  const { table, queue } = endpoints;
  const open = (name: string) => new TableClient(table, name, credential, { httpClient: briefClient() });
  const [accounts, findings, hints, requests] = [open('accounts'), open('findings'), open('hints'), open('requests')];
  const [drains, journal, budget] = [open('drains'), open('journal'), open('budget')];
  const kept = { accounts, findings, hints, requests, drains, journal };
  const never = new AbortController().signal;
  const read = (name: string) => oneTable(name, table, 'Reader');
  return {
    accounts: () => told(read('accounts'), () => accountRows({ accounts }, null, report)),
    lastSweep: () => told(read('accounts'), () => lastSweep({ accounts })),
    lastEvent: (rows) =>
      told(read('hints'), async () => {
        const subscriptions = new Set(rows.flatMap(({ accountId }) => parseAccountId(accountId)?.subscription ?? []));
        const received = await Promise.all([...subscriptions].map((subscription) => receivedOf(hints, subscription)));
        return received.map((span) => span?.last ?? null).reduce(latest, null);
      }),
    findings: () => told(read('findings'), () => openFindings({ findings }, report)),
    allFindings: () => told(read('findings'), () => allFindings({ findings }, report)),
    drains: (now) => told(read('drains'), () => openDrains({ drains }, now, report)),
    limits: (now) => told(read('budget'), () => limitsIn(budget, now, never, report)),
    lastWrites: (those, now) => told(read('journal'), () => lastWrites({ journal }, those, now, report)),
    journal: (question) => told(read('journal'), () => journalEntries(journal, question, report)),
    queues: () =>
      told(allQueues(queue), async () => {
        const service = await openQueues(known(queue), credential);
        const seen = async (name: string) => ({
          queue: name,
          depth: await depthOf(service.getQueueClient(name)).catch(nullIfMissing),
        });
        // Who may not see one is not asked about the others.
        const first = await seen(QUEUES[0]);
        return [first, ...(await Promise.all(QUEUES.slice(1).map(seen)))];
      }),
    policy: (rules) => openRequests(endpoints, credential).policy(rules),
    memory: (accountId, now) =>
      told(tablesOfLook(table), () => memoryIn(kept, never, report, () => now, true).load(accountId)),
    receivedSince: (accountId) => memoryIn(kept, never, report).receivedSince(accountId),
    slots: (now) => told(read('budget'), () => slotsSeen(budget, now, never)),
  };
}
