import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { app } from '@azure/functions';
import { type Installation, install } from '../local/installation.ts';
import { plainTable } from '../local/plain-table.ts';
import { readSettings } from '../shared/azure/settings.ts';
import { enqueueLook } from '../shared/azure/state/work-queues.ts';
import { MINUTE } from '../shared/core/model/time.ts';
import { estates } from './estates.ts';
import { REQUEST_KINDS, watchRequests } from './requests.ts';

/* What the functions ask of Azure, counted on a local one. One subscription is run; a month is that of 20 like it. */

const ACCOUNTS = 50;
const POOLS = 20;
const EVENTS = 10;
const SUBSCRIPTIONS = 20;
const NIGHTS = 30;
const EVENTS_A_MONTH = 500 * NIGHTS;
const WAKES_A_MONTH = 12 * 24 * NIGHTS;
/** Calls of storage in a look at rest, as the design needs them: lease, one read, one write, lease back. */
const FEWEST = 4;

const KINDS = [...REQUEST_KINDS, 'log lines', 'log bytes'] as const;
type Kind = (typeof KINDS)[number] | 'calls';
type Counts = Map<Kind, number>;

const counts = new Map<string, Counts>();
/** The function that makes a request; without it, the host does. */
const atWork = new AsyncLocalStorage<string>();

function add(who: string, kind: Kind, much = 1): void {
  const own: Counts = counts.get(who) ?? new Map();
  counts.set(who, own.set(kind, (own.get(kind) ?? 0) + much));
}

/** Counts anew, by function: what `work` asks, and the looks that it leads to. */
async function counted({ host }: Installation, looks: number, work: () => Promise<unknown>) {
  counts.clear();
  await work();
  const deadline = Date.now() + MINUTE;
  while ((counts.get('reconcile')?.get('calls') ?? 0) < looks || host.busy) {
    if (Date.now() > deadline) throw new Error(`There were not ${looks} looks within a minute.`);
    await sleep(100);
  }
  return new Map(counts);
}

/** What is counted, how often it happens in a month, and what it asks. */
async function measure(local: Installation, changed: readonly string[]) {
  const night = await counted(local, ACCOUNTS, () => local.host.runTimer('sweep'));
  const day = await counted(local, changed.length, async () => {
    for (const [n, id] of changed.entries()) {
      const allowedAuthenticationModes = n % 2 === 0 ? ['AAD', 'SharedKey'] : ['AAD']; // a finding opens, or it ends
      local.azure.asPerson().patch(id, { properties: { allowedAuthenticationModes } });
      await local.azure.eventGrid.idle();
    }
  });
  const other = await counted(local, 0, async () => {
    await local.host.runTimer('wake');
    await local.host.runTimer('doctor');
  });
  return [
    // It puts one message for each subscription, and here is one.
    ['sweep', NIGHTS, night.get('sweep')?.set('queue messages put', SUBSCRIPTIONS)],
    ['sweepSubscription', NIGHTS * SUBSCRIPTIONS, night.get('sweepSubscription')],
    ['look at night', NIGHTS * SUBSCRIPTIONS * ACCOUNTS, night.get('reconcile')],
    ['event', EVENTS_A_MONTH, day.get('onResourceEvent')],
    ['its look', EVENTS_A_MONTH, day.get('reconcile')],
    ['wake', WAKES_A_MONTH, other.get('wake')],
    ['doctor', NIGHTS, other.get('doctor')],
  ] as const;
}

/** All accounts at once, as no sweep asks for them: it paces itself. @returns looks a second on this machine */
async function pace(local: Installation, ids: readonly string[]): Promise<number> {
  const since = new Date();
  const begun = performance.now();
  await counted(local, ids.length, () =>
    Promise.all(ids.map((accountId) => enqueueLook(local.storage, { accountId, since }, 0))),
  );
  return ids.length / ((performance.now() - begun) / 1000);
}

/** A table and sentences. */
export async function costReport(): Promise<string> {
  const bodies = [...estates(ACCOUNTS, POOLS)];
  const [accounts, pools] = [bodies.map(({ account }) => account), bodies.flatMap((each) => each.pools)];
  const log = ({ functionName, message }: { functionName: string | null; message: string }) => {
    add(functionName ?? 'host', 'log lines');
    add(functionName ?? 'host', 'log bytes', Buffer.byteLength(message));
  };
  const local = await install({ accounts, pools, policy: 'mode: audit', queues: { pollingIntervalMs: 50 }, log });
  app.hook.preInvocation((context) => {
    const { functionHandler, invocationContext } = context;
    const { functionName } = invocationContext;
    add(functionName, 'calls');
    context.functionHandler = (...inputs) => atWork.run(functionName, () => functionHandler(...inputs));
  });
  watchRequests(readSettings(process.env), (kind) => add(atWork.getStore() ?? 'host', kind));
  try {
    await counted(local, ACCOUNTS, () => local.host.runTimer('sweep'));
    // Else the first wake would do it, and be no usual one.
    await counted(local, 0, () => local.host.runTimer('doctor'));
    const findings = (await Array.fromAsync(local.storage.findings.listEntities())).length / ACCOUNTS;
    const ids = accounts.map(({ id }) => String(id));
    const columns = await measure(local, ids.slice(0, EVENTS));
    const perSecond = await pace(local, ids);
    if (columns.some(([, , asked]) => asked === undefined)) throw new Error('Not all functions ran.');
    const figure = (much: number) => much.toLocaleString('en', { maximumFractionDigits: 1 });
    const rows = KINDS.map((kind) => {
      const each = columns.map(([, , asked]) => (asked?.get(kind) ?? 0) / (asked?.get('calls') ?? 1));
      const month = columns.reduce((sum, [, times], n) => sum + times * (each[n] ?? 0), 0);
      return [kind, ...each.map(figure), figure(Math.round(month))];
    });
    const look = columns.find(([title]) => title === 'look at night')?.[2];
    const kept = REQUEST_KINDS.filter((kind) => kind !== 'ARM reads').reduce(
      (sum, kind) => sum + (look?.get(kind) ?? 0),
      0,
    );
    const times = ['times a month', ...columns.map(([, often]) => figure(often)), ''];
    return `${plainTable(['', ...columns.map(([title]) => title), 'a month'], [times, ...rows])}
Counted with ${ACCOUNTS} accounts of ${POOLS} pools in one subscription, and ${findings.toFixed(0)} findings an account.
The month is that of ${SUBSCRIPTIONS} such subscriptions. Of the host, nothing is counted.
With all accounts asked for at once, ${figure(perSecond)} looks a second, of the app, its storage and its Azure on one machine.
A look at night calls storage ${figure(kept / (look?.get('calls') ?? 1))} times; the design needs ${FEWEST}. To get there, account, findings, hints and
requests would be one partition of one table, read by one query under the lease, and the policy would be believed for a minute.
`;
  } finally {
    await local.stop();
  }
}
