import { type Fix, manual, setPool } from '../model/change.ts';
import { distinctIds } from '../model/ids.ts';
import type { Pool } from '../model/pool.ts';
import { inOrder } from '../model/words.ts';

/**
 * The pool with these identities too. For a person where a second one would break the start task: a request for a token
 * that names no identity is answered only while there is one.
 */
export function addIdentities(pool: Pool, added: readonly string[]): Fix {
  const { identityIds } = pool.settings;
  if (distinctIds(identityIds).length !== 1 || !pool.startTask?.asksForAnyToken)
    return setPool(pool, { identityIds: [...identityIds, ...added] });
  return manual(
    inOrder(
      `let the start task say for which identity it wants a token, by client_id: with a second one Azure refuses to choose`,
      'see that no task asks for a token without saying for which identity: no body of a pool shows tasks',
      `add ${added.join(', ')} at zero nodes, sending the identity that is there too`,
    ),
  );
}
