import type { TokenCredential } from '@azure/core-auth';
import { odata, TableClient, type TableEntityQueryOptions } from '@azure/data-tables';
import { DefaultAzureCredential } from '@azure/identity';
import { accountOf } from '../../core/model/resource-id.ts';
import type { RotationRequest } from '../../core/model/rotation-request.ts';
import { MINUTE } from '../../core/model/time.ts';
import type { Release } from '../../core/plan/contest.ts';
import type { Finding } from '../../core/plan/finding.ts';
import type { JournalEntry } from '../../core/plan/journal.ts';
import type { Rule } from '../../core/policy/rule.ts';
import type { PolicyRead } from '../../ports.ts';
import { briefClient } from '../http/patient-client.ts';
import { type AskedApproval, askForApproval, type PastApproval, pastApprovals } from './approval-rows.ts';
import { decodeFindings } from './finding-rows.ts';
import { writesOfId } from './journal-entries.ts';
import { known, oneTable, policyFile, queueOfLooks, told } from './not-asked.ts';
import { TOLD_COLUMNS } from './open-findings.ts';
import { policyBlob } from './policy-blob.ts';
import { askForRelease, askForRotation, type By } from './requests.ts';
import { isConflict, openBlobs, openQueues, tableKey } from './storage.ts';
import { type AskedUndo, askForUndo } from './undo-rows.ts';
import { enqueueLook } from './work-queues.ts';

const LONGEST = 2 * MINUTE;

/** The app's storage; null where it is not known. Each is https, without a slash at its end. */
export interface RequestEndpoints {
  readonly table: string;
  readonly queue: string | null;
  readonly blob: string | null;
}

/** What is kept of an account's findings. */
interface KeptFindings {
  /** Each as far as what it is about, where it is and what holds it. */
  readonly findings: readonly Finding[];
  /** By the clock of the storage, to a second; null where it does not tell. */
  readonly at: Date | null;
}

/** What a person may do in the app's storage: he signs in as himself, and nothing that is missing is made. */
export interface OpenRequests {
  /** @throws NotAsked where Azure does not take it; what says that nobody is signed in, as it is */
  rotate(request: By<RotationRequest>): Promise<void>;
  /** @throws NotAsked, as above */
  release(request: By<Release>): Promise<void>;
  /** @throws NotAsked, as above */
  approve(approval: AskedApproval): Promise<void>;
  /** The write of that id in the journal, of whichever account; none where there is none. @throws NotAsked, as above */
  written(id: string): Promise<readonly JournalEntry[]>;
  /** Asks that a write be taken back. @throws NotAsked, as above */
  undo(undo: AskedUndo): Promise<void>;
  /** The findings of all accounts that ask for a change of that id, whole. @throws NotAsked, as above */
  asking(changeId: string): Promise<KeptFindings>;
  /** The approvals of a change of that id that were ever given. @throws NotAsked, as above */
  approvals(changeId: string): Promise<readonly PastApproval[]>;
  /** Asks for a look, at once, at the account that the resource is of. @throws NotAsked, as above */
  lookAt(resourceId: string, since: Date): Promise<void>;
  /** Of the account that the resource is of. @throws NotAsked, as above */
  findings(resourceId: string): Promise<KeptFindings>;
  /** The app's policy. @throws NotAsked, as above */
  policy(rules: readonly Rule[]): Promise<PolicyRead>;
}

export function openRequests(
  { table, queue, blob }: RequestEndpoints,
  credential: TokenCredential = new DefaultAzureCredential({ httpClient: briefClient() }),
): OpenRequests {
  const tableOf = (name: string) => new TableClient(table, name, credential, { httpClient: briefClient() });
  const requests = tableOf('requests');
  /** A row of that new key that is there already is ours: its answer was lost, and the client sent it again. */
  const ask = (asking: (signal: AbortSignal) => Promise<void>) =>
    told(oneTable('requests', table, 'Contributor'), () =>
      asking(AbortSignal.timeout(LONGEST)).catch((error: unknown) => {
        if (!isConflict(error)) throw error;
      }),
    );
  return {
    rotate: (request) => ask((signal) => askForRotation(requests, request, signal)),
    release: (request) => ask((signal) => askForRelease(requests, request, signal)),
    approve: (approval) => ask((signal) => askForApproval(requests, approval, signal)),
    written: (id) =>
      told(oneTable('journal', table, 'Reader'), () =>
        writesOfId(tableOf('journal'), id, AbortSignal.timeout(LONGEST)),
      ),
    undo: (undo) => ask((signal) => askForUndo(requests, undo, signal)),
    asking: (changeId) =>
      told(oneTable('findings', table, 'Reader'), async () => {
        const kept = await keptIn(tableOf('findings'), { filter: odata`changeId eq ${changeId}` });
        return { ...kept, findings: kept.findings.filter(({ status }) => status !== 'closed') };
      }),
    approvals: (changeId) =>
      told(oneTable('requests', table, 'Contributor'), () =>
        pastApprovals(requests, changeId, AbortSignal.timeout(LONGEST)),
      ),
    lookAt: (resourceId, since) =>
      told(queueOfLooks(queue), async () => {
        const client = (await openQueues(known(queue), credential)).getQueueClient('reconcile');
        const reconcile = {
          sendMessage: client.sendMessage.bind(client),
          createIfNotExists: async () => {}, // by the app alone
        };
        await enqueueLook({ reconcile }, { accountId: accountOf(resourceId)?.text ?? '', since }, 0);
      }),
    findings: (resourceId) =>
      told(oneTable('findings', table, 'Reader'), () => {
        const filter = odata`PartitionKey eq ${tableKey(accountOf(resourceId)?.text ?? '')}`;
        return keptIn(tableOf('findings'), { filter, select: TOLD_COLUMNS });
      }),
    policy: (rules) =>
      told(policyFile(blob, 'Reader'), async () => {
        const config = (await openBlobs(known(blob), credential)).getContainerClient('config');
        return policyBlob(async () => config, rules)(AbortSignal.timeout(LONGEST), new Date());
      }),
  };
}

async function keptIn(findings: TableClient, queryOptions: TableEntityQueryOptions): Promise<KeptFindings> {
  let date: string | undefined;
  const rows = findings.listEntities({
    queryOptions,
    abortSignal: AbortSignal.timeout(LONGEST),
    onResponse: ({ headers }) => {
      date = headers.get('date');
    },
  });
  const read = decodeFindings(await Array.fromAsync(rows));
  const at = new Date(date ?? '');
  return { findings: read, at: Number.isNaN(at.getTime()) ? null : at };
}
