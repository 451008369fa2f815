import { expect, test } from 'vitest';
import type { Change } from '../../../shared/core/model/change.ts';
import { after, HOUR } from '../../../shared/core/model/time.ts';
import type { Fixable } from '../../../shared/core/plan/finding.ts';
import { whyHeld } from '../../../shared/core/plan/guards.ts';
import { parsePolicy } from '../../../shared/core/policy/parse-policy.ts';
import { SECRETS_RULE } from '../../../shared/core/rotation/pool-secrets.ts';
import { finding } from '../../support/cli/findings.ts';
import { VAULT } from '../../support/rotations/examples.ts';
import { POOL_ID, snapshotOf } from '../../support/snapshots.ts';

const now = new Date('2026-11-28T08:00:00Z');
const twice = [after(now, -2 * HOUR), after(now, -HOUR)];
const endpoints: Change = { kind: 'set-pool', id: POOL_ID, set: { endpoints: null } };
const disabled: Change = {
  kind: 'set-secret',
  id: `${VAULT}/secrets/a`,
  poolId: POOL_ID,
  user: 'render',
  set: { disabled: [] },
};

type Policy = Parameters<typeof whyHeld>[1]['policy'];

function heldBy(fix: Change, policy: Policy, ruleId: string): string | undefined {
  const fixable: Fixable = { ...finding({ ruleId, resourceId: POOL_ID, firstSeen: now }), fix };
  const circumstances = {
    mode: 'enforce',
    snapshot: snapshotOf({}),
    policy,
    lastChanges: { known: new Map() },
    receivedSince: { known: null },
    accepted: () => twice,
    releases: [],
    approvals: [],
    drains: [],
    undos: [],
    now,
  } as const;
  return whyHeld(fixable, circumstances)?.message;
}

const enforced = parsePolicy('mode: enforce', []);
const frozen = parsePolicy('mode: enforce\nfreeze: true', []);

test.each<[string, Change, Policy, string, RegExp]>([
  [
    'a policy that cannot be followed holds a change',
    endpoints,
    { invalid: 'line 1' },
    'a',
    /^policy invalid: line 1$/,
  ],
  ['it holds no end of what was begun', disabled, { invalid: 'line 1' }, 'a', /^$/],
  ['a frozen policy holds a change', endpoints, frozen, 'a', /^the policy is frozen$/],
  ['a frozen policy holds no end of what was begun', disabled, frozen, 'a', /^$/],
  ['two writes that did not last hold a change', endpoints, enforced, 'a', /did not last/],
  ['two versions of a secret undo nothing', endpoints, enforced, SECRETS_RULE, /^$/],
])('%s', (_, fix, policy, ruleId, message) => {
  expect(heldBy(fix, policy, ruleId) ?? '').toMatch(message);
});
