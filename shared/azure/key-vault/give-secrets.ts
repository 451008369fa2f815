import { z } from 'zod';
import type { SetPool } from '../../core/model/change.ts';
import type { Pool } from '../../core/model/pool.ts';
import type { User } from '../../core/model/pool-parts.ts';
import { isPendingName, type SecretVersionRef } from '../../core/model/secret.ts';
import type { WriteOutcome } from '../../core/plan/write.ts';
import { isOffered, offeredTo } from '../../core/rotation/secret-owner.ts';
import type { JsonObject } from '../codec/json-object.ts';
import { type Given, readGiven } from './read-value.ts';
import { Secret } from './secret.ts';
import { vaultOutcome } from './vault-outcome.ts';
import { type Vaults, vaultReason } from './vaults.ts';

const Account = z.looseObject({ name: z.string(), linuxUserConfiguration: z.looseObject({}).nullish() });
const Body = z.looseObject({ properties: z.looseObject({ userAccounts: z.array(Account) }) });

/**
 * The body of a PATCH with what Batch is to be given for each user: it takes the list only whole. Pending versions are marked
 * as offered to the pool before.
 * @throws NotGiven where one of them cannot be had
 */
export async function giveSecrets(
  vaults: Vaults,
  pool: Pool,
  { users }: SetPool['set'],
  body: JsonObject,
  signal: AbortSignal,
): Promise<JsonObject> {
  if (users === undefined) return body;
  const { properties, ...top } = Body.parse(body);
  let given: ReadonlyMap<string, Given>;
  try {
    given = await readAll(vaults, pool.id, users, signal);
    for (const { name, secret } of users)
      if (secret !== undefined) await offer(vaults, secret, given.get(name)?.tags ?? {}, pool, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    // Without what was thrown: that may hold the answer.
    throw new NotGiven(vaultReason(error));
  }
  const userAccounts = properties.userAccounts.map((account) => {
    const values = given.get(account.name);
    if (values === undefined) throw new NotGiven(`no secret is known of the user ${account.name}`);
    const { password, sshPrivateKey } = values;
    const { linuxUserConfiguration } = account;
    const withKey = { ...linuxUserConfiguration, sshPrivateKey };
    return { ...account, password, ...(sshPrivateKey === undefined ? {} : { linuxUserConfiguration: withKey }) };
  });
  return { ...top, properties: { ...properties, userAccounts } };
}

/**
 * Whether all that a pool is to be given can be had, before it is emptied for it: null, or what is in the way. The values are
 * read and dropped.
 */
export async function whyNotGivable(
  vaults: Vaults,
  poolId: string,
  users: readonly User[],
  now: () => Date,
  signal: AbortSignal,
): Promise<WriteOutcome | null> {
  try {
    await readAll(vaults, poolId, users, signal);
    return null;
  } catch (error) {
    return vaultOutcome(error, now());
  }
}

/** By the names of users. */
async function readAll(
  vaults: Vaults,
  poolId: string,
  users: readonly User[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Given>> {
  const given = new Map<string, Given>();
  for (const { name, secret } of users)
    if (secret !== undefined) given.set(name, await readGiven(vaults, secret, { poolId, user: name }, signal));
  return given;
}

async function offer(
  vaults: Vaults,
  { vault, name, version }: SecretVersionRef,
  tags: Readonly<Record<string, string>>,
  pool: Pool,
  signal: AbortSignal,
): Promise<void> {
  if (!isPendingName(name) || isOffered({ tags }, pool)) return;
  const { patient } = await vaults(vault);
  await patient.updateSecretProperties(name, version, { tags: { ...tags, ...offeredTo(pool) }, abortSignal: signal });
}

/** What became of sending such a body, without a value in its words. */
export function withoutGiven(outcome: WriteOutcome, body: object): WriteOutcome {
  return 'message' in outcome ? { ...outcome, message: Secret.cut(outcome.message, body) } : outcome;
}

/** The value of a user cannot be had: nothing was sent to Batch. */
export class NotGiven extends Error {
  override name = 'NotGiven';
}
