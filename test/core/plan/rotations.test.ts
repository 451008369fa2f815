import { describe, expect, test } from 'vitest';
import type { Drain } from '../../../shared/core/drain/drain.ts';
import { readingFailed, type UnknownReason, undecided } from '../../../shared/core/model/reading.ts';
import { idKey } from '../../../shared/core/model/resource-id.ts';
import type { SecretVersion, UserSecret } from '../../../shared/core/model/secret.ts';
import type { Snapshot } from '../../../shared/core/model/snapshot.ts';
import { after, DAY, HOUR, MINUTE } from '../../../shared/core/model/time.ts';
import type { Finding } from '../../../shared/core/plan/finding.ts';
import { findingId } from '../../../shared/core/plan/finding-id.ts';
import type { RetryCode } from '../../../shared/core/plan/held.ts';
import { planRotations } from '../../../shared/core/plan/rotations.ts';
import type { Verdict } from '../../../shared/core/policy/evaluate.ts';
import { pathOf, SECRETS_RULE } from '../../../shared/core/rotation/pool-secrets.ts';
import { offeredTo, tagsOf } from '../../../shared/core/rotation/secret-owner.ts';
import { rules } from '../../../shared/rules/index.ts';
import { finding } from '../../support/cli/findings.ts';
import { aDrain, poolRule, wrote } from '../../support/drains/examples.ts';
import { aSecret, aVersion, CARE, having, marked, VAULT, versionId } from '../../support/rotations/examples.ts';
import { aPool, POOL_ID, poolId, snapshotOf } from '../../support/snapshots.ts';

const now = new Date('2026-11-28T08:00:00Z');
const ago = (days: number) => after(now, -days * DAY);
const MAIN = `${VAULT}/secrets/render-secret`;

const current = aVersion('3', ago(10), { expires: after(now, 80 * DAY) });
const pending = aVersion('7', ago(1), { tags: { replaces: versionId('3'), ...offeredTo(aPool()) } });
/** The pool has the pending version. */
const PROMOTED = of([current], [pending]);
/** The pool has the current version; two older ones and one that was prepared are idle. */
const IDLE = of(
  [aVersion('1', ago(30)), aVersion('2', ago(20)), current],
  [aVersion('8', ago(15), { tags: { replaces: versionId('2') } })],
);
/** The pool has a value that is not the current one, and none that may become it. */
const AHEAD = of([current]);

function of(main: readonly SecretVersion[], prepared: readonly SecretVersion[] = []): UserSecret {
  return aSecret({ versions: { known: having(main, prepared) } });
}

function unread(reason: UnknownReason): UserSecret {
  return aSecret({ versions: { unknown: reason } });
}

const users = [{ user: 'render', main: aSecret().main, isBound: false }];
const open = aDrain({ secrets: users, writes: [wrote('empty'), wrote('change')] });
const ended = aDrain({ ...open, ended: { at: now, how: 'restored', changes: 1 }, writes: [] });
const secretsRule = rules.find(({ id }) => id === SECRETS_RULE) ?? poolRule('none', () => []);

interface Case {
  readonly secret: UserSecret;
  readonly given: string;
  readonly drains?: readonly Drain[] | null;
  readonly mode?: Verdict['mode'];
  readonly rule?: Verdict['rule'];
  readonly seen?: readonly Finding[];
  readonly pools?: Snapshot['pools'];
}

function planned({ secret, given, drains = [], mode = 'enforce', rule = secretsRule, seen = [], pools }: Case) {
  const metadata = marked(aPool(), 'render', versionId(given));
  const pool = aPool({ users: [{ name: 'render', elevationLevel: null }], metadata });
  const snapshot = snapshotOf({ pools: pools ?? [pool], facets: { secrets: { known: [secret] } } });
  const verdicts = [{ rule, mode, resourceId: POOL_ID.toUpperCase(), outcomes: [] }];
  return planRotations(seen, verdicts, { snapshot, drains, now });
}

const unfinished = (one: Case) => planned(one).unfinished.get(idKey(POOL_ID));
const disabledBy = (one: Case) =>
  planned(one).disabling.map(({ change }) => [change.id, 'disabled' in change.set && change.set.disabled]);

