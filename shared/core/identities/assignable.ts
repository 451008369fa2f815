import { z } from 'zod';
import { found } from '../model/found.ts';
import { glob } from '../model/glob.ts';
import type { Pool } from '../model/pool.ts';
import { identityParts, isIdentityId } from '../model/resource-id.ts';
import { inOrder } from '../model/words.ts';
import { beforeASecond } from './add-identities.ts';

const MUST_BE =
  'must be the ARM id of a user-assigned identity, in which * may stand for characters of the resource group and of the name, not of the subscription';

/** Names identities by a pattern. The subscription is named whole: a pattern never reaches into another. */
const IdentityPattern = z.string().refine((text) => identityParts(text)?.subscription.includes('*') === false, {
  error: ({ input }) => `${MUST_BE}; ${found(input)}`,
});

/** Option `assignable`: the identities that this program may give to pools, whoever named them. */
export const Assignable = z.array(IdentityPattern).default([]);

/** Whether one of the patterns fits. Names are compared one by one, so that no `*` reaches over a slash. */
export function mayAssign(assignable: readonly string[], identityId: string): boolean {
  const id = identityParts(identityId);
  if (id === null) return false;
  return assignable.some((text) => {
    const pattern = identityParts(text);
    if (pattern === null) return false;
    const pairs = [
      [pattern.subscription, id.subscription],
      [pattern.resourceGroup, id.resourceGroup],
      [pattern.name, id.name],
    ] as const;
    return pairs.every(([part, name]) => glob(part)(name));
  });
}

/** What a person does about an identity that is not assignable. @param place where it is named, as in "at identity" */
export function assignByHand(pool: Pool, identityId: string, place: string): string {
  if (!isIdentityId(identityId)) return `Name a user-assigned identity by its ARM id ${place}.`;
  return inOrder(
    `see who named ${identityId} ${place}, and that the pool may have it: it is not in option assignable`,
    ...beforeASecond(pool),
    'add it at zero nodes, sending all other identities, or name it in option assignable and this program adds it, or name another one',
  );
}
