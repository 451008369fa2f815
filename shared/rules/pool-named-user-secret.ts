import { z } from 'zod';
import { type Fix, manual, setPool, setSecret } from '../core/model/change.ts';
import type { Pool } from '../core/model/pool.ts';
import { pendingOf, type SecretVersion, secretId } from '../core/model/secret.ts';
import { mayLack } from '../core/model/shows.ts';
import { inOrder, listed } from '../core/model/words.ts';
import { whyNotAtZero } from '../core/model/zero-nodes.ts';
import { defineRule, type Outcome, type Severity, type Violation } from '../core/policy/rule.ts';
import { type Due, promotionOf, type Step, type Trouble } from '../core/rotation/next-step.ts';
import { blocking, pathOf, type UserState, userStates, wholeList } from '../core/rotation/pool-secrets.ts';
import { replacesOf, tagsOf } from '../core/rotation/secret-owner.ts';
import type { SeenSecret } from '../core/rotation/seen-secret.ts';

/** Batch never gives a password back: which one a pool has, and how old it is, only its secret in Key Vault tells. */
export const poolNamedUserSecret = defineRule({
  id: 'pool-named-user-secret',
  scope: 'pool',
  title: 'Every named user has the current version of a secret that is rotated',
  severity: 'high',
  sources: ['named-users'],
  reads: [
    'properties.userAccounts',
    'properties.metadata',
    'properties.creationTime',
    'properties.interNodeCommunication',
    'properties.deploymentConfiguration',
  ],
  sets: ['users', 'metadata'],
  permissions: ['Microsoft.Batch/batchAccounts/pools/write'],
  needs: { verdict: ['secrets'] },
  options: z.strictObject({}),

  check(pool, { snapshot, now }) {
    if (pool.settings.users.length === 0) {
      const unseen = mayLack(pool, 'named users');
      return unseen === null ? [] : [{ path: 'properties.userAccounts', unknown: unseen }];
    }
    const states = userStates(pool, snapshot, now);
    return states.flatMap((one) => outcomesOf(one, states, pool));
  },
});

function outcomesOf({ user, state }: UserState, states: readonly UserState[], pool: Pool): Outcome[] {
  const path = pathOf(user.name);
  if ('unknown' in state) return [{ path, unknown: state.unknown }];
  const { seen, step } = state.known;
  const found = violationOf(seen, step);
  if (found === null) return [];
  const { why, desired, severity } = found;
  const runs = seen.isAhead && whyNotAtZero(pool) !== null;
  return [
    {
      path,
      observed: observedOf(seen),
      desired,
      why: runs ? `${why} ${AHEAD(seen)}` : why,
      fix: fixOf(seen, step, states, pool),
      ...(runs ? { severity: 'critical' as const } : severity && { severity }),
    },
  ];
}

function observedOf({ secret, current, given }: SeenSecret) {
  return {
    secretId: secretId(secret.main),
    current: current === null ? null : textOf(current),
    given: given === null ? null : `version ${given}`,
  };
}

function textOf({ id, created, expires, enabled }: SecretVersion): string {
  const until = expires === null ? 'without expiry' : `expires ${expires.toISOString()}`;
  return `version ${id} of ${created.toISOString()}, ${until}${enabled ? '' : ', disabled'}`;
}

type Found = Pick<Violation, 'why' | 'desired'> & { readonly severity?: Severity };

function violationOf(seen: SeenSecret, step: Step): Found | null {
  const { secret, given } = seen;
  const id = secretId(secret.main);
  const name = secret.user;
  switch (step.kind) {
    case 'none':
    case 'disable':
      return null;
    case 'ask':
      return { why: TROUBLES[step.trouble](name, id), desired: 'a secret of its own, tagged for it or bound to it' };
    case 'mint':
      return { ...DUE[step.why](name, id), desired: 'a new version, given to the pool' };
    case 'expire':
      return {
        why: `The secret ${id} of ${name} has no expiry, so Key Vault never warns that it gets old.`,
        desired: `expires ${step.at.toISOString()}`,
        severity: 'medium',
      };
    case 'promote':
      return {
        why: `The pool was given version ${step.pending.id} for ${name}, which is not yet the current one of ${id}.`,
        desired: `version ${step.pending.id} becomes the current one`,
      };
    case 'give':
      return seen.pending !== null
        ? {
            why: `A rotation of the secret ${id} of ${name} is under way: a new version waits to be given to the pool.`,
            desired: 'the pool has the new version',
          }
        : {
            why:
              given === null
                ? `Nobody we know gave the pool the password of ${name}: whether it is that of ${id} is not known.`
                : `The pool was given version ${given} for ${name}, and ${id} has a newer one.`,
            desired: `the pool has version ${step.version.id}`,
          };
  }
}

