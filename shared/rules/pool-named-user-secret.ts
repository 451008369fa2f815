import { z } from 'zod';
import { manual, setPool, setSecret } from '../core/model/change.ts';
import type { Pool } from '../core/model/pool.ts';
import { pendingOf, type SecretVersion, secretId } from '../core/model/secret.ts';
import { mayLack } from '../core/model/shows.ts';
import { listed } from '../core/model/words.ts';
import { whyNotAtZero } from '../core/model/zero-nodes.ts';
import { defineRule, type Outcome, type Violation } from '../core/policy/rule.ts';
import { type Due, promotionOf, type Step } from '../core/rotation/next-step.ts';
import { blocking, pathOf, type UserState, userStates, wholeList } from '../core/rotation/pool-secrets.ts';
import { replacesOf } from '../core/rotation/secret-owner.ts';
import type { SeenSecret } from '../core/rotation/seen-secret.ts';
import { troubleInWords } from '../core/rotation/trouble-words.ts';

/** Batch never gives a password back: which one a pool has, and how old it is, only its secret in Key Vault tells. */
export const poolNamedUserSecret = defineRule({
  id: 'pool-named-user-secret',
  scope: 'pool',
  title: 'Every named user has the current version of a secret that is rotated',
  advice: 'give the user the current version of its secret',
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
  breaks: 'whoever signs in to nodes with the old password or key',
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
  const found = foundOf(seen, step, states, pool);
  if (found === null) return [];
  const one = { path, observed: observedOf(seen), ...found };
  const runs = seen.isAhead && whyNotAtZero(pool) !== null;
  return [runs ? { ...one, why: `${one.why} ${ahead(seen)}`, severity: 'critical' } : one];
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

type Found = Omit<Violation, 'path' | 'observed'>;

function foundOf(seen: SeenSecret, step: Step, states: readonly UserState[], pool: Pool): Found | null {
  const { secret, current, given, kind } = seen;
  const id = secretId(secret.main);
  const name = secret.user;
  switch (step.kind) {
    case 'none':
    case 'disable':
      return null;
    case 'ask': {
      const { why, advice } = troubleInWords(step.trouble, seen);
      return { why, desired: 'a secret of its own, tagged for it or bound to it', fix: manual(advice) };
    }
    case 'mint': {
      const others = blocking(states);
      const minted = { kind, replaces: replacesOf(current), maxAge: step.maxAge };
      return {
        ...DUE[step.why](name, id),
        desired: 'a new version, given to the pool',
        fix:
          others.length > 0 || pool.creationTime === null
            ? manual(seeToOthers(others))
            : setSecret(secret, pendingOf(secret.main), { minted }),
      };
    }
    case 'expire': {
      const at = step.at.toISOString();
      return {
        why: `The secret ${id} of ${name} has no expiry, so Key Vault never warns that it gets old.`,
        desired: `expires ${at}`,
        fix: setSecret(secret, secret.main, { expiry: { version: step.version.id, at } }),
        severity: 'medium',
      };
    }
    case 'promote':
      return {
        why: `The pool was given version ${step.pending.id} for ${name}, which is not yet the current one of ${id}.`,
        desired: `version ${step.pending.id} becomes the current one`,
        fix: promotionOf(secret, step.pending),
      };
    case 'give': {
      const list = wholeList(pool, states);
      const fix = list === null ? manual(seeToOthers(blocking(states))) : setPool(pool, list);
      if (seen.pending !== null)
        return {
          why: `A rotation of the secret ${id} of ${name} is under way: a new version waits to be given to the pool.`,
          desired: 'the pool has the new version',
          fix,
        };
      const why =
        given === null
          ? `Nobody we know gave the pool the password of ${name}: whether it is that of ${id} is not known.`
          : `The pool was given version ${given} for ${name}, and ${id} has a newer one.`;
      return { why, desired: `the pool has version ${step.version.id}`, fix };
    }
  }
}

const DUE: Readonly<Record<Due, (name: string, id: string) => Pick<Found, 'why' | 'severity'>>> = {
  missing: (name, id) => ({ why: `The named user ${name} has no secret: there is no version of ${id}.` }),
  asked: (name, id) => ({ why: `A person asked for a rotation of the secret ${id} of ${name}.`, severity: 'low' }),
  'other-kind': (name, id) => ({
    why: `The secret ${id} of ${name} does not hold what the policy asks for on this pool (namedUsers.kind).`,
  }),
  expired: (name, id) => ({ why: `The secret ${id} of ${name} has expired.` }),
  old: (name, id) => ({ why: `The secret ${id} of ${name} is older than the policy allows (namedUsers.maxAge).` }),
  soon: (name, id) => ({ why: `The secret ${id} of ${name} soon expires or gets too old.`, severity: 'medium' }),
};

function ahead({ given, secret }: SeenSecret): string {
  return `New nodes have version ${given} of ${secretId(pendingOf(secret.main))}, and tasks that read ${secretId(secret.main)} have another: do not disable that version.`;
}

function seeToOthers(others: readonly UserState[]): string {
  if (others.length === 0)
    return 'Wait: another user of the pool gets a secret first, or the body does not show when the pool was made.';
  const names = listed(others.map(({ user }) => user.name));
  return `Batch takes the list of users only whole, with the secret of each: see first to ${names}, of whom none can be had.`;
}
