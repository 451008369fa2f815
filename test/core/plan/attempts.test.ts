import { expect, test } from 'vitest';
import { after, HOUR } from '../../../shared/core/model/time.ts';
import { attemptsAfterWrite } from '../../../shared/core/plan/attempts.ts';
import type { Attempts } from '../../../shared/core/plan/finding.ts';
import type { Write } from '../../../shared/core/plan/write.ts';
import { aDrain } from '../../support/drains/examples.ts';
import { VAULT } from '../../support/rotations/examples.ts';
import { POOL_ID } from '../../support/snapshots.ts';

const now = new Date('2026-11-28T08:00:00Z');
const change = { kind: 'set-pool', id: POOL_ID, set: { endpoints: null } } as const;
const secret = {
  kind: 'set-secret',
  id: `${VAULT}/secrets/a`,
  poolId: POOL_ID,
  user: 'a',
  set: { disabled: [] },
} as const;
const step = (name: 'change' | 'restore') => ({ drain: aDrain(), step: name, isNew: false }) as const;
const before: Attempts = {
  accepted: [after(now, -HOUR)],
  refused: { count: 1, code: 'refused', message: 'x', nextTry: now },
};

test.each<[string, Partial<Write>, boolean]>([
  ['a change', {}, true],
  ['a change at zero', { drain: step('change') }, true],
  ['giving a pool back', { drain: step('restore') }, false],
  ['a write to a vault', { change: secret }, false],
])('an accepted write ends refusals, and counts where it repairs: %s', (_, write, repairs) => {
  const whole = { change, was: {}, findings: [], drain: null, ...write };
  const attempts = attemptsAfterWrite(whole, before, { kind: 'applied', alsoMoved: [] }, now);
  expect(attempts).toEqual({ accepted: repairs ? [...before.accepted, now] : before.accepted, refused: null });
});
