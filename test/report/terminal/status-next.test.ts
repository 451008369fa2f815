import { expect, test } from 'vitest';
import { held } from '../../../shared/core/plan/held.ts';
import type { StatusReport } from '../../../shared/report/status-report.ts';
import { nextSteps } from '../../../shared/report/terminal/status-next.ts';
import { finding } from '../../support/cli/findings.ts';
import { poolId } from '../../support/snapshots.ts';

test.each([
  ['accepted writes did not last', 'pool-remote-access'],
  ['the last two drains of the pool changed nothing: see why, then release it (rule drain)', 'drain'],
])('what is contested as %s is released with the rule %s', (message, rule) => {
  const report: StatusReport = {
    at: new Date(),
    storage: 'st',
    policy: { mode: 'enforce', freeze: false, hash: '', drains: '' },
    lastSweep: null,
    lastEvent: { known: null },
    accounts: [],
    findings: [
      finding({ ruleId: 'pool-remote-access', resourceId: poolId('frames'), held: held('contested', message) }),
    ],
    drains: [],
    limits: { budget: null, breaker: { state: 'closed', until: null, failures: 0 } },
    noSteps: null,
    queues: { known: [] },
    exemptions: [],
    badRows: [],
  };
  expect(nextSteps(report, ' --storage st')).toContainEqual([
    'Settle who sets what is contested, then release it:',
    `npx batch-warden release "${poolId('frames')}" ${rule} --storage st --by WHO`,
  ]);
});
