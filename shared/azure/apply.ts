import { isDeepStrictEqual } from 'node:util';
import { ZodError } from 'zod';
import type { Account } from '../core/model/account.ts';
import { ACCOUNT_SETTINGS } from '../core/model/account-settings.ts';
import type { ArmId } from '../core/model/arm-id.ts';
import type { SetAccount, SetPool } from '../core/model/change.ts';
import { POOL_SETTINGS } from '../core/model/pool-settings.ts';
import { parseAccountId, parsePoolId } from '../core/model/resource-id.ts';
import { missingSettings } from '../core/model/same-setting.ts';
import { keysOf } from '../core/model/setting.ts';
import { findPool, type Snapshot } from '../core/model/snapshot.ts';
import type { Write, WriteOutcome } from '../core/plan/write.ts';
import type { Arm } from './arm/arm.ts';
import { whyMistaken } from './arm/arm-answer.ts';
import { ArmError, saysAccountGone, saysPoolGone } from './arm/arm-error.ts';
import { movedPaths } from './arm/moved-paths.ts';
import { type Patch, send } from './arm/write-path.ts';
import { decodeAccount, encodeAccount } from './codec/account-codec.ts';
import { firstIssue } from './codec/parse-fault.ts';
import { decodePool, encodePool } from './codec/pool-codec.ts';
import { giveSecrets, NotGiven, withoutGiven } from './key-vault/give-secrets.ts';
import type { Vaults } from './key-vault/vaults.ts';
import { writeSecret } from './key-vault/write-secret.ts';

/** What writes go to. */
export interface Services {
  readonly arm: Arm;
  readonly vaults: Vaults;
}

/** Writes one change and tells what became of it. Never throws. */
export async function apply(
  { arm, vaults }: Services,
  write: Write,
  snapshot: Snapshot,
  now: () => Date,
  signal: AbortSignal,
): Promise<WriteOutcome> {
  const { change } = write;
  if (change.kind === 'set-secret') return writeSecret(vaults, change, now, signal);
  const path = (change.kind === 'set-pool' ? parsePoolId(change.id) : parseAccountId(change.id))?.text;
  if (path === undefined) return { kind: 'failed', message: `not the id of what is to be changed: ${change.id}` };
  try {
    const patch =
      change.kind === 'set-pool'
        ? await poolPatch(vaults, path, change, snapshot, signal)
        : await accountPatch(arm, path, change, write.was, snapshot);
    if (patch === null) return { kind: 'conflict' };
    const outcome = await send(arm, patch, now, signal).catch((error: unknown) => outcomeOf(error, change));
    return withoutGiven(outcome, patch.body);
  } catch (error) {
    return outcomeOf(error, change);
  }
}

function outcomeOf(error: unknown, change: SetAccount | SetPool): WriteOutcome {
  const isGone = change.kind === 'set-pool' ? saysPoolGone : saysAccountGone;
  if (error instanceof ArmError && isGone(error)) return { kind: 'gone' };
  if (error instanceof NotGiven) return { kind: 'refused', message: error.message };
  if (error instanceof ZodError) return { kind: 'failed', message: `not as specified: ${firstIssue(error)}` };
  return { kind: 'failed', message: error instanceof Error ? error.message : String(error) };
}

const POOL_MOVES_ITSELF = [
  'etag',
  'properties.lastModified',
  'properties.allocationState',
  'properties.allocationStateTransitionTime',
  'properties.currentDedicatedNodes',
  'properties.currentLowPriorityNodes',
  'properties.resizeOperationStatus',
  'properties.autoScaleRun',
];

/** The pool as it was planned from: its body and its ETag, never a newer one. */
async function poolPatch(
  vaults: Vaults,
  path: ArmId,
  change: SetPool,
  snapshot: Snapshot,
  signal: AbortSignal,
): Promise<Patch | null> {
  const { id, set } = change;
  const pool = findPool(snapshot, id);
  if (pool === undefined || pool.etag === null) return null;
  const meant = keysOf(set).map((key) => POOL_SETTINGS[key].path);
  return {
    path,
    body: await giveSecrets(vaults, pool, set, encodePool(pool, set), signal),
    etag: pool.etag,
    missing: (body) => missingSettings(POOL_SETTINGS, set, asked(path, decodePool(body, 'all')).settings),
    alsoMoved: (body) => movedPaths(pool.source, body, [...POOL_MOVES_ITSELF, ...meant]),
    isUnchanged: (body) => asked(path, decodePool(body, 'all')).etag === pool.etag,
  };
}

/** Accounts have no ETag: read again, and null when a setting, or what vouched for it, is no longer what the plan saw. */
async function accountPatch(
  arm: Arm,
  path: ArmId,
  { set }: SetAccount,
  was: Write['was'],
  { account: planned }: Snapshot,
): Promise<Patch | null> {
  if ('unknown' in planned) return null;
  const account = asked(path, decodeAccount((await arm.get(path)).body, 'all'));
  const isAsSeen = (now: Account) =>
    missingSettings(ACCOUNT_SETTINGS, was, now.settings).length === 0 &&
    isDeepStrictEqual(vouching(now), vouching(planned.known));
  if (!isAsSeen(account)) return null;
  const meant = keysOf(set).map((key) => ACCOUNT_SETTINGS[key].path);
  return {
    path,
    body: encodeAccount(account, set),
    etag: null,
    missing: (body) => missingSettings(ACCOUNT_SETTINGS, set, asked(path, decodeAccount(body, 'all')).settings),
    alsoMoved: (body) => movedPaths(account.source, body, ['etag', ...meant]),
    isUnchanged: (body) => isAsSeen(asked(path, decodeAccount(body, 'all'))),
  };
}

/** What Azure answered, as long as it is what was asked for. @throws Error otherwise */
function asked<T extends { readonly id: string }>(path: ArmId, answered: T): T {
  const mistaken = whyMistaken(path, answered.id);
  if (mistaken !== null) throw new Error(mistaken);
  return answered;
}

/** What an account write relies on and does not set: which kind of identity there is, and who reaches it privately. */
function vouching({ identity, privateEndpointConnections }: Account) {
  return { identityType: identity.type, privateEndpointConnections };
}
