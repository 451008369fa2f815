import { expect, test } from 'vitest';
import type { Drain } from '../../../shared/core/drain/drain.ts';
import { after, DAY } from '../../../shared/core/model/time.ts';
import { drainFindingId } from '../../../shared/core/plan/drain-finding.ts';
import type { Finding } from '../../../shared/core/plan/finding.ts';
import { unsettledDrains } from '../../../shared/core/plan/unsettled-drains.ts';
import { finding } from '../../support/cli/findings.ts';
import { aDrain, BEGUN_AT } from '../../support/drains/examples.ts';
import { POOL_ID } from '../../support/snapshots.ts';

const open = aDrain();
const over = aDrain({ id: 'd0', begunAt: after(BEGUN_AT, -DAY), ended: { at: BEGUN_AT, how: 'restored', changes: 1 } });
const before = aDrain({ ...over, id: 'd-1', begunAt: after(BEGUN_AT, -2 * DAY) });
const told = finding({ id: drainFindingId(POOL_ID), severity: 'critical', status: 'open' });

test.each<[string, readonly Drain[] | null, readonly Finding[], readonly Drain[]]>([
  ['nobody keeps any', null, [told], []],
  ['one is open', [over, open], [], [open]],
  ['the last is over', [before, over], [], []],
  ['nodes may have another value after the last', [before, over], [told], [over]],
  ['that was told and is settled', [over], [{ ...told, status: 'closed' }], []],
  ['it comes back', [over], [{ ...told, severity: 'info' }], []],
  ['it is told of another pool', [over], [finding({ ...told, id: drainFindingId(`${POOL_ID}-2`) })], []],
])('%s', (_, drains, findings, unsettled) => {
  expect(unsettledDrains({ drains, findings })).toEqual(unsettled);
});
