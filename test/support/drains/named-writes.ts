import { z } from 'zod';
import { type Json, part } from '../../../local/azure/json.ts';
import { tableKey } from '../../../shared/azure/state/storage.ts';
import { accountOf } from '../../../shared/core/model/resource-id.ts';

/** The writes of a rotation and of the drain that carries it, in their order. */
export const WRITES = [
  'slot',
  'intent of mint',
  'mint',
  'outcome of mint',
  'row',
  'intent of empty',
  'empty',
  'outcome of empty',
  'intent of change',
  'offer',
  'change',
  'outcome of change',
  'intent of promote',
  'promote',
  'outcome of promote',
  'intent of disable',
  'disable',
  'outcome of disable',
  'intent of restore',
  'restore',
  'outcome of restore',
  'end',
] as const;
export type WriteName = (typeof WRITES)[number];

/** A write that a process sends, and the table key of the account that it is for. */
export interface NamedWrite {
  readonly account: string;
  readonly write: WriteName;
}

const Row = z.looseObject({ PartitionKey: z.string(), RowKey: z.string() });
type Row = z.infer<typeof Row>;

/** Names writes by what they say: an outcome is told by its intent, and a version of a secret by how that was set. */
export function naming() {
  const steps = new Map<string, string>();
  const owners = new Map<string, string>();
  return (method: string, url: string, body: string): NamedWrite | null => {
    if (method === 'GET' || !body.startsWith('{')) return null;
    const path = decodeURIComponent(url.split('?')[0] ?? '').replace(/^\/+/, '/');
    const json = JSON.parse(body) as Json; // it begins as one, and the app wrote it
    const account = accountOf(path);
    if (account !== null) return method === 'PATCH' ? known(tableKey(account.text), stepOf(json)) : null;
    const [, secret] = /^\/secrets\/([^/]+)/.exec(path) ?? [];
    if (secret !== undefined) return ofSecret(secret, method, json);
    const { data: row } = Row.safeParse(json);
    return row === undefined ? null : ofRow(path, row);
  };

  function ofSecret(name: string, method: string, body: Json): NamedWrite | null {
    if (method === 'PUT') {
      const owner = tableKey(String(part(body, 'tags')['account']));
      owners.set(name, owner);
      return known(owner, name.endsWith('-pending') ? 'mint' : 'promote');
    }
    const owner = owners.get(name) ?? '';
    if (body['tags'] !== undefined) return known(owner, 'offer');
    return part(body, 'attributes')['enabled'] === false ? known(owner, 'disable') : null;
  }

  function ofRow(path: string, row: Row): NamedWrite | null {
    if (/\/budget\b/.test(path))
      return row.PartitionKey === 'slots' ? known(tableKey(String(row['accountId'])), 'slot') : null;
    if (/\/drains\b/.test(path)) return known(row.PartitionKey, row.RowKey.endsWith('-ended') ? 'end' : 'row');
    if (!/\/journal\b/.test(path)) return null;
    const intent = row.RowKey.replace(/-outcome$/, '');
    if (intent === row.RowKey) steps.set(intent, stepOfIntent(row));
    return known(row.PartitionKey, `${intent === row.RowKey ? 'intent' : 'outcome'} of ${steps.get(intent) ?? ''}`);
  }
}

function known(account: string, name: string): NamedWrite | null {
  const write = WRITES.find((each) => each === name);
  return write === undefined ? null : { account, write };
}

/** What an intent is of: a step of a drain, or a write to the vault, which is none. */
function stepOfIntent(row: Row): string {
  const { minted, promoted, disabled } = JSON.parse(String(row['after'])) as Json; // as the app writes it
  if (minted !== undefined) return 'mint';
  if (promoted !== undefined) return 'promote';
  return disabled !== undefined ? 'disable' : String(row['step']);
}

/** What a PATCH of a pool is in its drain. */
export function stepOf(body: Json): string {
  const { networkConfiguration, userAccounts, scaleSettings, metadata } = part(body, 'properties');
  if (userAccounts !== undefined || networkConfiguration !== undefined) return 'change';
  if (scaleSettings === undefined) return 'unmark';
  return JSON.stringify(metadata ?? '').includes('warden:drain') ? 'empty' : 'restore';
}
