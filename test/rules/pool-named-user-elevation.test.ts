import * as fc from 'fast-check';
import { manual, setPool } from '../../shared/core/model/change.ts';
import type { Pool } from '../../shared/core/model/pool.ts';
import type { StartTask, User } from '../../shared/core/model/pool-parts.ts';
import { readingFailed } from '../../shared/core/model/reading.ts';
import type { UserSecret } from '../../shared/core/model/secret.ts';
import { inOrder } from '../../shared/core/model/words.ts';
import { tagsOf } from '../../shared/core/rotation/secret-owner.ts';
import { poolNamedUserElevation } from '../../shared/rules/pool-named-user-elevation.ts';
import { anySnapshot } from '../support/arbitraries.ts';
import { aSecret, aVersion, having, marked, VAULT, versionId } from '../support/rotations/examples.ts';
import { testRule } from '../support/rule-tester.ts';
import { aPool, POOL_ID, poolId, snapshotOf } from '../support/snapshots.ts';

const WINDOWS = { kind: 'virtual-machine', windows: true } as const;
const DEMOTE = { demote: true };
const render = user('render', 'Admin');
const setup = user('setup', 'Admin');
const tasks = user('tasks', 'NonAdmin');

function user(name: string, elevationLevel: string | null): User {
  return { name, elevationLevel };
}

function startTaskAs(name: string): StartTask {
  return { user: { kind: 'named', name }, asksForAnyToken: false };
}

function withUsers(users: readonly User[], overrides: Partial<Pool> = {}): Pool {
  return aPool({ users, ...overrides });
}

/** With a secret of every user, which the pool was given or not. */
function withPool(...pools: readonly Pool[]) {
  const known = pools.flatMap(({ id, settings }) => settings.users.map(({ name }) => secretOf(id, name)));
  return snapshotOf({ pools, facets: { secrets: { known } } });
}

function secretOf(id: string, name: string): UserSecret {
  const version = aVersion('1', new Date('2026-01-25T00:00:00Z'), { tags: tagsOf({ poolId: id, user: name }) });
  return aSecret({ poolId: id, user: name, main: placeOf(id, name), versions: { known: having([version]) } });
}

function placeOf(id: string, name: string) {
  return { vault: VAULT, name: `${id.split('/').at(-1)}-${name}` };
}

function pathOf(name: string): string {
  return `properties.userAccounts[${name}].elevationLevel`;
}

function steps(name: string, ...first: readonly string[]): string {
  const then = inOrder(
    ...first,
    `see that no task needs administrator rights as ${name}`,
    'resize the pool to zero nodes: only then does Batch accept named users',
    `send userAccounts whole, with ${name} as NonAdmin and with the password, and any SSH key, of every user`,
    'give the pool its nodes back',
  );
  return `${then} If ${name} has to be an administrator, name it in option admins.`;
}

function byHand(name: string, ...first: readonly string[]) {
  const why = new RegExp(`as ${name} have full administrator rights`);
  return { path: pathOf(name), observed: 'Admin', desired: 'NonAdmin', why, fix: manual(steps(name, ...first)) };
}

/** Batch takes the list whole: each user with its secret, and the markers that say so. */
function demoted(name: string, pool: Pool, users: readonly User[]) {
  const fix = setPool(pool, {
    users: users.map((one) => ({
      ...one,
      secret: { ...placeOf(pool.id, one.name), version: versionId('1'), kind: 'password' },
    })),
    metadata: users.flatMap((one) => marked(pool, one.name, versionId('1'))),
  });
  return { path: pathOf(name), observed: 'Admin', desired: 'NonAdmin', fix };
}

/** `render` is an administrator, `tasks` is none. */
function withSecrets(...known: readonly UserSecret[]) {
  return snapshotOf({ pools: [withUsers([render, tasks])], facets: { secrets: { known } } });
}

const waiting = aVersion('7', new Date('2026-01-31T00:00:00Z'), { tags: { replaces: versionId('1') } });
const prepared: UserSecret = {
  ...secretOf(POOL_ID, 'render'),
  versions: { known: having([aVersion('1', new Date('2026-01-25T00:00:00Z'))], [waiting]) },
};

