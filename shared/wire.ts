import { readFile } from 'node:fs/promises';
import type { TokenCredential } from '@azure/core-auth';
import { app, type InvocationContext } from '@azure/functions';
import hostJson from '../host.json' with { type: 'json' };
import packageJson from '../package.json' with { type: 'json' };
import { apply } from './azure/apply.ts';
import { armClient, armFor } from './azure/arm/arm.ts';
import { listAccounts, whyUnlisted } from './azure/arm/list-accounts.ts';
import { whyListMayLack } from './azure/arm/may-list.ts';
import { findingsTopic } from './azure/findings-topic.ts';
import { briefClient } from './azure/http/patient-client.ts';
import { whyNotGiven } from './azure/key-vault/give-secrets.ts';
import { readSecrets } from './azure/key-vault/read-secrets.ts';
import { openVaults } from './azure/key-vault/vaults.ts';
import { observe, throttledUntil } from './azure/observe.ts';
import { readSettings } from './azure/settings.ts';
import { accountsDue, rememberedAccounts, startSweep, whyListIsEmpty } from './azure/state/account-index.ts';
import { budgetOf } from './azure/state/budget.ts';
import { closeSubscription, closeUnwatched } from './azure/state/closed-subscriptions.ts';
import { isUnchecked, noteChecksTold, recordChecks } from './azure/state/doctor-findings.ts';
import { drainsOf } from './azure/state/drains.ts';
import { hintWriter, noteEvent } from './azure/state/hints.ts';
import { journalIn } from './azure/state/journal.ts';
import { acquireLease } from './azure/state/lease.ts';
import { lookWindows } from './azure/state/look-window.ts';
import { memoryIn } from './azure/state/memory.ts';
import { openFindings } from './azure/state/open-findings.ts';
import {
  closeListingFailure,
  noteFailureTold,
  recordListingFailure,
  recordLookFailure,
} from './azure/state/poison-findings.ts';
import { policyBlob } from './azure/state/policy-blob.ts';
import { secretIndexIn } from './azure/state/secret-index.ts';
import { accountsDraining } from './azure/state/slots.ts';
import { openStorage } from './azure/state/storage.ts';
import { enqueueListing, enqueueLook, enqueueLooks, queueDepths } from './azure/state/work-queues.ts';
import { digest } from './core/model/digest.ts';
import { includesId } from './core/model/ids.ts';
import { openedOnce } from './core/model/opened-once.ts';
import { accountOf, parseAccountId } from './core/model/resource-id.ts';
import { MINUTE } from './core/model/time.ts';
import { errorAsTold } from './core/plain-secrets/error-as-told.ts';
import { redactedIn } from './core/plain-secrets/redacted.ts';
import type { BadRows, LogLine } from './core/plan/log-line.ts';
import { isTrouble, textOf } from './core/plan/log-text.ts';
import type { News } from './core/plan/news.ts';
import type { Ports } from './ports.ts';
import { ocsfOfNews } from './report/ocsf-news.ts';
import { rules } from './rules/index.ts';

const LONGEST_RUN = 8 * MINUTE;
/** Of the vaults, in a look: all that is not about secrets waits for it. */
const LONGEST_READING = 2 * MINUTE;

// The host logs what a function throws, whatever stands in it.
app.hook.postInvocation((context) => {
  if (context.error !== null && context.error !== undefined) context.error = errorAsTold(context.error);
});

type Context = Pick<InvocationContext, 'invocationId' | 'log' | 'warn' | 'error' | 'triggerMetadata'>;

/** The app's settings, parsed once. @throws Error that names every one that is missing or malformed */
export const settings = once(() => readSettings(process.env));

/** Opened for the first token. */
const identity = openedOnce(async (): Promise<TokenCredential> => {
  const { DefaultAzureCredential, ManagedIdentityCredential } = await import('@azure/identity');
  const { clientId, isDevelopment } = settings();
  const httpClient = briefClient();
  if (isDevelopment) return new DefaultAzureCredential({ httpClient });
  return new ManagedIdentityCredential(clientId === null ? { httpClient } : { clientId, httpClient });
});
const credential: TokenCredential = { getToken: async (...asked) => (await identity()).getToken(...asked) };
const client = once(() => armClient(credential, settings().armEndpoint));
const vaults = once(() => openVaults(credential));
const topic = once(() => {
  const { findingsTopic: endpoint, findingsFormat } = settings();
  if (endpoint === null) return null;
  const told = { version: packageJson.version, rules };
  const ocsf = { dataOf: (news: News) => ocsfOfNews(news, told) };
  return findingsTopic(endpoint, credential, findingsFormat === 'ocsf' ? ocsf : {});
});

/** Names the code, which is one file where it is deployed, and its settings. */
const deployment = openedOnce(async () => {
  const code = await readFile(import.meta.filename, 'utf8');
  return digest(`${code}${JSON.stringify(settings())}`)
    .toString('hex')
    .slice(0, 12);
});

const state = openedOnce(async () => {
  const storage = await openStorage(settings().storage, credential);
  return {
    storage,
    readPolicy: policyBlob(storage.config, rules),
    hints: hintWriter(storage.hints),
    askForLook: lookWindows(storage, settings().settling),
  };
});

