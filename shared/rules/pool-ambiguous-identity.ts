import { z } from 'zod';
import { manual } from '../core/model/change.ts';
import { distinctIds } from '../core/model/ids.ts';
import type { Pool } from '../core/model/pool.ts';
import { sameId } from '../core/model/resource-id.ts';
import { mayLack } from '../core/model/shows.ts';
import { inOrder, listed } from '../core/model/words.ts';
import { defineRule } from '../core/policy/rule.ts';

/** With several identities the metadata service gives a token only to who says for which. */
export const poolAmbiguousIdentity = defineRule({
  id: 'pool-ambiguous-identity',
  scope: 'pool',
  title: 'The start task says for which identity it wants a token',
  advice: 'name the identity in the request for a token',
  severity: 'info',
  sources: ['managed-identity-behaviour'],
  reads: ['properties.startTask', 'identity'],
  sets: [],
  breaks: null,
  permissions: [],
  options: z.strictObject({}),

  check(pool) {
    const { startTask } = pool;
    const path = 'properties.startTask.commandLine';
    if (startTask !== null && !startTask.asksForAnyToken) return [];
    const ids = startTask === null ? [] : distinctIds(pool.settings.identityIds);
    if (ids.length < 2) {
      const unseen = mayLack(pool, startTask === null ? 'the start task' : 'identities');
      return unseen === null ? [] : [{ path, unknown: unseen }];
    }
    const observed = 'a request for a token that names no identity';
    const desired = 'a request that names one identity of the pool';
    const why = `The start task asks the metadata service for a token without saying for which of the pool's ${ids.length} identities: the service refuses that (400 Bad Request).`;
    return [{ path, observed, desired, why, fix: manual(whatToDo(pool, ids)) }];
  },
});

function whatToDo({ identities }: Pool, ids: readonly string[]): string {
  const names = ids.map((id) => {
    const clientId = identities.find((identity) => sameId(identity.id, id))?.clientId ?? null;
    return clientId === null ? id : `${id} (client id ${clientId})`;
  });
  return inOrder(
    `choose the identity that the start task is to act as, one of ${listed(names)}`,
    'add it to the URL of the request in the command line: &client_id= and its client id, or &mi_res_id= and its ARM id',
    'send startTask whole: what is left out is removed, and no reading shows passwords',
    'reboot the nodes, or make them anew: the start task runs when a node joins or restarts',
  );
}
