import { z } from 'zod';
import { manual, setPool } from '../core/model/change.ts';
import { elevationOf, sameUserName } from '../core/model/named-user.ts';
import type { Pool } from '../core/model/pool.ts';
import type { User } from '../core/model/pool-parts.ts';
import { notShown, type UnknownReason, undecided } from '../core/model/reading.ts';
import { mayLack } from '../core/model/shows.ts';
import { inOrder } from '../core/model/words.ts';
import { defineRule, type Outcome } from '../core/policy/rule.ts';
import { userStates, wholeList } from '../core/rotation/pool-secrets.ts';

/** Whatever runs as an administrator can read and change all of the node, other tasks included. */
export const poolNamedUserElevation = defineRule({
  id: 'pool-named-user-elevation',
  scope: 'pool',
  title: 'No named user is an administrator, unless it is allowed',
  advice: 'make the named user an ordinary one',
  severity: 'high',
  sources: ['named-users'],
  reads: ['properties.userAccounts', 'properties.startTask', 'properties.deploymentConfiguration'],
  sets: ['users', 'metadata'],
  breaks: 'with option demote, tasks that need the administrator rights of a named user',
  permissions: ['Microsoft.Batch/batchAccounts/pools/write'],
  needs: { fix: ['secrets'] },
  options: z.strictObject({ admins: z.array(z.string().min(1)).default([]), demote: z.boolean().default(false) }),

  check(pool, { options, snapshot, now }) {
    const { users } = pool.settings;
    if (users.length === 0) {
      const unseen = mayLack(pool, 'named users');
      return unseen === null ? [] : [{ path: 'properties.userAccounts', unknown: unseen }];
    }
    const tooHigh = users.filter((user) => verdictOf(user, pool, options.admins) === 'violates');
    const demoted = tooHigh.filter((user) => options.demote && startTaskAs(user, pool) === 'no');
    // One value for all of them, so that their changes go into one write.
    const states = demoted.length === 0 ? [] : userStates(pool, snapshot, now);
    const list = wholeList(pool, states, (user) =>
      demoted.includes(user) ? { ...user, elevationLevel: 'NonAdmin' } : user,
    );
    const change = list === null ? null : setPool(pool, list);
    return users.flatMap((user): Outcome[] => {
      const verdict = verdictOf(user, pool, options.admins);
      const path = `properties.userAccounts[${user.name}].elevationLevel`;
      if (verdict === 'complies') return [];
      if (verdict !== 'violates') return [{ path, unknown: verdict }];
      const why = `Tasks that run as ${user.name} have full administrator rights on their node.`;
      const fix = (demoted.includes(user) ? change : null) ?? manual(whatToDo(user, pool));
      return [{ path, observed: user.elevationLevel, desired: 'NonAdmin', why, fix }];
    });
  },
});

function verdictOf(
  { name, elevationLevel }: User,
  { deployment }: Pool,
  admins: readonly string[],
): 'complies' | 'violates' | UnknownReason {
  const elevation = elevationOf(elevationLevel);
  const allowed = admins.map((admin) => sameUserName(name, admin, deployment));
  if (elevation === 'NonAdmin' || allowed.includes(true)) return 'complies';
  if (elevation === null) return undecided(`what the elevation level ${elevationLevel} means is not known`);
  if (allowed.includes(null))
    return notShown(`whether ${name} is among option admins depends on its case, and the system is not shown`);
  return 'violates';
}

/** Whether the start task runs as this user; in doubt it may. */
function startTaskAs({ name }: User, pool: Pool): 'yes' | 'maybe' | 'no' {
  const { startTask, deployment } = pool;
  if (startTask === null) return pool.shows === 'some' ? 'maybe' : 'no';
  if (startTask.user?.kind !== 'named') return 'no';
  const same = sameUserName(name, startTask.user.name, deployment);
  return same === null ? 'maybe' : same ? 'yes' : 'no';
}

const OF_START_TASK = {
  yes: (name: string) => [
    `give the start task another user, or see that its set-up works without these rights: it runs as ${name}`,
  ],
  maybe: (name: string) => [
    `see whether the start task runs as ${name}, and if so give it another user: the body does not show it`,
  ],
  no: () => [],
};

function whatToDo(user: User, pool: Pool): string {
  const { name } = user;
  const steps = inOrder(
    ...OF_START_TASK[startTaskAs(user, pool)](name),
    `see that no task needs administrator rights as ${name}`,
    'resize the pool to zero nodes: only then does Batch accept named users',
    `send userAccounts whole, with ${name} as NonAdmin and with the password, and any SSH key, of every user`,
    'give the pool its nodes back',
  );
  return `${steps} If ${name} has to be an administrator, name it in option admins.`;
}
