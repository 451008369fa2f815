import { expect, test } from 'vitest';
import { planAccounts } from '../../cli/plan-of-app.ts';
import { NOTHING_BEGUN } from '../../shared/core/plan/budget.ts';
import { NO_MEMORY } from '../../shared/core/plan/memory.ts';
import { parsePolicy } from '../../shared/core/policy/parse-policy.ts';
import type { Batch } from '../../shared/ports.ts';
import { rules } from '../../shared/rules/index.ts';
import { ACCOUNT_ID, snapshotOf } from '../support/snapshots.ts';

const now = new Date('2026-11-22T12:00:00Z');
const NONE = ACCOUNT_ID.replace('acct1', 'none');

/** What is planned for this account and for one that Azure shows. */
function plannedBeside(id: string, answer: Awaited<ReturnType<Batch['observe']>>) {
  return planAccounts(
    {
      state: {
        memory: async () => NO_MEMORY,
        slots: async () => [],
        receivedSince: async () => ({ known: null }),
        limits: async () => NOTHING_BEGUN,
      },
      azure: { observe: async (asked) => (asked === id ? answer : snapshotOf({})), readSecrets: async () => [] },
      policy: parsePolicy('mode: off', rules),
      ids: [id, ACCOUNT_ID],
      correlationId: 'look-1',
      now: () => now,
    },
    { err: () => {}, showsProgress: false },
  );
}

test.each([
  ['asks to wait', { retryAt: now }, 'Azure asks to wait until 2026-11-22T12:00:00.000Z'],
  ['has none such', null, 'Azure has no such Batch account'],
])('of an account for which Azure %s there is an error, and the others are planned', async (_, answer, message) => {
  const { accounts, errors } = await plannedBeside(NONE, answer);
  expect(errors).toEqual([{ source: NONE, path: '', message }]);
  expect(accounts.map(({ account }) => account)).toEqual([ACCOUNT_ID]);
});
