import type { InvocationContext } from '@azure/functions';
import { DefaultAzureCredential, ManagedIdentityCredential } from '@azure/identity';
import { apply } from './azure/apply.ts';
import { armClient, armFor } from './azure/arm/arm.ts';
import { listAccounts } from './azure/arm/list-accounts.ts';
import { findingsTopic } from './azure/findings-topic.ts';
import { observe, throttledUntil } from './azure/observe.ts';
import { readSettings } from './azure/settings.ts';
import { accountsDue, rememberedAccounts, startSweep } from './azure/state/account-index.ts';
import { noteEvent } from './azure/state/hints.ts';
import { acquireLease } from './azure/state/lease.ts';
import { memoryIn } from './azure/state/memory.ts';
import { closeListingFailure, recordListingFailure, recordLookFailure } from './azure/state/poison-findings.ts';
import { readPolicyBlob } from './azure/state/policy-blob.ts';
import { openStorage, type Storage } from './azure/state/storage.ts';
import { enqueueListing, enqueueLook, RETRY_DELAY } from './azure/state/work-queues.ts';
import { accountOf } from './core/model/resource-id.ts';
import { MINUTE } from './core/model/time.ts';
import type { Finding } from './core/plan/finding.ts';
import { isTrouble, type LogLine, textOf } from './core/plan/log-line.ts';
import { type News, news } from './core/plan/news.ts';
import type { Intake, Ports } from './ports.ts';
import { rules } from './rules/index.ts';

const LONGEST_LOOK = 8 * MINUTE;

type Context = Pick<InvocationContext, 'invocationId' | 'log' | 'warn' | 'error'>;

/** The app's settings, parsed once. @throws Error that names every one that is missing or malformed */
export const settings = once(() => readSettings(process.env));

const credential = once(() => {
  const { clientId, isDevelopment } = settings();
  if (isDevelopment) return new DefaultAzureCredential();
  return clientId === null ? new ManagedIdentityCredential() : new ManagedIdentityCredential({ clientId });
});
const client = once(() => armClient(credential(), settings().armEndpoint));
const topic = once(() => {
  const { findingsTopic: endpoint } = settings();
  return endpoint === null ? null : findingsTopic(endpoint, credential());
});

let opened: Promise<Storage> | null = null;

/** Opened once for the process, and again after a failure. */
function storageOfApp(): Promise<Storage> {
  opened ??= openStorage(settings().storage, credential()).catch((error: unknown) => {
    opened = null;
    throw error;
  });
  return opened;
}

/** The outside for one look at one account. */
export async function wire(context: Context): Promise<Ports> {
  const stop = new AbortController();
  const limit = AbortSignal.timeout(LONGEST_LOOK); // AbortSignal.any would let it be collected on older Nodes
  limit.addEventListener('abort', () => stop.abort(limit.reason));
  const { signal } = stop;
  const correlationId = context.invocationId;
  const arm = armFor(client(), correlationId, signal);
  const storage = await storageOfApp();
  const now = () => new Date();
  return {
    correlationId,
    signal,
    now,
    log: (line) => log(context, line),
    lease: (accountId) => acquireLease(storage.leases, accountId, signal, (reason) => stop.abort(reason)),
    enqueueAgain: (accountId, since) => enqueueLook(storage, { accountId, since }, RETRY_DELAY),
    policy: () => readPolicyBlob(storage.config, rules, signal),
    observe: (accountId, needed) => observe(arm, accountId, now(), needed),
    apply: (write, snapshot) => apply(arm, write, snapshot, now, signal),
    publish: (news, at) => publish(context, news, at),
    ...memoryIn(storage, signal),
  };
}

/** The outside for the functions around the loop. */
export async function intake(context: Context): Promise<Intake> {
  const storage = await storageOfApp();
  const arm = armFor(client(), context.invocationId, AbortSignal.timeout(LONGEST_LOOK));
  const now = () => new Date();
  const tell = (event: News['event'], finding: Finding) => {
    const told = news(event, finding);
    log(context, { account: finding.resourceId, correlationId: context.invocationId, ...told });
    return publish(context, [told], now());
  };
  return {
    now,
    log: (line) => log(context, line),
    enqueueLook: (accountId, since) => enqueueLook(storage, { accountId, since }),
    enqueueListing: (subscription, since, visibleAt) =>
      enqueueListing(storage, { subscription, since }, Math.max(0, visibleAt.getTime() - now().getTime())),
    async noteEvent(event) {
      const account = accountOf(event.subject);
      if (account !== null) await noteEvent(storage.hints, account, event, settings().clientId);
    },
    accountsDue: () => accountsDue(storage, now()),
    listAccounts: (subscription) =>
      listAccounts(arm, subscription).catch((error: unknown) => throttledUntil(error, now())),
    rememberedAccounts: (subscription) => rememberedAccounts(storage, subscription, now()),
    startSweep: () => startSweep(storage, now()),
    async recordLookFailure(accountId) {
      const finding = await recordLookFailure(storage, accountId, now());
      if (finding !== null) await tell('finding-opened', finding);
    },
    async recordListingFailure(subscription) {
      const finding = await recordListingFailure(storage, subscription, now());
      if (finding !== null) await tell('finding-opened', finding);
    },
    async closeListingFailure(subscription) {
      const finding = await closeListingFailure(storage, subscription, now());
      if (finding !== null) await tell('finding-closed', finding);
    },
  };
}

async function publish(context: Context, news: readonly News[], at: Date): Promise<void> {
  const lost = (await topic()?.(news, at)) ?? [];
  for (const each of lost) {
    log(context, { event: 'publish-failed', correlationId: context.invocationId, ...each });
  }
}

function log(context: Context, line: LogLine): void {
  const text = textOf(line);
  if (isTrouble(line)) context.warn(text);
  else context.log(text);
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
