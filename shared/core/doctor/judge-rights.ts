import { names } from '../identities/role-permissions.ts';
import { count, listed } from '../model/words.ts';
import { fail, type Judged, ok, warn } from './check.ts';
import type { Shipped, SubscriptionReadings } from './readings.ts';

type Seen = Pick<SubscriptionReadings, 'permissions' | 'isEnforced'>;

const DEPLOY_ROLES =
  'deploy infra/roles.bicep again, with this subscription in its list (docs/deploy.md); a role takes up to ten minutes to count';

/** Whether all that is read may be. */
export function judgeRightsToRead(seen: Seen, { reads }: Pick<Shipped, 'reads'>, isApp: boolean): Judged {
  const missing = missingOf(seen, reads);
  if (typeof missing === 'string') return warn('rights-to-read', missing, todo(isApp));
  if (missing.length === 0)
    return ok('rights-to-read', `all ${reads.length} actions of Batch Warden Auditor are allowed`);
  return fail(
    'rights-to-read',
    `${lacks(missing, reads, 'Batch Warden Auditor')}. What ${missing.length === 1 ? 'it is' : 'they are'} for is unknown`,
    todo(isApp),
  );
}

/** Whether all that is written may be. */
export function judgeRightsToWrite(seen: Seen, { writes }: Pick<Shipped, 'writes'>, isApp: boolean): Judged {
  const missing = missingOf(seen, writes);
  const { isEnforced } = seen;
  if (typeof missing === 'string')
    return isEnforced === false
      ? ok('rights-to-write', 'none is needed: the policy lets no rule write here')
      : warn('rights-to-write', missing, todo(isApp));
  if (missing.length === 0)
    return ok('rights-to-write', `all ${writes.length} actions of Batch Warden Enforcer are allowed`);
  const without = lacks(missing, writes, 'Batch Warden Enforcer');
  if (isEnforced === false)
    return ok('rights-to-write', `${without}, and none is needed: the policy lets no rule write here`);
  if (isEnforced === null)
    return warn('rights-to-write', `${without}; whether the policy lets a rule write here is not known`, todo(isApp));
  if (!isApp)
    return warn(
      'rights-to-write',
      `${without}. You need none of them: the app does, and checks its own (own-checks)`,
      'nothing, unless own-checks fails',
    );
  return fail(
    'rights-to-write',
    `${without}, and the policy lets rules write here: these writes are refused`,
    `${DEPLOY_ROLES} and enforce=true, or keep the rules at audit`,
  );
}

/** The actions that are not allowed, or why that is not known. */
function missingOf({ permissions }: Seen, actions: readonly string[]): string | readonly string[] {
  if ('unseen' in permissions) return `what may be done here could not be read: ${permissions.unseen}`;
  return actions.filter((name) => !names(permissions.known, { kind: 'action', name }));
}

function lacks(missing: readonly string[], all: readonly string[], role: string): string {
  return `${missing.length} of ${count(all.length, 'action')} of ${role} ${missing.length === 1 ? 'is' : 'are'} not allowed: ${listed(missing)}`;
}

function todo(isApp: boolean): string {
  return isApp
    ? DEPLOY_ROLES
    : 'have somebody give you the role Reader on this subscription: these are your own rights';
}
