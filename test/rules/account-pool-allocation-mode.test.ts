import type { Shows } from '../../shared/core/model/shows.ts';
import { accountPoolAllocationMode } from '../../shared/rules/account-pool-allocation-mode.ts';
import { anySnapshot } from '../support/arbitraries.ts';
import { testRule } from '../support/rule-tester.ts';
import { anAccount, snapshotOf } from '../support/snapshots.ts';

const path = 'properties.poolAllocationMode';
const batchService = { required: 'BatchService' };

function allocating(poolAllocationMode: string | null, shows: Shows = 'all') {
  return snapshotOf({ account: anAccount({ poolAllocationMode, shows }) });
}

function byPerson(observed: string | null, why: RegExp, manual = REGISTER, desired = 'UserSubscription') {
  return [{ path, observed, desired, why, fix: { manual } }];
}

const REGISTER =
  /^In this order: \(1\) register the subscription .*Key Vault.*; \(2\) make a new account .* UserSubscription .*; \(3\) make its pools .*; \(4\) delete this account\.$/;
const MAKE =
  /^In this order: \(1\) make a new account with the pool allocation mode BatchService; \(2\) make its pools .*; \(3\) delete this account\.$/;

testRule(accountPoolAllocationMode, {
  compliant: [
    { name: 'user subscription', snapshot: allocating('UserSubscription') },
    { name: 'user subscription in another case', snapshot: allocating('usersubscription') },
    { name: 'the Batch service, where that is required', snapshot: allocating('BatchService'), options: batchService },
    { name: 'none, which means the Batch service', snapshot: allocating(null), options: batchService },
    { name: 'user subscription in a partial body', snapshot: allocating('UserSubscription', 'some') },
  ],
  violating: [
    {
      name: 'the Batch service',
      snapshot: allocating('BatchService'),
      expect: byPerson('BatchService', /mode is BatchService, and it was set once/),
    },
    {
      name: 'none, which means the Batch service, where a user subscription is required',
      snapshot: allocating(null),
      expect: byPerson(null, /mode is BatchService/),
    },
    {
      name: 'user subscription, where the Batch service is required',
      snapshot: allocating('UserSubscription'),
      options: batchService,
      expect: byPerson('UserSubscription', /mode is UserSubscription/, MAKE, 'BatchService'),
    },
    {
      name: 'a mode that is not known',
      snapshot: allocating('Elsewhere'),
      expect: byPerson('Elsewhere', /mode is Elsewhere/),
    },
    {
      name: 'the Batch service in a partial body',
      snapshot: allocating('BatchService', 'some'),
      expect: byPerson('BatchService', /mode is BatchService/),
    },
  ],
  unknown: [
    {
      name: 'none in a partial body',
      snapshot: allocating(null, 'some'),
      expect: [{ path, unknown: /partial/, code: 'not-shown' }],
    },
  ],
  converges: anySnapshot,
});
