import { z } from 'zod';
import { manual } from '../core/model/change.ts';
import { undecided } from '../core/model/reading.ts';
import { mayLack } from '../core/model/shows.ts';
import { inOrder } from '../core/model/words.ts';
import { defineRule } from '../core/policy/rule.ts';

/** A task that runs as the same user can change what the start task left. */
export const poolAutoUserScope = defineRule({
  id: 'pool-auto-user-scope',
  scope: 'pool',
  title: 'The start task does not run as an auto-user that tasks share',
  advice: 'set the scope of the auto-user to Task',
  severity: 'low',
  sources: ['named-users'],
  reads: ['properties.startTask'],
  sets: [],
  breaks: null,
  permissions: [],
  defaultOff: true,
  options: z.strictObject({}),

  check(pool) {
    const { startTask } = pool;
    if (startTask === null) {
      const unseen = mayLack(pool, 'the start task');
      return unseen === null ? [] : [{ path: 'properties.startTask', unknown: unseen }];
    }
    if (startTask.user?.kind !== 'auto') return [];
    const path = 'properties.startTask.userIdentity.autoUser.scope';
    const { scope: observed } = startTask.user;
    const scope = (observed ?? 'Pool').toLowerCase();
    if (scope === 'task') return [];
    if (scope !== 'pool') return [{ path, unknown: undecided(`what the scope ${observed} means is not known`) }];
    const why =
      'The start task runs as the auto-user of the pool. Any task that does so too can change the files of the start task.';
    return [{ path, observed, desired: 'Task', why, fix: manual(WHAT_TO_DO) }];
  },
});

const WHAT_TO_DO = inOrder(
  'see that no task needs what only the user of the start task may do: write to its directory, or read a secret that it keeps for its user',
  'set scope to Task, sending startTask whole: what is left out is removed, and no reading shows passwords',
  'reboot the nodes, or make them anew: the start task runs when a node joins or restarts',
);
