import { z } from 'zod';
import { manual } from '../core/model/change.ts';
import { elevationOf, sameUserName } from '../core/model/named-user.ts';
import type { Pool } from '../core/model/pool.ts';
import { notShown, undecided } from '../core/model/reading.ts';
import { mayLack } from '../core/model/shows.ts';
import { inOrder } from '../core/model/words.ts';
import { defineRule, type Outcome } from '../core/policy/rule.ts';

/** The start task runs on every node, before everything else. */
export const poolStartTaskElevation = defineRule({
  id: 'pool-start-task-elevation',
  scope: 'pool',
  title: 'The start task runs without administrator rights',
  advice: 'run the start task as a user without these rights',
  severity: 'medium',
  sources: ['named-users'],
  reads: ['properties.startTask', 'properties.userAccounts', 'properties.deploymentConfiguration'],
  sets: [],
  breaks: null,
  permissions: [],
  options: z.strictObject({}),

  check(pool) {
    const { startTask } = pool;
    if (startTask === null) {
      const unseen = mayLack(pool, 'the start task');
      return unseen === null ? [] : [{ path: 'properties.startTask', unknown: unseen }];
    }
    const { user } = startTask;
    if (user === null) return [];
    if (user.kind === 'named') return judgeNamed(user.name, pool);
    const path = 'properties.startTask.userIdentity.autoUser.elevationLevel';
    return judge({ path, observed: user.elevationLevel, desired: 'NonAdmin' }, user.elevationLevel, 'an auto-user');
  },
});

function judgeNamed(name: string, { settings, deployment }: Pool): readonly Outcome[] {
  const path = 'properties.startTask.userIdentity.userName';
  const user = settings.users.find((one) => sameUserName(one.name, name, deployment) === true);
  if (user === undefined)
    return [
      { path, unknown: notShown(`which rights ${name} has is not known: the body shows no named user of that name`) },
    ];
  const desired = 'a user without administrator rights';
  return judge({ path, observed: name, desired }, user.elevationLevel, `the named user ${name}`);
}

function judge(
  place: { readonly path: string; readonly observed: unknown; readonly desired: string },
  level: string | null,
  who: string,
): readonly Outcome[] {
  const elevation = elevationOf(level);
  if (elevation === 'NonAdmin') return [];
  if (elevation === null)
    return [{ path: place.path, unknown: undecided(`what the elevation level ${level} means is not known`) }];
  const why = `The start task runs as ${who} with full administrator rights.`;
  return [{ ...place, why, fix: manual(WHAT_TO_DO) }];
}

const WHAT_TO_DO = inOrder(
  'see what the set-up of a node needs the rights for, and do without it: for example install for the user, not for all',
  'try the start task as a NonAdmin user on a new pool: without the rights, nodes may fail to start',
  'give the start task that user, sending startTask whole: what is left out is removed, and no reading shows passwords',
  'reboot the nodes, or make them anew: the start task runs when a node joins or restarts',
);
