import { digest } from '../model/digest.ts';
import { idKey, parsePoolId } from '../model/resource-id.ts';
import { LONGEST_NAME } from '../model/secret.ts';

const HASH_LENGTH = 8;

/**
 * `{account}-{pool}-{user}`, with `-` for what Key Vault refuses, and eight hex digits of a hash of all of it, so that no two
 * users share a name by chance. Who may choose names can make two meet: tags tell whose a secret is.
 */
export function secretNameOf(poolId: string, user: string): string {
  const { account, pool } = parsePoolId(poolId) ?? { account: '', pool: poolId };
  const readable = [account, pool, user].join('-').replaceAll(/[^0-9A-Za-z-]/gu, '-');
  const hash = digest([idKey(poolId), user].join('\n'))
    .toString('hex')
    .slice(0, HASH_LENGTH);
  return `${readable.slice(0, LONGEST_NAME - HASH_LENGTH - 1)}-${hash}`;
}
