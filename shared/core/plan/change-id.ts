import { withoutMark } from '../drain/mark.ts';
import { type Change, isMint, resourceOf } from '../model/change.ts';
import type { Pool } from '../model/pool.ts';
import { idKey } from '../model/resource-id.ts';
import { secretId, type UserSecret } from '../model/secret.ts';
import { findPool, type Snapshot } from '../model/snapshot.ts';
import { findSecret, pathOf, SECRETS_RULE } from '../rotation/pool-secrets.ts';
import { replacesOf } from '../rotation/secret-owner.ts';
import { seenSecret } from '../rotation/seen-secret.ts';
import type { Fixable } from './finding.ts';
import { hashOf } from './finding-id.ts';
import { canonical } from './news.ts';
import { settingsBefore, type Write } from './write.ts';

/** As the id of a change is written. */
export const CHANGE_ID = /^[0-9a-f]{16}$/;

/**
 * Tells the change that a finding asks for from every other: of another resource, to other values, from other values. The
 * steps of one rotation are one change. 16 hex digits.
 */
export function changeIdOf(finding: Fixable, snapshot: Snapshot): string {
  const { fix } = finding;
  const pool = findPool(snapshot, resourceOf(fix));
  const rotation = pool === undefined ? null : rotationOf(finding, pool, snapshot);
  if (rotation !== null) return hashOf(canonical({ ...rotation, creationTime: pool?.creationTime ?? null }));
  return changeHash({ change: fix, was: settingsBefore(snapshot, fix) }, pool?.creationTime ?? null);
}

/** The same of a write: no dates, sizes or texts but those of the change itself, and no mark of ours. */
export function changeHash({ change, was }: Pick<Write, 'change' | 'was'>, creationTime: Date | null): string {
  const { kind, id, set } = change;
  return hashOf(canonical({ kind, id: idKey(id), creationTime, set: unmarked(set), was: unmarked(was) }));
}

function unmarked(settings: Change['set'] | Write['was']): object {
  return 'metadata' in settings && settings.metadata !== undefined
    ? { ...settings, metadata: withoutMark(settings.metadata) }
    : settings;
}

/** From which version a rotation leads on; null where the finding asks for something else. */
function rotationOf({ ruleId, path, fix }: Fixable, pool: Pool, { facets }: Snapshot): object | null {
  const user = pool.settings.users.find(({ name }) => pathOf(name) === path);
  const secret = ruleId !== SECRETS_RULE || user === undefined ? null : findSecret(facets, pool.id, user.name);
  if (secret === null || 'unknown' in secret.versions) return null;
  const { pending, current } = seenSecret(pool, secret, secret.versions.known);
  const isRotated = isMint(fix) || (fix.kind === 'set-pool' && pending !== null);
  return isRotated ? { kind: 'rotate', ...placeOf(secret), replaces: replacesOf(current) } : null;
}

function placeOf({ poolId, user, main }: UserSecret): object {
  return { pool: idKey(poolId), user, secret: idKey(secretId(main)) };
}