function refusals(count: number, code: RetryCode = 'refused', nextTry = now): readonly Finding[] {
  const id = findingId(SECRETS_RULE, POOL_ID, pathOf('render'));
  return [finding({ id, attempts: { accepted: [], refused: { count, code, message: 'x', nextTry } } })];
}

describe('what the pool has becomes current', () => {
  const later = refusals(1, 'refused', after(now, MINUTE));

  test('whatever the rule says, in the words of its finding', () => {
    const promoted = { ...pendingRef(), version: versionId('7') };
    const change = { kind: 'set-secret', id: MAIN, poolId: POOL_ID, user: 'render', set: { promoted } };
    const { promotions } = planned({ secret: PROMOTED, given: '7', mode: 'audit' });
    expect(promotions).toEqual([{ change, was: {}, findings: [], drain: null }]);
    const seen = refusals(1);
    expect(planned({ secret: PROMOTED, given: '7', seen }).promotions).toMatchObject([{ findings: seen }]);
  });

  test.each<[string, Partial<Case>, number]>([
    ['later, where the vault refused it', { seen: later }, 0],
    ['at each look while a drain holds the pool', { seen: later, drains: [open] }, 1],
    ['later, where the drain is over', { seen: later, drains: [ended] }, 0],
    ['at once, where another finding was refused', { seen: later.map((one) => ({ ...one, id: 'other' })) }, 1],
    ['not, where the pool was given another', { given: '3' }, 0],
    ['not, where the pool has no user of that name', { pools: [aPool()] }, 0],
    ['not, where the pool cannot be read', { pools: [{ id: POOL_ID, unreadable: 'x' }] }, 0],
  ])('%s', (_, one, many) => {
    expect(planned({ secret: PROMOTED, given: '7', ...one }).promotions).toHaveLength(many);
  });
});

function pendingRef() {
  return { vault: VAULT, name: 'render-secret-pending' };
}

describe('versions that nobody needs are disabled', () => {
  test('where the rule enforces, each secret by a write of its own', () => {
    expect(disabledBy({ secret: IDLE, given: '3' })).toEqual([
      [MAIN, ['1', '2'].map(versionId)],
      [`${MAIN}-pending`, [versionId('8')]],
    ]);
    const { disabling, promotions } = planned({ secret: IDLE, given: '3' });
    expect([disabling[0]?.findings, disabling[0]?.drain, promotions]).toEqual([[], null, []]);
  });

  test('where there are none of one, the other alone', () => {
    expect(disabledBy({ secret: of([aVersion('2', ago(20)), current]), given: '3' })).toEqual([
      [MAIN, [versionId('2')]],
    ]);
  });

  test.each<[string, Partial<Case>]>([
    ['the rule does not enforce', { mode: 'audit' }],
    ['a person approves what the rule begins', { mode: 'approve' }],
    ['another rule enforces', { rule: poolRule('other', () => []) }],
    ['the pool was not given the current one', { given: '1' }],
  ])('not, where %s', (_, one) => {
    expect(disabledBy({ secret: IDLE, given: '3', ...one })).toEqual([]);
  });

  test('at most twenty in one look', () => {
    const names = Array.from({ length: 21 }, (_, n) => `u${n}`);
    const secrets = names.map((user) => {
      const tags = tagsOf({ poolId: POOL_ID, user });
      const main = { vault: VAULT, name: user };
      const versions = { known: having([aVersion('2', ago(20), { tags }), { ...current, tags }]) };
      return aSecret({ user, main, versions });
    });
    const metadata = names.flatMap((user) => marked(aPool(), user, versionId('3')));
    const pool = aPool({ users: names.map((name) => ({ name, elevationLevel: null })), metadata });
    const snapshot = snapshotOf({ pools: [pool], facets: { secrets: { known: secrets } } });
    const verdicts = [{ rule: secretsRule, mode: 'enforce' as const, resourceId: POOL_ID, outcomes: [] }];
    expect(planRotations([], verdicts, { snapshot, drains: null, now }).disabling).toHaveLength(20);
  });
});