/** The outside for one run of a function. */
export async function wire(context: Context): Promise<Ports> {
  const stop = new AbortController();
  const limit = AbortSignal.timeout(LONGEST_RUN); // AbortSignal.any would let it be collected on older Nodes
  limit.addEventListener('abort', () => stop.abort(limit.reason));
  const { signal } = stop;
  const correlationId = context.invocationId;
  const arm = armFor(client(), correlationId, signal);
  const { storage, readPolicy, hints, askForLook } = await state();
  const now = () => new Date();
  const report = (bad: BadRows) => log(context, { event: 'bad-rows', correlationId, ...bad });
  const memory = memoryIn(storage, signal, report);
  return {
    correlationId,
    version: packageJson.version,
    signal,
    now,

    isWatched,
    isLastTry: Number(context.triggerMetadata?.['dequeueCount']) >= hostJson.extensions.queues.maxDequeueCount,

    policy: () => readPolicy(signal, now()),

    lease: (accountId) => acquireLease(storage.leases, accountId, signal, (reason) => stop.abort(reason)),
    ...memory,
    ...drainsOf(storage, now, signal),
    ...journalIn(storage.journal, signal),
    ...budgetOf(storage.budget, now, signal, report),
    ...secretIndexIn(storage.secrets, signal, report),

    accountsDue: async () => (await accountsDue(storage, now(), report)).filter(isWatched),
    accountsDraining: async () => (await accountsDraining(storage, now(), signal, report)).filter(isWatched),
    rememberedAccounts: (subscription, listed) => rememberedAccounts(storage, subscription, listed, now(), report),
    startSweep: () => startSweep(storage, now(), report),
    openFindings: () => openFindings(storage, report),
    async noteEvent(hint) {
      const account = accountOf(hint.subject);
      if (account !== null) await noteEvent(hints, account, hint, settings().clientId, now());
    },
    recordLookFailure: (accountId, why) => recordLookFailure(storage, accountId, now(), why),
    recordListingFailure: (subscription, doubt) => recordListingFailure(storage, subscription, now(), doubt),
    closeListingFailure: (subscription) => closeListingFailure(storage, subscription, now()),
    closeSubscription: (subscription, code) => closeSubscription(storage, subscription, code, now(), signal, report),
    closeUnwatched: () => closeUnwatched(storage, isWatched, now(), signal, report),

    listAccounts: (subscription) =>
      listAccounts(arm, subscription).catch(
        (error: unknown) => whyUnlisted(error) ?? throttledUntil(error, now(), Math.random),
      ),
    whyListMayLack: async (subscription, listed) =>
      (await whyListMayLack(arm, subscription)) ?? (await whyListIsEmpty(storage, subscription, listed, report)),
    observe: (accountId, needed) => observe(arm, accountId, now, needed),
    readSecrets: (wanted) => readSecrets(vaults(), wanted, signal, AbortSignal.timeout(LONGEST_READING)),
    whyNotGiven: async (poolId, users) => redactedIn(await whyNotGiven(vaults(), poolId, users, now, signal)),
    apply: async (write, snapshot) => redactedIn(await apply({ arm, vaults: vaults() }, write, snapshot, now, signal)),

    depths: () => queueDepths(storage, signal),
    enqueueLook: askForLook,
    enqueueLooks: (accountIds, since) =>
      enqueueLooks(storage, accountIds, since, { ...settings(), random: Math.random }),
    enqueueAgain(accountId, since, from) {
      const wait = from === undefined ? 0 : from.getTime() - now().getTime();
      return enqueueLook(storage, { accountId, since }, Math.max(settings().busy, wait));
    },
    enqueueListing: (subscription, since, visibleAt) =>
      enqueueListing(storage, { subscription, since }, Math.max(0, visibleAt.getTime() - now().getTime())),

    isUnchecked: async () => isUnchecked(storage, await deployment()),
    async examine() {
      const { examine } = await import('./azure/doctor/examine.ts');
      const { watchedSubscriptions: subscriptions, storage: endpoints, armEndpoint, findingsTopic } = settings();
      const asked = { arm, armEndpoint, credential, endpoints, findingsTopic, subscriptions, rules };
      return examine({ ...asked, policy: () => readPolicy(signal, now()), own: null, isApp: true, now: now() });
    },
    recordChecks: async (checks) => recordChecks(storage, checks, await deployment(), now()),
    async tellChecks({ account, news }) {
      if (await tell(context, account, news, [])) await noteChecksTold(storage, news);
    },

    log: (line) => log(context, line),
    tell: (account, news, unpublished) => tell(context, account, news, unpublished),
    async tellEnded({ account, news, unpublished }) {
      if (news.length + unpublished.length === 0) return;
      const isPublished = await tell(context, account, news, unpublished);
      if (parseAccountId(account) !== null) await memory.told(account, now(), isPublished);
      else if (isPublished) await noteFailureTold(storage, account);
    },
    async tellFailure(resourceId, news) {
      if (news.length > 0 && (await tell(context, resourceId, news, []))) await noteFailureTold(storage, resourceId);
    },
  };
}

/** Whether the settings name the subscription that this ARM id is in. */
function isWatched(id: string): boolean {
  const [, , subscription = ''] = id.split('/', 3);
  return includesId(settings().watchedSubscriptions, subscription);
}

async function tell(
  context: Context,
  account: string,
  news: readonly News[],
  unpublished: readonly News[],
): Promise<boolean> {
  const correlationId = context.invocationId;
  for (const each of news) log(context, { account, correlationId, ...each });
  const lost = (await topic()?.(redactedIn([...unpublished, ...news]))) ?? [];
  for (const { isGivenUp: _, ...each } of lost) log(context, { event: 'publish-failed', correlationId, ...each });
  return lost.every(({ isGivenUp }) => isGivenUp);
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
