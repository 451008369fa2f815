import { accountOf } from '../core/model/resource-id.ts';
import type { SecretVersion } from '../core/model/secret.ts';
import type { NamedUserSecret } from '../core/rotation/inventory.ts';
import { jsonText } from './harmless.ts';
import type { ReportError } from './scan-report.ts';

/** The named users of pools and their secrets. */
export interface SecretsReport {
  readonly at: Date;
  readonly accounts: number;
  readonly pools: number;
  readonly users: readonly NamedUserSecret[];
  readonly errors: readonly ReportError[];
}

/**
 * The report as JSON, for programs. `schema` grows when a reader of the old form would be misled; new keys and new words of
 * `state` and `due` alone do not change it. All keys are always there. Nothing in it is a value of a secret.
 *
 * - `at` is when it was read; times are ISO 8601 in UTC. `account` and `pool` are ARM ids.
 * - `vault` is `https://{host}`, `secret` a name in it; null where no policy names them. `current` is the newest version,
 *   `pending` the one that is to be next: `{ version, created, expires, enabled }`, or null.
 * - `given` is the id of the version that the pool's marker names, or null; `isGiven` whether that is the current value.
 * - `state` is one of `SecretState`, `due` null or why a new version is to be made. `why` says what is not known, or is null.
 * - `nextRotation` is null where none begins by itself. Only with `mode: enforce` does it begin at all.
 * - `neverWarns`: the current version has no expiry, so Key Vault raises no event before its end.
 */
export function secretsJson({ at, accounts, pools, users, errors }: SecretsReport): string {
  const report = {
    schema: 1,
    at,
    accounts,
    pools,
    users: users.map(userJson),
    errors: errors.map(({ source, path, message }) => ({ source, path, message })),
  };
  return `${jsonText(report, 2)}\n`;
}

function userJson({ poolId, user, mode, secret, current, pending, ...rest }: NamedUserSecret) {
  const { given, isGiven, state, due, why, nextRotation, neverWarns } = rest;
  return {
    account: accountOf(poolId)?.text ?? poolId,
    pool: poolId,
    user,
    vault: secret?.vault ?? null,
    secret: secret?.name ?? null,
    current: current && versionJson(current),
    pending: pending && versionJson(pending),
    given,
    isGiven,
    state,
    due,
    why,
    nextRotation,
    neverWarns,
    mode,
  };
}

function versionJson({ id, created, expires, enabled }: SecretVersion) {
  return { version: id, created, expires, enabled };
}
