import type { AzureReader } from '../shared/azure/reader.ts';
import type { OpenRequests } from '../shared/azure/state/open-requests.ts';
import { isReadable, type Pool } from '../shared/core/model/pool.ts';
import { accountOf, type PoolId, parsePoolId, poolName, sameId } from '../shared/core/model/resource-id.ts';
import type { Snapshot } from '../shared/core/model/snapshot.ts';
import { listed } from '../shared/core/model/words.ts';
import { redacted } from '../shared/core/plain-secrets/redacted.ts';
import type { InvalidPolicy, Policy } from '../shared/core/policy/policy.ts';
import { wantedSecrets } from '../shared/core/rotation/wanted-secrets.ts';
import { shortName } from '../shared/report/short-name.ts';
import { rules } from '../shared/rules/index.ts';
import { askForLook, isLine, orBadInput, requestsOf, whoAsks } from './asking.ts';
import { openAzure } from './azure.ts';
import { BadInput, CLEAN, type Io } from './io.ts';
import { didYouMean } from './nearest.ts';
import type { RotateOptions } from './rotate-command.ts';
import { type Guarded, rotationText } from './rotation-in-words.ts';
import { whyFailed } from './why-failed.ts';

/** Leaves the request that the secret of a pool's named user be another one, and gives the exit code. */
export async function rotate(poolId: string, user: string, { storage, by }: RotateOptions, io: Io): Promise<number> {
  const id = parsePoolId(poolId);
  if (id === null) throw new BadInput(`Not the ARM id of a Batch pool: ${poolId}`);
  const name = user;
  if (!isLine(name, 20)) throw new BadInput('A named user of a pool has a name of 1 to 20 characters.');
  const who = whoAsks(by);
  const requests = await requestsOf(storage);
  const azure = await openAzure();
  const [seen, policy] = await Promise.all([seePool(azure, id, name), policyOf(requests)]);
  const secrets = await withSecrets(azure, seen, policy);
  // By Azure's clock where it was seen: a request that seems older than the secret asks for nothing.
  const at = ('snapshot' in seen ? seen.snapshot.readAt : undefined) ?? new Date();
  const request = { poolId: id.text, user: name, at };
  await orBadInput('Nothing was asked for', () => requests.rotate({ ...request, who }));
  const look = await askForLook(requests, id.text, at);
  const text = rotationText({ request, who, look, seen: secrets, policy }, io);
  io.out(redacted(text));
  return CLEAN;
}

type Seen = { readonly pool: Pool; readonly snapshot: Snapshot } | { readonly unchecked: string };

/** The pool, which has the user; or why that could not be seen. @throws BadInput where it has not */
async function seePool(azure: AzureReader, id: PoolId, user: string): Promise<Seen> {
  const account = accountOf(id.text)?.text ?? id.text;
  const snapshot = await azure.observe(account, () => new Set()).catch(orWhy);
  if (snapshot !== null && 'failed' in snapshot) return { unchecked: snapshot.failed };
  if (snapshot === null) throw new BadInput(`Azure has no such Batch account: ${account}`);
  if ('retryAt' in snapshot) return { unchecked: `Azure asks to wait until ${snapshot.retryAt.toISOString()}` };
  const pool = snapshot.pools.find((one) => sameId(one.id, id.text));
  if (pool === undefined) {
    if (!snapshot.complete)
      return {
        unchecked: listed(
          snapshot.problems.map(({ message }) => message),
          '; ',
        ),
      };
    const names = snapshot.pools.map(poolName);
    throw new BadInput(`The account ${id.account} has no pool ${id.pool}. ${didYouMean(id.pool, names)}`.trimEnd());
  }
  if (!isReadable(pool)) return { unchecked: pool.unreadable };
  const users = pool.settings.users.map(({ name }) => name);
  if (users.includes(user)) return { pool, snapshot };
  const others = users.length === 0 ? 'It has none.' : `It has: ${listed(users)}.`;
  throw new BadInput(`The pool ${shortName(pool.id)} has no named user ${user}. ${didYouMean(user, users)}${others}`);
}

/** The app's policy; or why it could not be read. */
async function policyOf(requests: OpenRequests): Promise<Policy | InvalidPolicy | { readonly unread: string }> {
  const read = await requests.policy(rules).catch(orWhy);
  return 'failed' in read ? { unread: read.failed } : read;
}

function orWhy(error: unknown): { readonly failed: string } {
  return { failed: whyFailed(error) };
}

/** With the versions of the secrets of the pool's users, as far as the vaults show them. */
async function withSecrets(
  azure: AzureReader,
  seen: Seen,
  policy: Awaited<ReturnType<typeof policyOf>>,
): Promise<Guarded['seen']> {
  if (!('snapshot' in seen) || 'unread' in policy) return seen;
  const { pool, snapshot } = seen;
  const wanted = wantedSecrets({ ...snapshot, pools: [pool] }, policy, { rotations: [], drains: [] });
  const secrets = { known: await azure.readSecrets(wanted) };
  return { pool, snapshot: { ...snapshot, facets: { ...snapshot.facets, secrets } } };
}