const DUE: Readonly<Record<Due, (name: string, id: string) => Omit<Found, 'desired'>>> = {
  missing: (name, id) => ({ why: `The named user ${name} has no secret: there is no version of ${id}.` }),
  asked: (name, id) => ({ why: `A person asked for a rotation of the secret ${id} of ${name}.`, severity: 'low' }),
  'other-kind': (name, id) => ({
    why: `The secret ${id} of ${name} does not hold what the policy asks for on this pool (namedUsers.kind).`,
  }),
  expired: (name, id) => ({ why: `The secret ${id} of ${name} has expired.` }),
  old: (name, id) => ({ why: `The secret ${id} of ${name} is older than the policy allows (namedUsers.maxAge).` }),
  soon: (name, id) => ({ why: `The secret ${id} of ${name} soon expires or gets too old.`, severity: 'medium' }),
};

const TROUBLES: Readonly<Record<Trouble, (name: string, id: string) => string>> = {
  missing: (name, id) => `The named user ${name} has no secret: there is no version of ${id}.`,
  lost: (name, id) => `The pool was given a password of ${name}, and its secret ${id} has no version any more.`,
  disabled: (name, id) => `The newest version of the secret ${id} of ${name} is disabled.`,
  foreign: (name, id) =>
    `The tags of the secret ${id}, or of that beside it (-pending), say that it belongs to another user than ${name}.`,
  unclaimed: (name, id) =>
    `Nothing says that the secret ${id}, or that beside it (-pending), belongs to ${name}: a name alone is no proof.`,
  undone: (name, id) =>
    `The secret ${id} of ${name} is due, and the versions that were made to replace it are disabled by somebody.`,
  unclear: (name, id) =>
    `Which version of the secret ${id} of ${name} is current is not clear: two were made in one second.`,
};

const AHEAD = ({ given, secret }: SeenSecret) =>
  `New nodes have version ${given} of ${secretId(pendingOf(secret.main))}, and tasks that read ${secretId(secret.main)} have another: do not disable that version.`;

function fixOf(seen: SeenSecret, step: Step, states: readonly UserState[], pool: Pool): Fix {
  const { secret, current, kind } = seen;
  switch (step.kind) {
    case 'none':
    case 'disable':
      return manual('Nothing is to be done.');
    case 'ask':
      return manual(ADVICE[step.trouble](seen));
    case 'promote':
      return promotionOf(secret, step.pending);
    case 'expire':
      return setSecret(secret, secret.main, {
        expiry: { version: step.version.id, at: step.at.toISOString() },
      });
    case 'mint': {
      const others = blocking(states);
      if (others.length > 0 || pool.creationTime === null) return manual(seeToOthers(others));
      const replaces = replacesOf(current);
      return setSecret(secret, pendingOf(secret.main), { minted: { kind, replaces, maxAge: step.maxAge } });
    }
    case 'give': {
      const list = wholeList(pool, states);
      return list === null ? manual(seeToOthers(blocking(states))) : setPool(pool, list);
    }
  }
}

function seeToOthers(others: readonly UserState[]): string {
  if (others.length === 0)
    return 'Wait: another user of the pool gets a secret first, or the body does not show when the pool was made.';
  const names = listed(others.map(({ user }) => user.name));
  return `Batch takes the list of users only whole, with the secret of each: see first to ${names}, of whom none can be had.`;
}

const ADVICE: Readonly<Record<Trouble, (seen: SeenSecret) => string>> = {
  missing: ({ secret }) =>
    inOrder(
      `set the secret ${secretId(secret.main)} to the password that ${secret.user} has, with the tags ${tagWords(secret)}`,
      'or name the secret that has it in namedUsers.bindings',
      'or set namedUsers.mintMissing: true, and the pool is given a new one',
    ),
  lost: ({ secret }) =>
    `Recover ${secretId(secret.main)} in the vault. If it was purged, take the metadata item warden:user:${secret.user} from the pool: then it counts as missing.`,
  disabled: ({ secret }) =>
    `Enable the newest version of ${secretId(secret.main)}, or add a version: the newest is given to the pool.`,
  foreign: ({ secret }) =>
    `See who tagged ${secretId(secret.main)}, and bind another secret to ${secret.user} in namedUsers.bindings.`,
  unclaimed: ({ secret }) =>
    `If the secret is that of ${secret.user}, add a version with the tags ${tagWords(secret)}, or bind it in namedUsers.bindings.`,
  undone: ({ secret }) =>
    `See who disables the versions of ${secretId(pendingOf(secret.main))}, then enable the latest of them, or add a version to ${secretId(secret.main)}.`,
  unclear: ({ secret }) =>
    `Add to ${secretId(secret.main)} the version that is to hold: the newest is given to the pool.`,
};

function tagWords(secret: SeenSecret['secret']): string {
  return listed(Object.entries(tagsOf(secret)).map(([name, value]) => `${name}=${value}`));
}
