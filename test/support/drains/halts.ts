import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, request as ask, createServer } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { z } from 'zod';
import { type Json, part } from '../../../local/azure/json.ts';
import { type Certificate, makeCertificate, trust } from '../../../local/certificate.ts';
import { close, listen } from '../../../local/listen.ts';
import { tableKey } from '../../../shared/azure/state/storage.ts';
import { accountOf } from '../../../shared/core/model/resource-id.ts';

/** The writes of a drain, in their order. */
export const WRITES = [
  'slot',
  'row',
  'intent of empty',
  'empty',
  'outcome of empty',
  'intent of change',
  'change',
  'outcome of change',
  'intent of restore',
  'restore',
  'outcome of restore',
  'end',
] as const;
type WriteName = (typeof WRITES)[number];

/** A write that is never answered, and whether it took effect. */
export interface Halt {
  readonly write: WriteName;
  readonly when: 'before' | 'after';
}

/** Azure Resource Manager and the tables, on which a process of the app can be made to stand still at a write. */
export interface Halts {
  readonly arm: string;
  readonly table: string;
  /** PEM. */
  readonly certificate: string;
  /** By the table key of an account: of these the first that comes strikes, once. */
  readonly armed: Map<string, readonly Halt[]>;
  /** What struck, by the table key of its account. */
  readonly struck: Map<string, Halt>;
  stop(): Promise<void>;
}

export async function startHalts(to: { readonly arm: string; readonly table: string }): Promise<Halts> {
  const certificate = await makeCertificate();
  trust(certificate.cert);
  const armed = new Map<string, readonly Halt[]>();
  const struck = new Map<string, Halt>();
  const nameOf = naming();
  const agent = new Agent({ keepAlive: true });
  const doors = await Promise.all([to.arm, to.table].map((url) => door(url, certificate)));
  const [arm, table] = doors;
  if (arm === undefined || table === undefined) throw new Error('two doors were opened');
  return {
    arm: arm.url,
    table: table.url,
    certificate: certificate.cert,
    armed,
    struck,
    async stop() {
      agent.destroy();
      await Promise.all(doors.map(({ server }) => close(server)));
    },
  };

  async function door(target: string, { cert, key }: Certificate) {
    const url = new URL(target);
    const server = createServer({ cert, key }, (near, answer) => {
      // A process that was killed asks no more.
      pass(near, answer, url.origin).catch(() => answer.destroy());
    });
    const port = await listen(server);
    const path = url.pathname === '/' ? '' : url.pathname;
    return { server, url: `https://127.0.0.1:${port}${path}` };
  }

  async function pass(near: IncomingMessage, answer: ServerResponse, origin: string): Promise<void> {
    const body = await buffer(near);
    const named = nameOf(near.method ?? '', near.url ?? '', body.toString());
    const halt = (when: Halt['when']) => named !== null && strikes(named.account, named.write, when);
    if (halt('before')) return;
    const far = ask(`${origin}${near.url ?? ''}`, { method: near.method, headers: near.headers, agent });
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    far.once('response', resolve).once('error', reject).end(body);
    const given = await promise;
    const text = await buffer(given);
    const status = given.statusCode ?? 500;
    if (status < 300 && halt('after')) return;
    const { 'transfer-encoding': _, ...headers } = given.headers;
    answer.writeHead(status, headers).end(text);
  }

  function strikes(account: string, write: WriteName, when: Halt['when']): boolean {
    const halt = armed.get(account)?.find((each) => each.write === write && each.when === when);
    if (halt === undefined) return false;
    armed.delete(account);
    struck.set(account, halt);
    return true;
  }
}

const Row = z.looseObject({ PartitionKey: z.string(), RowKey: z.string() });

/** What the writes are, by what they say; an outcome is told by its intent. */
function naming() {
  const steps = new Map<string, string>();
  return (method: string, url: string, body: string): { account: string; write: WriteName } | null => {
    if (method === 'GET' || !body.startsWith('{')) return null;
    const path = decodeURIComponent(url.split('?')[0] ?? '');
    const json = JSON.parse(body) as Json; // it begins as one, and the app wrote it
    const account = accountOf(path.replace(/^\/+/, '/'));
    if (account !== null) return method === 'PATCH' ? known(tableKey(account.text), stepOf(json)) : null;
    const { data: row } = Row.safeParse(json);
    if (row === undefined) return null;
    if (/\/budget\b/.test(path)) return known(tableKey(String(row['accountId'])), 'slot');
    if (/\/drains\b/.test(path)) return known(row.PartitionKey, row.RowKey.endsWith('-ended') ? 'end' : 'row');
    if (!/\/journal\b/.test(path)) return null;
    if (typeof row['step'] === 'string') steps.set(row.RowKey, row['step']);
    const intent = row.RowKey.replace(/-outcome$/, '');
    return known(row.PartitionKey, `${intent === row.RowKey ? 'intent' : 'outcome'} of ${steps.get(intent) ?? ''}`);
  };
}

function known(account: string, name: string) {
  const write = WRITES.find((each) => each === name);
  return write === undefined ? null : { account, write };
}

/** The step of a drain that a PATCH of a pool is. */
export function stepOf(body: Json): string {
  const { networkConfiguration, scaleSettings, metadata } = part(body, 'properties');
  if (networkConfiguration !== undefined) return 'change';
  if (scaleSettings === undefined) return 'unmark';
  return JSON.stringify(metadata ?? '').includes('warden:drain') ? 'empty' : 'restore';
}
