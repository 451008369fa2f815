import { app } from '@azure/functions';
import { untilAtRest } from '../local/at-rest.ts';
import { type Installation, install } from '../local/installation.ts';
import { logLineOf } from '../local/log-in-words.ts';
import { readSettings } from '../shared/azure/settings.ts';
import { idKey } from '../shared/core/model/resource-id.ts';
import { MINUTE, SECOND } from '../shared/core/model/time.ts';
import { UNTIL_SHOWN } from '../shared/messages.ts';
import { estates } from './estates.ts';
import { watchRequests } from './requests.ts';

/*
 * A burst of events, posted to the function as Event Grid does, one a request: `node bench/burst.ts EVENTS ACCOUNTS`. While
 * it comes, one event about each of some other accounts comes too. Prints what it took, as JSON.
 */

const OTHERS = 20;
/** Requests of Event Grid that are under way. */
const AT_ONCE = 64;
/** As deployed, unless set. */
const SETTLING = 10;
const POOLS = 2;
const PATIENCE = 10 * MINUTE;

const [events = 1000, accounts = 1] = process.argv.slice(2).map(Number);
const bodies = [...estates(accounts + OTHERS, POOLS)];
const ids = bodies.map(({ account }) => String(account['id']));
const [hit, others] = [ids.slice(0, accounts), ids.slice(accounts)];

interface Look {
  readonly account: string;
  readonly at: number;
}
const looks: Look[] = [];
const counts = { messages: 0, tables: 0, doorTables: 0 };
let taking = 0;

function onLine(message: string): void {
  const line = logLineOf(message);
  if (line?.event === 'look' && line.result === 'looked') looks.push({ account: idKey(line.account), at: Date.now() });
}

function eventOn(account: string, n: number) {
  return {
    id: crypto.randomUUID(),
    topic: account.split('/').slice(0, 3).join('/'),
    subject: `${account}/pools/pool${n % POOLS}`,
    eventType: 'Microsoft.Resources.ResourceWriteSuccess',
    eventTime: new Date().toISOString(),
    dataVersion: '2',
    metadataVersion: '1',
    data: { operationName: 'Microsoft.Batch/batchAccounts/pools/write', claims: { appid: 'someone' } },
  };
}

async function post({ host }: Installation, event: object): Promise<void> {
  const answer = await fetch(host.eventGridUrl('onResourceEvent'), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'aeg-event-type': 'Notification' },
    body: JSON.stringify([event]),
  });
  await answer.arrayBuffer();
  if (answer.status !== 202) throw new Error(`An event was answered ${answer.status}.`);
}

/** @returns when each of the other accounts' events came */
async function burst(local: Installation): Promise<ReadonlyMap<string, number>> {
  const came = new Map<string, number>();
  let next = 0;
  async function send(): Promise<void> {
    for (let n = next++; n < events; n = next++) {
      await post(local, eventOn(hit[n % hit.length] ?? '', n));
      const other = others[Math.floor((n / events) * OTHERS)];
      if (other === undefined || came.has(other)) continue;
      came.set(other, Date.now());
      await post(local, eventOn(other, n));
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, send));
  return came;
}

const local = await install({
  accounts: bodies.map(({ account }) => account),
  pools: bodies.flatMap((each) => each.pools),
  policy: 'mode: audit',
  settlingSeconds: SETTLING,
  log: ({ message }) => onLine(message),
});
app.hook.preInvocation(({ invocationContext }) => {
  if (invocationContext.functionName === 'onResourceEvent') taking += 1;
});
app.hook.postInvocation(({ invocationContext }) => {
  if (invocationContext.functionName === 'onResourceEvent') taking -= 1;
});
let isDoor = true;
watchRequests(readSettings(process.env), (kind, call) => {
  if (kind === 'queue messages put' && call.includes('/reconcile/')) counts.messages += 1;
  if (!kind.startsWith('table')) return;
  counts.tables += 1;
  if (isDoor && call.includes('/hints')) counts.doorTables += 1;
});

global.gc?.();
const heap = process.memoryUsage().heapUsed;
const began = Date.now();
const came = await burst(local);
const seconds = (Date.now() - began) / SECOND;
isDoor = false;
global.gc?.();
const growth = process.memoryUsage().heapUsed - heap;
await untilAtRest(local, PATIENCE);
const hitKeys = new Set(hit.map(idKey));
const lateness = [...came].map(([account, at]) => {
  const look = looks.find((look) => look.account === idKey(account) && look.at > at);
  return look === undefined ? Number.POSITIVE_INFINITY : (look.at - at) / SECOND;
});
const windows = 1 + Math.floor((seconds * SECOND) / (SETTLING * SECOND - UNTIL_SHOWN));
process.stdout.write(
  JSON.stringify({
    events,
    accounts,
    seconds,
    windows,
    messages: counts.messages - OTHERS,
    looks: looks.filter(({ account }) => hitKeys.has(account)).length,
    tables: counts.tables,
    doorTables: counts.doorTables,
    slowestOther: Math.max(...lateness),
    growth,
  }),
);
await local.stop();