const OTHER_USER = 'give the start task another user, or see that its set-up works without these rights: it runs as';
const SEE = 'see whether the start task runs as render, and if so give it another user: the body does not show it';
const two = withUsers([render, tasks, setup]);
const second = withUsers([setup], { id: poolId('pool2') });

testRule(poolNamedUserElevation, {
  compliant: [
    { name: 'no named users', snapshot: withPool(withUsers([])) },
    { name: 'NonAdmin, and none said', snapshot: withPool(withUsers([tasks, user('more', null)])) },
    { name: 'NonAdmin in another case', snapshot: withPool(withUsers([user('tasks', 'nonadmin')])) },
    { name: 'an Admin that is allowed', snapshot: withPool(withUsers([render])), options: { admins: ['render'] } },
    {
      name: 'on Windows, an Admin that is allowed in another case',
      snapshot: withPool(withUsers([render], { deployment: WINDOWS })),
      options: { admins: ['RENDER'] },
    },
    {
      name: 'on a cloud-service pool, which is Windows, too',
      snapshot: withPool(withUsers([render], { deployment: { kind: 'cloud-service', inferred: false } })),
      options: { admins: ['RENDER'] },
    },
    {
      name: 'an unknown word of a user that is allowed',
      snapshot: withPool(withUsers([user('render', 'Root')])),
      options: { admins: ['render'] },
    },
    {
      name: 'a partial body whose users are shown',
      snapshot: withPool(withUsers([tasks], { shows: 'some', creationTime: null })),
    },
    { name: 'a start task as a NonAdmin', snapshot: withPool(withUsers([tasks], { startTask: startTaskAs('tasks') })) },
  ],
  violating: [
    { name: 'an Admin', snapshot: withPool(withUsers([render])), expect: [byHand('render')] },
    {
      name: 'an Admin in another case',
      snapshot: withPool(withUsers([user('render', 'ADMIN')])),
      expect: [{ ...byHand('render'), observed: 'ADMIN' }],
    },
    {
      name: 'an Admin in a partial body: what is seen decides',
      snapshot: withPool(withUsers([render], { shows: 'some', creationTime: null })),
      expect: [byHand('render', SEE)],
    },
    {
      name: 'on Linux, an Admin that is allowed only in another case',
      snapshot: withPool(withUsers([render])),
      options: { admins: ['Render'] },
      expect: [byHand('render')],
    },
    {
      name: 'two of three, one of them allowed',
      snapshot: withPool(two),
      options: { admins: ['setup'] },
      expect: [byHand('render')],
    },
    {
      name: 'an Admin that the start task runs as',
      snapshot: withPool(withUsers([setup], { startTask: startTaskAs('setup') })),
      expect: [byHand('setup', `${OTHER_USER} setup`)],
    },
    {
      name: 'demote: one Admin, the other users stay as read',
      snapshot: withPool(withUsers([user('more', null), render, tasks])),
      options: DEMOTE,
      expect: [demoted('render', aPool(), [user('more', null), user('render', 'NonAdmin'), tasks])],
    },
    {
      name: 'demote: two Admins have the same change, which is of both',
      snapshot: withPool(two),
      options: DEMOTE,
      expect: [
        demoted('render', two, [user('render', 'NonAdmin'), tasks, user('setup', 'NonAdmin')]),
        demoted('setup', two, [user('render', 'NonAdmin'), tasks, user('setup', 'NonAdmin')]),
      ],
    },
    {
      name: 'demote: the user of the start task is for a person and keeps its rights meanwhile',
      snapshot: withPool(withUsers([render, setup], { startTask: startTaskAs('setup') })),
      options: DEMOTE,
      expect: [demoted('render', aPool(), [user('render', 'NonAdmin'), setup]), byHand('setup', `${OTHER_USER} setup`)],
    },
    {
      name: 'demote: on Windows the start task names it in another case',
      snapshot: withPool(withUsers([setup], { deployment: WINDOWS, startTask: startTaskAs('SETUP') })),
      options: DEMOTE,
      expect: [byHand('setup', `${OTHER_USER} setup`)],
    },
    {
      name: 'demote: on Linux a name in another case is another user',
      snapshot: withPool(withUsers([setup], { startTask: startTaskAs('SETUP') })),
      options: DEMOTE,
      expect: [demoted('setup', aPool(), [user('setup', 'NonAdmin')])],
    },
    {
      name: 'demote: the start task runs as an auto-user, or as nobody in particular',
      snapshot: withPool(
        withUsers([render], {
          startTask: { user: { kind: 'auto', elevationLevel: 'Admin', scope: null }, asksForAnyToken: false },
        }),
        { ...second, startTask: { user: null, asksForAnyToken: false } },
      ),
      options: DEMOTE,
      expect: [
        demoted('render', aPool(), [user('render', 'NonAdmin')]),
        { resource: second.id, ...demoted('setup', second, [user('setup', 'NonAdmin')]) },
      ],
    },
    {
      name: 'demote: a partial body does not show the start task',
      snapshot: withPool(withUsers([render], { shows: 'some', deployment: null })),
      options: DEMOTE,
      expect: [byHand('render', SEE)],
    },
    {
      name: 'demote: a partial body does not show whether case matters to the name in the start task',
      snapshot: withPool(withUsers([render], { shows: 'some', deployment: null, startTask: startTaskAs('Render') })),
      options: DEMOTE,
      expect: [byHand('render', SEE)],
    },
    {
      name: 'demote: a user whose level is not known, and one that is allowed, are resent as read',
      snapshot: withPool(withUsers([user('odd', 'Root'), render, setup])),
      options: { demote: true, admins: ['setup'] },
      expect: [
        { path: pathOf('odd'), unknown: /level Root means is not known/, code: 'undecided' },
        demoted('render', aPool(), [user('odd', 'Root'), user('render', 'NonAdmin'), setup]),
      ],
    },
    {
      name: 'demote: the secrets were not read',
      snapshot: snapshotOf({ pools: [withUsers([render, tasks])] }),
      options: DEMOTE,
      expect: [byHand('render')],
    },
    {
      name: 'demote: the secret of a user that stays as it is could not be read',
      snapshot: withSecrets(secretOf(POOL_ID, 'render'), {
        ...secretOf(POOL_ID, 'tasks'),
        versions: { unknown: readingFailed('HTTP 403 Forbidden') },
      }),
      options: DEMOTE,
      expect: [byHand('render')],
    },
    {
      name: 'demote: a user that stays as it is has no secret',
      snapshot: withSecrets(secretOf(POOL_ID, 'render'), {
        ...secretOf(POOL_ID, 'tasks'),
        versions: { known: having([]) },
      }),
      options: DEMOTE,
      expect: [byHand('render')],
    },
    {
      name: 'demote: a version that a rotation prepared goes with it',
      snapshot: withSecrets(secretOf(POOL_ID, 'tasks'), prepared),
      options: DEMOTE,
      expect: [
        {
          path: pathOf('render'),
          fix: setPool(aPool(), {
            users: [
              {
                ...user('render', 'NonAdmin'),
                secret: { ...placeOf(POOL_ID, 'render-pending'), version: versionId('7'), kind: 'password' },
              },
              { ...tasks, secret: { ...placeOf(POOL_ID, 'tasks'), version: versionId('1'), kind: 'password' } },
            ],
            metadata: [...marked(aPool(), 'render', versionId('7')), ...marked(aPool(), 'tasks', versionId('1'))],
          }),
        },
      ],
    },
  ],
  unknown: [
    {
      name: 'a partial body without users',
      snapshot: withPool(withUsers([], { shows: 'some', creationTime: null })),
      expect: [{ path: 'properties.userAccounts', unknown: /partial/, code: 'not-shown' }],
    },
    {
      name: 'an unknown word',
      snapshot: withPool(withUsers([user('render', 'Root'), tasks])),
      expect: [{ path: pathOf('render'), unknown: /level Root means is not known/, code: 'undecided' }],
    },
    {
      name: 'a partial body does not show whether case matters to the allowed name',
      snapshot: withPool(withUsers([render], { shows: 'some', deployment: null })),
      options: { admins: ['Render'] },
      expect: [{ path: pathOf('render'), unknown: /depends on its case/, code: 'not-shown' }],
    },
  ],
  converges: anySnapshot,
  options: fc.record({ admins: fc.subarray(['render', 'ADMIN1', 'batch']), demote: fc.boolean() }),
});
