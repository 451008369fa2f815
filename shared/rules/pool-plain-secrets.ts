import { z } from 'zod';
import { manual } from '../core/model/change.ts';
import type { SecretPlace } from '../core/model/pool-parts.ts';
import { mayLack } from '../core/model/shows.ts';
import { adviceForSecrets } from '../core/plain-secrets/secret-advice.ts';
import { defineRule } from '../core/policy/rule.ts';

/** Whoever may read a pool sees what stands in its body; an identity needs nothing to be kept there. */
export const poolPlainSecrets = defineRule({
  id: 'pool-plain-secrets',
  scope: 'pool',
  title: 'The pool works with identities, not with secrets in its body',
  advice: 'move the secret to a Key Vault, and replace it',
  severity: 'high',
  sources: ['pool-identities', 'security-best-practices'],
  reads: [
    'properties.startTask',
    'properties.deploymentConfiguration',
    'properties.mountConfiguration',
    'properties.metadata',
    'properties.resourceTags',
    'tags',
    'identity',
  ],
  sets: [],
  breaks: null,
  permissions: [],
  options: z.strictObject({
    allowNames: z.array(z.string().min(1)).default([]),
    keyMounts: z.boolean().default(false),
  }),

  check(pool, { options }) {
    const places = pool.secretPlaces.filter((place) => isJudged(place, options));
    if (places.length === 0) {
      const unseen = mayLack(pool, 'what holds a secret');
      return unseen === null ? [] : [{ path: '', unknown: unseen }];
    }
    return [...Map.groupBy(places, ({ path }) => path).values()].flatMap((together) => {
      const [first] = together;
      if (first === undefined) return [];
      const { desired, toDo } = adviceForSecrets(together, pool);
      const what = [...new Set(together.map(inWords))].join(' and ');
      const isShown = first.holds.kind !== 'mount-key' && first.holds.kind !== 'registry-password';
      const why = isShown
        ? `There is ${what} in the open: whoever may read the pool can read it.`
        : `There is ${what}, which somebody has to keep and to rotate. An identity of the pool needs no secret.`;
      return [{ path: first.path, observed: `${what} (left out here)`, desired, why, fix: manual(toDo) }];
    });
  },
});

interface Options {
  readonly allowNames: readonly string[];
  readonly keyMounts: boolean;
}

/** An allowed name silences all that stands under it: whoever names it has looked at it. */
function isJudged({ name, holds }: SecretPlace, { allowNames, keyMounts }: Options): boolean {
  if (holds.kind === 'mount-key') return holds.share === 'blob' || keyMounts;
  const names = [name, holds.kind === 'named' ? holds.name : null];
  return !allowNames.some((allowed) => names.some((one) => one?.toLowerCase() === allowed.toLowerCase()));
}

function inWords({ holds }: SecretPlace): string {
  switch (holds.kind) {
    case 'signature':
      return 'a shared access signature';
    case 'account-key':
      return 'an account key';
    case 'mount-key':
      return `a mount of ${SHARES[holds.share]} by a key`;
    case 'registry-password':
      return 'a registry with a user name and a password';
    case 'password':
      return 'a password';
    case 'token':
      return 'a token';
    case 'private-key':
      return 'a private key';
    case 'named':
      return `a value named ${holds.name}`;
  }
}

const SHARES = { blob: 'a blob container', 'azure-files': 'an Azure Files share', cifs: 'a CIFS share' };
