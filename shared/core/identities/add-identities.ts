import { type Fix, manual, setPool } from '../model/change.ts';
import { distinctIds } from '../model/ids.ts';
import type { Pool } from '../model/pool.ts';
import { inOrder } from '../model/words.ts';

/**
 * The pool with these identities too. For a person where a second one would break the start task: a request for a token
 * that names no identity is answered only while there is one.
 */
export function addIdentities(pool: Pool, added: readonly string[]): Fix {
  const first = beforeASecond(pool);
  if (first.length === 0) return setPool(pool, { identityIds: [...pool.settings.identityIds, ...added] });
  return manual(inOrder(...first, `add ${added.join(', ')} at zero nodes, sending the identity that is there too`));
}

/** What has to be done before the pool gets a second identity; none where nothing is in the way. */
export function beforeASecond({ settings, startTask }: Pool): readonly string[] {
  if (distinctIds(settings.identityIds).length !== 1 || !startTask?.asksForAnyToken) return [];
  return [
    'let the start task say for which identity it wants a token, by client_id: with a second one Azure refuses to choose',
    'see that no task asks for a token without saying for which identity: no body of a pool shows tasks',
  ];
}
