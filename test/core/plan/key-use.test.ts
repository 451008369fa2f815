import { expect, test } from 'vitest';
import type { AccountSettings } from '../../../shared/core/model/account-settings.ts';
import { readingFailed } from '../../../shared/core/model/reading.ts';
import { after, DAY, HOUR } from '../../../shared/core/model/time.ts';
import { type KeyUse, keyUseDoubt } from '../../../shared/core/plan/key-use.ts';
import { KEYS_LISTED } from '../../../shared/core/plan/last-change.ts';
import { ACCOUNT_ID, anAccount, snapshotOf } from '../../support/snapshots.ts';

const now = new Date('2026-11-28T12:00:00Z');
const unread = { unknown: readingFailed('the hints could not be read') };
const received = (days: number): KeyUse['receivedSince'] => ({ known: after(now, -days * DAY) });

function listed(time: Date, application: string | null = 'app'): KeyUse['lastChanges'] {
  return { known: new Map([[KEYS_LISTED, { known: { time, application, objectId: null } }]]) };
}
const never: KeyUse['lastChanges'] = { known: new Map() };
const MAY = 'its keys may have been listed before';

interface Case {
  readonly lastChanges?: KeyUse['lastChanges'];
  readonly receivedSince?: KeyUse['receivedSince'];
  readonly before?: AccountSettings['authenticationModes'];
  readonly to?: AccountSettings['authenticationModes'];
  readonly graceDays?: number;
}

test.each<[string, Case, RegExp | null, Date | null]>([
  ['events came for long enough, and none was a listing', {}, null, null],
  ['events came for exactly so long', { receivedSince: received(30) }, null, null],
  ['events came for too short a time', { receivedSince: received(29) }, new RegExp(MAY), after(now, DAY)],
  ['no event ever came', { receivedSince: { known: null } }, /^whether .* no event of its subscription/, null],
  ['when events came could not be read', { receivedSince: unread }, /^whether .* could not be read/, null],
  ['whether keys were listed could not be read', { lastChanges: unread }, /^whether .* could not be read/, null],
  ['the row of the listing is none', { lastChanges: { known: new Map([[KEYS_LISTED, unread]]) } }, /^whether/, null],
  [
    'keys were listed a day ago',
    { lastChanges: listed(after(now, -DAY)) },
    /^its keys were listed or renewed within 30 days, last by application app; an approval/,
    after(now, 29 * DAY),
  ],
  [
    'nobody knows by whom',
    { lastChanges: listed(now, null) },
    /last by whom the event does not tell/,
    after(now, 30 * DAY),
  ],
  ['keys were listed long ago', { lastChanges: listed(after(now, -30 * DAY)) }, null, null],
  [
    'they were listed before the days that are asked for',
    { lastChanges: listed(after(now, -49 * HOUR)), graceDays: 2 },
    null,
    null,
  ],
  ['it is not asked for', { lastChanges: listed(now), receivedSince: unread, graceDays: 0 }, null, null],
  [
    'keys are allowed by default',
    { lastChanges: listed(now), before: null },
    /^its keys were listed/,
    after(now, 30 * DAY),
  ],
  ['keys are shut out already', { lastChanges: listed(now), before: ['AAD', 'TaskAuthenticationToken'] }, null, null],
  ['keys stay allowed', { lastChanges: listed(now), to: ['aad', 'sharedkey'] }, null, null],
])('%s', (_, one, message, until) => {
  const { lastChanges = never, receivedSince = received(60), before = ['SharedKey', 'AAD'], to = ['AAD'] } = one;
  const snapshot = snapshotOf({ account: anAccount({ authenticationModes: before }) });
  const change = { kind: 'set-account', id: ACCOUNT_ID, set: { authenticationModes: to } } as const;
  const held = keyUseDoubt(change, snapshot, { lastChanges, receivedSince }, one.graceDays ?? 30, now);
  expect(held?.message ?? '').toMatch(message ?? /^$/);
  expect([held?.code ?? null, held?.until ?? null]).toEqual([message && 'keys-in-use', until]);
});

test('another change of the account asks for nothing', () => {
  const change = { kind: 'set-account', id: ACCOUNT_ID, set: { publicNetworkAccess: 'Disabled' } } as const;
  expect(keyUseDoubt(change, snapshotOf({}), { lastChanges: listed(now), receivedSince: unread }, 30, now)).toBeNull();
});
