import { expect, test } from 'vitest';
import { after } from '../../../shared/core/model/time.ts';
import { nextLook } from '../../../shared/core/plan/next-look.ts';
import { parsePolicy } from '../../../shared/core/policy/parse-policy.ts';
import { finding } from '../../support/cli/findings.ts';
import { snapshotOf } from '../../support/snapshots.ts';

const now = new Date('2026-11-28T08:00:00Z');

test('a change that is held is looked at when it may go on; what is past sets no alarm', () => {
  const policy = parsePolicy('mode: enforce', []);
  const lookFor = (...untils: (Date | null)[]) => {
    const findings = untils.map((until) => finding({ held: { code: 'refused', message: '', until } }));
    return nextLook({ findings, writes: [], snapshot: snapshotOf({}), policy, failedSince: {}, now });
  };
  expect([lookFor(), lookFor(null, after(now, -1), now)]).toEqual([null, null]);
  expect(lookFor(after(now, 2), after(now, 1), after(now, -1))).toEqual(after(now, 1));
});