describe('what a drain gave and is not the current one', () => {
  const what = (version: string, whether: string) =>
    `what the pool was given for render (version ${version}) ${whether}`;
  const NOT_CURRENT = what(versionId('7'), 'is not the current one of their secrets');
  const failed = unread(readingFailed('HTTP 503'));

  test.each<[string, Case, ReturnType<typeof unfinished>]>([
    [
      'becomes it: the pool waits',
      { secret: PROMOTED, given: '7', drains: [open] },
      { what: NOT_CURRENT, isWaitedFor: true, isUnread: false },
    ],
    [
      'becomes it, after one refusal: the pool waits',
      { secret: PROMOTED, given: '7', drains: [open], seen: refusals(1) },
      { what: NOT_CURRENT, isWaitedFor: true, isUnread: false },
    ],
    [
      'becomes it, after two: the pool does not wait',
      { secret: PROMOTED, given: '7', drains: [open], seen: refusals(2) },
      { what: NOT_CURRENT, isWaitedFor: false, isUnread: false },
    ],
    [
      'becomes it, after two that did not come to an end: the pool waits',
      { secret: PROMOTED, given: '7', drains: [open], seen: refusals(2, 'failed') },
      { what: NOT_CURRENT, isWaitedFor: true, isUnread: false },
    ],
    [
      'cannot become it: the pool does not wait',
      { secret: AHEAD, given: '7', drains: [open] },
      { what: NOT_CURRENT, isWaitedFor: false, isUnread: false },
    ],
    [
      'may be it, as the vault does not tell: the pool waits',
      { secret: failed, given: '7', drains: [open] },
      { what: what(versionId('7'), 'is that of their secrets is not known'), isWaitedFor: true, isUnread: true },
    ],
    [
      'may be it, and nothing was changed: the pool does not wait',
      { secret: failed, given: '7', drains: [aDrain({ secrets: users })] },
      { what: what(versionId('7'), 'is that of their secrets is not known'), isWaitedFor: false, isUnread: true },
    ],
    [
      'may be it, after the drain',
      { secret: failed, given: '7', drains: [{ ...ended, writes: open.writes }] },
      { what: what(versionId('7'), 'is that of their secrets is not known'), isWaitedFor: false, isUnread: true },
    ],
    [
      'may be it, and is not known',
      { secret: failed, given: 'x', drains: [open] },
      { what: what('not known', 'is that of their secrets is not known'), isWaitedFor: true, isUnread: true },
    ],
    ['may not be told for another reason', { secret: unread(undecided('x')), given: '7', drains: [open] }, undefined],
    ['may not be told of a user of no drain', { secret: failed, given: '7', drains: [aDrain()] }, undefined],
    ['is the current one', { secret: AHEAD, given: '3', drains: [open] }, undefined],
    ['is of no drain', { secret: PROMOTED, given: '7' }, undefined],
    ['where nobody keeps drains', { secret: PROMOTED, given: '7', drains: null }, undefined],
  ])('%s', (_, one, expected) => {
    expect(unfinished(one)).toEqual(expected);
  });

  test('counts by the drain that is open, or else by the last', () => {
    const secret = failed;
    const other = aDrain({ begunAt: after(open.begunAt, HOUR), ended: { at: now, how: 'restored', changes: 0 } });
    const none = aDrain({ ...other, begunAt: after(open.begunAt, -HOUR) });
    expect(unfinished({ secret, given: '7', drains: [other, open] })?.isWaitedFor).toBe(true);
    expect(unfinished({ secret, given: '7', drains: [other, ended] })).toBeUndefined();
    expect(unfinished({ secret, given: '7', drains: [none, ended] })).toMatchObject({ isWaitedFor: false });
    expect(unfinished({ secret, given: '7', drains: [{ ...open, poolId: poolId('other') }] })).toBeUndefined();
    expect(unfinished({ secret, given: '7', drains: [{ ...open, poolId: POOL_ID.toUpperCase() }] })).toBeDefined();
  });
});

test('of a user that no vault is named for nothing is done', () => {
  const secret = aSecret({ poolId: poolId('other'), care: CARE });
  const { promotions, disabling } = planned({ secret, given: '7', drains: [open] });
  expect([promotions, disabling]).toEqual([[], []]);
});
