import { odata, type TransactionAction } from '@azure/data-tables';
import { z } from 'zod';
import { digest } from '../../core/model/digest.ts';
import { idKey, parseAccountId } from '../../core/model/resource-id.ts';
import { type SecretRef, secretId } from '../../core/model/secret.ts';
import { hostOf } from '../../core/model/secret-id.ts';
import type { SecretIndex } from '../../ports.ts';
import { isConflict, isNotFound, nameOf, nullIfMissing, type Report, type Storage } from './storage.ts';
import { submitAll } from './submit.ts';

type Secrets = Storage['secrets'];

/** A row of the table `secrets`: partition the vault's host, row key the secret's name, both in lower case, as the account is. */
const SecretRow = z.object({ account: z.string().refine((text) => parseAccountId(text) !== null) });

/** From a secret to the account that has a pool whose user it is for. Once a day it is written anew: what was lost comes back. */
export function secretIndexIn(secrets: Secrets, abortSignal: AbortSignal, report: Report): SecretIndex {
  return {
    async indexSecrets(accountId, refs, memory, now) {
      const set = hashOf(refs);
      const indexed = set === null ? null : `${set}@${now.toISOString().slice(0, 10)}`;
      if (indexed === memory.indexed) return memory;
      const keys = new Map(refs.map((ref) => [idKey(secretId(ref)), keysOf(ref)]));
      for (const inVault of Map.groupBy(keys.values(), ({ partitionKey }) => partitionKey).values()) {
        const rows = inVault.map(
          (key): TransactionAction => ['upsert', { ...key, account: idKey(accountId) }, 'Replace'],
        );
        const refused = await submitAll(secrets, rows, abortSignal);
        const names = refused.map(([, row]) => nameOf(row));
        if (names.length > 0) report({ table: 'secrets', rows: names, reason: 'the table did not take them' });
      }
      const isAnother = set !== (memory.indexed?.split('@')[0] ?? null);
      const kept = new Set([...keys.values()].map(nameOf));
      if (isAnother) await deleteRows(secrets, accountId, (row) => !kept.has(nameOf(row)), { abortSignal });
      return { ...memory, indexed };
    },
    async accountOf(ref) {
      const { partitionKey, rowKey } = keysOf(ref);
      const row = await secrets.getEntity(partitionKey, rowKey, { abortSignal }).catch(nullIfMissing);
      if (row === null) return null;
      const { data } = SecretRow.safeParse(row);
      if (data !== undefined) return data.account;
      const reason = 'names no account: delete it, and the column indexed of its account in the table accounts';
      report({ table: 'secrets', rows: [nameOf({ partitionKey, rowKey })], reason });
      return null;
    },
  };
}

/** All that leads to an account. */
export function forgetSecrets(secrets: Secrets, accountId: string): Promise<void> {
  return deleteRows(secrets, accountId, () => true);
}

interface Key {
  readonly partitionKey: string;
  readonly rowKey: string;
}

/** Of the rows that lead to the account; one that leads to another by now stays. It reads the whole table: a set changes rarely. */
async function deleteRows(
  secrets: Secrets,
  accountId: string,
  isOver: (row: Key) => boolean,
  options: { readonly abortSignal?: AbortSignal } = {},
): Promise<void> {
  const filter = odata`account eq ${idKey(accountId)}`;
  const rows = secrets.listEntities<Key>({ queryOptions: { filter }, ...options });
  for await (const { partitionKey, rowKey, etag } of rows) {
    if (!isOver({ partitionKey, rowKey })) continue;
    await secrets.deleteEntity(partitionKey, rowKey, { etag, ...options }).catch((error: unknown) => {
      if (!isConflict(error) && !isNotFound(error)) throw error;
    });
  }
}

function keysOf({ vault, name }: SecretRef): Key {
  return { partitionKey: idKey(hostOf(vault)), rowKey: idKey(name) };
}

/** Tells the set from every other; null for none. */
function hashOf(refs: readonly SecretRef[]): string | null {
  const ids = new Set(refs.map((ref) => idKey(secretId(ref))));
  if (ids.size === 0) return null;
  return digest([...ids].toSorted().join('\n'))
    .toString('hex')
    .slice(0, 32);
}
