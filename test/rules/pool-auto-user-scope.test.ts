import type { Pool } from '../../shared/core/model/pool.ts';
import type { StartTaskUser } from '../../shared/core/model/pool-parts.ts';
import { poolAutoUserScope } from '../../shared/rules/pool-auto-user-scope.ts';
import { anySnapshot } from '../support/arbitraries.ts';
import { testRule } from '../support/rule-tester.ts';
import { aPool, snapshotOf } from '../support/snapshots.ts';

const path = 'properties.startTask.userIdentity.autoUser.scope';
const fix = {
  manual: /^In this order: \(1\) see that no task .*; \(2\) set scope to Task, .*startTask whole.*; \(3\) reboot /,
};

function runningAs(user: StartTaskUser | null, overrides: Partial<Pool> = {}) {
  return snapshotOf({ pools: [aPool({ startTask: { user, asksForAnyToken: false }, ...overrides })] });
}

function auto(scope: string | null): StartTaskUser {
  return { kind: 'auto', elevationLevel: null, scope };
}

testRule(poolAutoUserScope, {
  compliant: [
    { name: 'no start task', snapshot: snapshotOf({}) },
    { name: 'no user said: the specification has it unique to the task', snapshot: runningAs(null) },
    { name: 'a named user', snapshot: runningAs({ kind: 'named', name: 'setup' }) },
    { name: 'scope Task', snapshot: runningAs(auto('Task')) },
    {
      name: 'scope Task in another case, in a partial body that shows it',
      snapshot: runningAs(auto('task'), { shows: 'some', creationTime: null }),
    },
  ],
  violating: [
    {
      name: 'scope Pool',
      snapshot: runningAs(auto('Pool')),
      expect: [{ path, observed: 'Pool', desired: 'Task', why: /Any task that does so too/, fix }],
    },
    {
      name: 'no scope: Pool is meant',
      snapshot: runningAs(auto(null)),
      expect: [{ path, observed: null, desired: 'Task', fix }],
    },
    {
      name: 'scope Pool in another case, in a partial body: what is seen decides',
      snapshot: runningAs(auto('POOL'), { shows: 'some', deployment: null }),
      expect: [{ path, observed: 'POOL', desired: 'Task', fix }],
    },
  ],
  unknown: [
    {
      name: 'a partial body without a start task',
      snapshot: snapshotOf({ pools: [aPool({ shows: 'some', deployment: null })] }),
      expect: [{ path: 'properties.startTask', unknown: /partial/, code: 'not-shown' }],
    },
    {
      name: 'an unknown scope',
      snapshot: runningAs(auto('Job')),
      expect: [{ path, unknown: /scope Job means is not known/, code: 'undecided' }],
    },
  ],
  converges: anySnapshot,
});
