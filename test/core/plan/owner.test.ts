import { expect, test } from 'vitest';
import { type Reading, readingFailed, unreadable } from '../../../shared/core/model/reading.ts';
import { after, HOUR } from '../../../shared/core/model/time.ts';
import type { LastChange } from '../../../shared/core/plan/last-change.ts';
import { lastChangeOf } from '../../../shared/core/plan/last-change.ts';
import { whyOwned } from '../../../shared/core/plan/owner.ts';
import { ACCOUNT_ID, POOL_ID } from '../../support/snapshots.ts';

const now = new Date('2026-11-22T12:00:00Z');
const PIPELINE = 'c0de0000-0000-4000-8000-00000000c0de';
const by = (application: string | null): Reading<LastChange> => ({ known: { time: now, application, objectId: null } });

test.each<[string, Reading<LastChange | null>, string | null, RegExp, Date | null]>([
  ['no event told of a change', { known: null }, null, /^$/, null],
  ['another changed it', by('someone'), null, /^$/, null],
  ['a pipeline changed it', by(PIPELINE), 'owned-by-pipeline', /last changed by the pipeline c0de0000/, null],
  ['a pipeline, in other case', by(PIPELINE.toUpperCase()), 'owned-by-pipeline', /C0DE0000/, null],
  ['the event does not tell who', by(null), 'owner-unknown', /the event does not tell/, null],
  ['the row is none', { unknown: unreadable('no row') }, 'owner-unknown', /not known: no row/, null],
  ['it could not be read', { unknown: readingFailed('503') }, 'owner-unknown', /not known: 503/, after(now, HOUR)],
])('13: %s', (_name, change, code, message, until) => {
  const held = whyOwned(new Set([PIPELINE]), change, now);
  expect(held?.code ?? null).toBe(code);
  expect(held?.message ?? '').toMatch(message);
  expect(held?.until ?? null).toEqual(until);
  expect(whyOwned(new Set(), change, now)).toBeNull();
});

test('13: a change is of its resource alone, whatever the case of its id', () => {
  const changes = { known: new Map([[POOL_ID.toLowerCase(), by('someone')]]) };
  expect(lastChangeOf(changes, POOL_ID)).toEqual(by('someone'));
  expect(lastChangeOf(changes, ACCOUNT_ID)).toEqual({ known: null });
  const unknown = { unknown: readingFailed('503') };
  expect(lastChangeOf(unknown, POOL_ID)).toBe(unknown);
});
