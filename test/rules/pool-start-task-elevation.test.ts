import type { Pool } from '../../shared/core/model/pool.ts';
import type { StartTaskUser } from '../../shared/core/model/pool-parts.ts';
import { poolStartTaskElevation } from '../../shared/rules/pool-start-task-elevation.ts';
import { anySnapshot } from '../support/arbitraries.ts';
import { testRule } from '../support/rule-tester.ts';
import { aPool, snapshotOf } from '../support/snapshots.ts';

const AUTO = 'properties.startTask.userIdentity.autoUser.elevationLevel';
const NAMED = 'properties.startTask.userIdentity.userName';
const WINDOWS = { kind: 'virtual-machine', windows: true } as const;
const users = [
  { name: 'setup', elevationLevel: 'Admin' },
  { name: 'tasks', elevationLevel: null },
  { name: 'odd', elevationLevel: 'Root' },
];
const fix = {
  manual: /^In this order: \(1\) see what .*; \(2\) try .* on a new pool: .*; \(3\) .*startTask whole.*; \(4\) reboot /,
};

function runningAs(user: StartTaskUser | null, overrides: Partial<Pool> = {}) {
  return snapshotOf({ pools: [aPool({ users, startTask: { user, asksForAnyToken: false }, ...overrides })] });
}

function auto(elevationLevel: string | null): StartTaskUser {
  return { kind: 'auto', elevationLevel, scope: 'Task' };
}

function named(name: string): StartTaskUser {
  return { kind: 'named', name };
}

const asSetup = { path: NAMED, observed: 'setup', desired: 'a user without administrator rights', fix };

testRule(poolStartTaskElevation, {
  compliant: [
    { name: 'no start task', snapshot: snapshotOf({}) },
    { name: 'no user said', snapshot: runningAs(null) },
    { name: 'an auto-user without a level', snapshot: runningAs(auto(null)) },
    { name: 'a NonAdmin auto-user in another case', snapshot: runningAs(auto('nonAdmin')) },
    { name: 'a NonAdmin named user', snapshot: runningAs(named('tasks')) },
    { name: 'on Windows, in another case', snapshot: runningAs(named('Tasks'), { deployment: WINDOWS }) },
    {
      name: 'a partial body that shows the start task',
      snapshot: runningAs(auto(null), { shows: 'some', creationTime: null }),
    },
  ],
  violating: [
    {
      name: 'an Admin auto-user',
      snapshot: runningAs(auto('Admin')),
      expect: [{ path: AUTO, observed: 'Admin', desired: 'NonAdmin', why: /as an auto-user with full/, fix }],
    },
    {
      name: 'an Admin auto-user in another case, in a partial body: what is seen decides',
      snapshot: runningAs(auto('admin'), { shows: 'some', deployment: null }),
      expect: [{ path: AUTO, observed: 'admin', desired: 'NonAdmin', fix }],
    },
    {
      name: 'an Admin named user',
      snapshot: runningAs(named('setup')),
      expect: [{ ...asSetup, why: /as the named user setup with full/ }],
    },
    {
      name: 'on Windows, an Admin named user in another case',
      snapshot: runningAs(named('SETUP'), { deployment: WINDOWS }),
      expect: [{ ...asSetup, observed: 'SETUP' }],
    },
  ],
  unknown: [
    {
      name: 'a partial body without a start task',
      snapshot: snapshotOf({ pools: [aPool({ shows: 'some', creationTime: null })] }),
      expect: [{ path: 'properties.startTask', unknown: /partial/, code: 'not-shown' }],
    },
    {
      name: 'an unknown word of an auto-user',
      snapshot: runningAs(auto('Root')),
      expect: [{ path: AUTO, unknown: /level Root means is not known/, code: 'undecided' }],
    },
    {
      name: 'an unknown word of a named user',
      snapshot: runningAs(named('odd')),
      expect: [{ path: NAMED, unknown: /level Root means is not known/, code: 'undecided' }],
    },
    {
      name: 'a named user that is not there',
      snapshot: runningAs(named('nobody')),
      expect: [{ path: NAMED, unknown: /no named user of that name/, code: 'not-shown' }],
    },
    {
      name: 'on Linux, a name in another case',
      snapshot: runningAs(named('SETUP')),
      expect: [{ path: NAMED, unknown: /no named user of that name/, code: 'not-shown' }],
    },
    {
      name: 'a partial body does not show whether case matters',
      snapshot: runningAs(named('SETUP'), { shows: 'some', deployment: null }),
      expect: [{ path: NAMED, unknown: /no named user of that name/, code: 'not-shown' }],
    },
  ],
  converges: anySnapshot,
});
