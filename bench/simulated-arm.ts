import { setTimeout as sleep } from 'node:timers/promises';
import { createHttpHeaders, type HttpClient, type PipelineRequest } from '@azure/core-rest-pipeline';
import { SECOND } from '../shared/core/model/time.ts';
import { estates } from './estates.ts';

const POOLS = 1;
/** Estates repeat after so many accounts, but for their names. */
const KINDS = 60;
const ANSWER = 160;
const REFUSAL = 40;
/** https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling */
const BUCKET = 250;
const REFILLED_PER_SECOND = 25;

export interface SimulatedArmOptions {
  readonly accounts: number;
  readonly subscriptions: number;
  /** Seconds that a refusal asks to wait. */
  readonly retryAfter: number;
  /** Whether answers tell how many reads are left. */
  readonly tellsRemaining: boolean;
}

interface SimulatedArm {
  readonly httpClient: HttpClient;
  readonly subscriptions: readonly string[];
  readonly counts: { calls: number; refused: number };
}

/** Azure Resource Manager in virtual time: each subscription has a bucket of reads. */
export function simulatedArm({
  accounts,
  subscriptions,
  retryAfter,
  tellsRemaining,
}: SimulatedArmOptions): SimulatedArm {
  const counts = { calls: 0, refused: 0 };
  const names = Array.from({ length: subscriptions }, (_, n) => `subscription-${n}`);
  const buckets = new Map(names.map((name) => [name, { reads: BUCKET, at: Number.NEGATIVE_INFINITY }]));
  const texts = [...estates(KINDS, POOLS)].map(({ account, pools }) => ({
    id: String(account['id']),
    subscription: String(account['id']).split('/')[2] ?? '',
    account: JSON.stringify(account),
    pools: JSON.stringify({ value: pools }),
  }));

  function idOf(n: number): string {
    const { id } = at(texts, n % KINDS);
    return id
      .replace(/^\/subscriptions\/[^/]+/, `/subscriptions/${at(names, n % subscriptions)}`)
      .replace(/\d+$/, `${n}`);
  }

  function answerTo(path: string): string {
    const [, subscription, what] = /^\/subscriptions\/([^/]+)\/(.*)$/.exec(path) ?? [];
    if (subscription === undefined || what === undefined) throw new Error(`not expected: ${path}`);
    if (what === 'providers/microsoft.batch/batchaccounts') {
      const ids = Array.from({ length: accounts }, (_, n) => n).filter(
        (n) => names[n % subscriptions] === subscription,
      );
      return JSON.stringify({ value: ids.map((n) => ({ id: idOf(n) })) });
    }
    const [, n, rest] = /\/batchaccounts\/account(\d+)(\/pools)?$/.exec(path) ?? [];
    if (n !== undefined) {
      const kind = at(texts, Number(n) % KINDS);
      const text = rest === undefined ? kind.account : kind.pools;
      return text.replaceAll(kind.id, idOf(Number(n))).replaceAll(kind.subscription, subscription);
    }
    if (path.endsWith('/roleassignments')) {
      const roleDefinitionId = `/subscriptions/${subscription}/providers/Microsoft.Authorization/roleDefinitions/role`;
      return JSON.stringify({ value: [{ properties: { roleDefinitionId, scope: `/subscriptions/${subscription}` } }] });
    }
    if (path.endsWith('/roledefinitions/role')) {
      return JSON.stringify({ properties: { permissions: [{ actions: ['*'], dataActions: ['*'] }] } });
    }
    if (/\/(denyassignments|diagnosticsettings|networksecurityperimeterconfigurations)$/.test(path))
      return '{"value":[]}';
    if (/\/subnets\/[^/]+$/.test(path)) return '{"properties":{}}';
    throw new Error(`not expected: ${path}`);
  }

  /** Takes one read, if there is one. */
  function take(path: string) {
    const bucket = buckets.get(path.split('/')[2] ?? '');
    if (bucket === undefined) throw new Error(`not expected: ${path}`);
    bucket.reads = Math.min(BUCKET, bucket.reads + ((Date.now() - bucket.at) / SECOND) * REFILLED_PER_SECOND);
    bucket.at = Date.now();
    const taken = bucket.reads >= 1;
    if (taken) bucket.reads -= 1;
    return { taken, left: Math.floor(bucket.reads) };
  }

  async function sendRequest(request: PipelineRequest) {
    const path = new URL(request.url).pathname.toLowerCase();
    const { taken, left } = take(path);
    counts.calls += 1;
    if (!taken) counts.refused += 1;
    await sleep(taken ? ANSWER : REFUSAL);
    const headers = createHttpHeaders({ 'content-type': 'application/json' });
    if (tellsRemaining) headers.set('x-ms-ratelimit-remaining-subscription-reads', left);
    if (taken) return { request, status: 200, headers, bodyAsText: answerTo(path) };
    headers.set('retry-after', retryAfter);
    const error = { code: 'SubscriptionRequestsThrottled', message: 'x' };
    return { request, status: 429, headers, bodyAsText: JSON.stringify({ error }) };
  }

  return { httpClient: { sendRequest }, subscriptions: names, counts };
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new RangeError(`no item ${index}`);
  return item;
}
