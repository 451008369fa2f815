import { z } from 'zod';
import { overlap } from '../model/glob.ts';
import { nameOf } from '../model/ids.ts';
import { parseAccountId, sameId } from '../model/resource-id.ts';
import { isPendingName, LONGEST_NAME, type SecretRef, secretId } from '../model/secret.ts';
import { isSecretName, secretParts } from '../model/secret-id.ts';
import { type Binding as Bound, POOL, secretFor } from './named-users.ts';

/** Each is compared with every other. */
export const MOST_BINDINGS = 500;

const ACCOUNT =
  'must be the whole id of an account, /subscriptions/.../batchAccounts/NAME, as a name alone may be that of several';
const POOLS = 'must be the name of a pool or a pattern of names: letters, digits, - and _, and * for any characters';
const USER = 'must be the name of a user: 1 to 20 characters';
const SECRET =
  'must be the id of a secret, https://HOST/secrets/NAME, such as https://team.vault.azure.net/secrets/render';
const VERSION = 'must be without a version: the newest one counts';
const PENDING = 'a name that ends with -pending is that in which the rotation of another secret is prepared';
const NAME = `a secret's name has letters, digits and hyphens, and here ${LONGEST_NAME} at most, as -pending is added to it to prepare a rotation; ${POOL} stands for the pool's name`;
const WITHOUT_POOL = `one secret for many pools: let its name hold ${POOL}, or name one pool`;
const KEYS =
  'must be a binding, such as { account: /subscriptions/.../batchAccounts/renders, pool: frames, user: artist, secret: https://team.vault.azure.net/secrets/artist }';

const Secret = z.string(SECRET).transform((text, context): SecretRef => {
  const parts = secretParts(text);
  const fault = parts === null ? SECRET : parts.version === null ? null : VERSION;
  if (parts !== null && fault === null) return { vault: parts.vault, name: parts.name };
  context.issues.push({ code: 'custom', message: fault ?? SECRET, input: text });
  return z.NEVER;
});

/** A secret that somebody else named. */
export const Binding: z.ZodType<Bound> = z
  .strictObject(
    {
      account: z
        .string(ACCOUNT)
        .refine((text) => parseAccountId(text) !== null, ACCOUNT)
        .describe("The account's ARM id: names are unique in a region alone."),
      pool: z
        .string(POOLS)
        // What is no pool's name says nothing of the secret's.
        .regex(/^[\w*-]{1,64}$/, { error: POOLS, abort: true })
        .describe('The name of a pool, or a pattern of them with *.'),
      user: z.string(USER).min(1, USER).max(20, USER).describe("The user's name, as the pool has it."),
      secret: Secret.describe(`https://HOST/secrets/NAME. ${POOL} in NAME stands for the pool's name.`),
    },
    KEYS,
  )
  .superRefine(({ pool, secret }, context) => {
    const message = secretFault(pool, secret.name);
    if (message !== null) context.addIssue({ code: 'custom', path: ['secret'], message });
  });

function secretFault(pool: string, name: string): string | null {
  const isPattern = pool.includes('*');
  if (isPattern && !name.includes(POOL)) return WITHOUT_POOL;
  if (isPendingName(name)) return PENDING;
  // Of a pattern what every name has of it; one letter where it has nothing.
  const filled = name.replaceAll(POOL, pool.replaceAll('*', '') || 'x');
  return isSecretName(filled) && filled.length <= LONGEST_NAME ? null : NAME;
}

/** Of bindings that can bind one user twice, or one secret to two users. Where, below the list. */
export function bindingFaults(
  bindings: readonly Bound[],
): readonly { readonly path: PropertyKey[]; readonly message: string }[] {
  const known = bindings.map((binding) => ({ ...binding, secret: secretId(secretFor(binding, binding.pool)) }));
  return known.flatMap((one, index) => {
    const twice = known.slice(0, index).find((other) => sameUser(one, other));
    if (twice !== undefined) {
      const message = `${named(one)} is bound by ${named(twice)} above, too: bind each user of a pool once`;
      return [{ path: [index, 'user'], message }];
    }
    const shared = known.slice(0, index).find((other) => overlap(one.secret, other.secret));
    if (shared === undefined) return [];
    const message = `this can be the secret of ${named(shared)} above and of ${named(one)}: give each user one of his own`;
    return [{ path: [index, 'secret'], message }];
  });
}

type Who = Pick<Bound, 'account' | 'pool' | 'user'>;

function sameUser(a: Who, b: Who): boolean {
  return a.user === b.user && sameId(a.account, b.account) && overlap(a.pool, b.pool);
}

function named({ account, pool, user }: Who): string {
  return `${nameOf(account)}/${pool}/${user}`;
}
