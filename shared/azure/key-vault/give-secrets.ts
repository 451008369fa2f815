import { z } from 'zod';
import type { SetPool } from '../../core/model/change.ts';
import type { Pool } from '../../core/model/pool.ts';
import type { GivenSecret, GivenUser, User } from '../../core/model/pool-parts.ts';
import { isPendingName, type SecretVersionRef, type WantedSecret } from '../../core/model/secret.ts';
import type { NotWritten, WriteOutcome } from '../../core/plan/write.ts';
import { isOffered, offeredTo } from '../../core/rotation/secret-owner.ts';
import type { JsonObject } from '../codec/json-object.ts';
import { type Given, readGiven } from './read-value.ts';
import { Secret } from './secret.ts';
import { vaultOutcome } from './vault-outcome.ts';
import { type Vaults, vaultReason } from './vaults.ts';

const UserAccount = z.looseObject({ name: z.string(), linuxUserConfiguration: z.looseObject({}).nullish() });
const Body = z.looseObject({ properties: z.looseObject({ userAccounts: z.array(UserAccount) }) });

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
    given = await readAll(vaults, pool.id, users.filter(isGiven), signal);
    for (const one of given.values()) await offer(vaults, one, pool, signal);
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

/** What keeps the pool from being given the secrets, before it is emptied for it. The values are read and dropped. */
export async function whyNotGiven(
  vaults: Vaults,
  poolId: string,
  users: readonly GivenUser[],
  now: () => Date,
  signal: AbortSignal,
): Promise<NotWritten | null> {
  try {
    for (const { name, secret } of users) await tryGiving(vaults, secret, { poolId, user: name }, signal);
    return null;
  } catch (error) {
    return vaultOutcome(error, now());
  }
}

/** All that giving it takes, without an effect: its tags are set to what they are. @throws as `readGiven`, and RestError */
export async function tryGiving(
  vaults: Vaults,
  secret: GivenSecret,
  owner: Pick<WantedSecret, 'poolId' | 'user'>,
  signal: AbortSignal,
): Promise<void> {
  const { tags } = await readGiven(vaults, secret, owner, signal);
  if (isPendingName(secret.name)) await setTags(vaults, secret, tags, signal);
}

/** By the names of users. */
async function readAll(
  vaults: Vaults,
  poolId: string,
  users: readonly GivenUser[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Given>> {
  const given = new Map<string, Given>();
  for (const { name, secret } of users)
    given.set(name, await readGiven(vaults, secret, { poolId, user: name }, signal));
  return given;
}

function isGiven(user: User): user is GivenUser {
  return user.secret !== undefined;
}

async function offer(vaults: Vaults, { of, tags }: Given, pool: Pool, signal: AbortSignal): Promise<void> {
  if (!isPendingName(of.name) || isOffered({ tags }, pool)) return;
  await setTags(vaults, of, { ...tags, ...offeredTo(pool) }, signal);
}

async function setTags(
  vaults: Vaults,
  { vault, name, version }: SecretVersionRef,
  tags: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<void> {
  const { patient } = await vaults(vault);
  await patient.updateSecretProperties(name, version, { tags, abortSignal: signal });
}

/** What became of sending such a body, without a value in its words. */
export function withoutGiven(outcome: WriteOutcome, body: object): WriteOutcome {
  return 'message' in outcome ? { ...outcome, message: Secret.cut(outcome.message, body) } : outcome;
}

/** The value of a user cannot be had: nothing was sent to Batch. */
export class NotGiven extends Error {
  override name = 'NotGiven';
}
