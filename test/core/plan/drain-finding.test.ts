import { describe, expect, test } from 'vitest';
import type { Drain } from '../../../shared/core/drain/drain.ts';
import type { Step, Trouble } from '../../../shared/core/drain/next-step.ts';
import type { Pool } from '../../../shared/core/model/pool.ts';
import type { Scale } from '../../../shared/core/model/pool-settings.ts';
import { after, DAY, HOUR, MINUTE, SECOND } from '../../../shared/core/model/time.ts';
import { drainFinding, drainFindingId, unseenFinding } from '../../../shared/core/plan/drain-finding.ts';
import { under } from '../../../shared/core/plan/drain-words.ts';
import { type Finding, NO_ATTEMPTS } from '../../../shared/core/plan/finding.ts';
import { findingId } from '../../../shared/core/plan/finding-id.ts';
import { finding } from '../../support/cli/findings.ts';
import { aDrain, BEGUN_AT, drainedPool, fixed, nodes } from '../../support/drains/examples.ts';
import { POOL_ID } from '../../support/snapshots.ts';

const now = after(BEGUN_AT, HOUR);
const drain = aDrain();
const late = after(drain.deadline, 30 * MINUTE + SECOND);
const formula: Scale = { kind: 'autoscale', formula: '$N = 3;', interval: null };
const scaled = aDrain({ saved: formula });
const set = { scale: drain.saved, metadata: [] };
const AHEAD = 'what the pool was given is not current';
const IN_TIME =
  /^The pool is taken to zero since 2026-11-22T11:00:00\.000Z, so that .* at the latest at 2026-11-22T17:00:00\.000Z: 4 dedicated and 0 low-priority nodes\.$/;
const NOT_BACK =
  /^The pool is at zero since 2026-11-22T11:00:00\.000Z and does not get its size back: Azure resizes it still, or did not take the write\. Its size was: 4 dedicated and 0 low-priority nodes\.$/;

interface Case {
  readonly step?: Step;
  readonly pool?: Pool;
  readonly drains?: readonly Drain[];
  readonly before?: Partial<Finding>;
  readonly now?: Date;
  readonly unfinished?: string;
}

/** What was told of it until now. */
function told(changes: Partial<Finding> = {}): Finding {
  return finding({ id: drainFindingId(POOL_ID), ruleId: 'drain', resourceId: POOL_ID, severity: 'info', ...changes });
}

function found({ step = { kind: 'none' }, pool = drainedPool(), drains = [], ...rest }: Case): Finding | null {
  const before = rest.before && told(rest.before);
  return drainFinding(pool, step, drains, before, rest.now ?? now, rest.unfinished);
}

type Said = readonly [severity: string, why: RegExp, advice: string];
const says = (one: Case) => {
  const { severity, why, fix } = found(one) ?? {};
  return severity === undefined ? null : [severity, why, fix?.kind === 'manual' && fix.why];
};
const like = (said: Said | null) => said && [said[0], expect.stringMatching(said[1]), said[2]];

const refused = { count: 1, code: 'refused', message: 'refused: Denied', nextTry: now } as const;
const WAIT = { kind: 'wait', drain, until: now } as const;
const EMPTYING: Step = { ...WAIT, doing: 'emptying' };
const RESTORE: Step = { kind: 'restore', drain, set };
const NOTHING_TO_DO = 'Nothing is to be done. To end the drain, give the pool a size of your own: it holds.';
const BY_HAND = 'Give the pool its size back, or take away what refuses it: it is tried again at each look.';
const VAULT =
  'See why the vault does not take or tell the versions: its words stand in the finding of the user. Disable none of these versions: new nodes have their values.';
const STRAY: Said = [
  'critical',
  /^The metadata of the pool have the mark \(warden:drain\) of a drain that is over, or of another pool: .* the mark is removed\.$/,
  'Take the metadata item warden:drain out of the template that the pool is deployed from.',
];
const ask = (trouble: Trouble, of: Drain | null = drain): Step => ({ kind: 'ask', trouble, drain: of });

describe('what is said while a drain holds the pool', () => {
  test.each<[string, Case, Said | null]>([
    ['its first write is waited for', { step: { ...WAIT, doing: 'beginning' } }, null],
    ['nodes go', { step: EMPTYING }, ['info', IN_TIME, NOTHING_TO_DO]],
    ['its size comes back', { step: { ...WAIT, doing: 'restoring' } }, ['info', IN_TIME, NOTHING_TO_DO]],
    ['it is emptied again', { step: { kind: 'empty', drain, set } }, ['info', IN_TIME, NOTHING_TO_DO]],
    ['it is changed', { step: { kind: 'change', drain } }, ['info', IN_TIME, NOTHING_TO_DO]],
    ['it is given back', { step: RESTORE }, ['info', IN_TIME, NOTHING_TO_DO]],
    ['half an hour after its time', { step: RESTORE, now: after(late, -SECOND) }, ['info', IN_TIME, NOTHING_TO_DO]],
    ['later', { step: RESTORE, now: late }, ['critical', NOT_BACK, BY_HAND]],
    [
      'a write was refused',
      { step: RESTORE, before: { attempts: { accepted: [], refused } } },
      ['critical', /does not get its size back: refused: Denied\. Its size was: 4 dedicated/, BY_HAND],
    ],
    [
      'a write was refused in an earlier drain',
      { step: RESTORE, before: { status: 'closed', attempts: { accepted: [], refused } } },
      ['info', IN_TIME, NOTHING_TO_DO],
    ],
    [
      'it is given back, though what it was given is not current',
      { step: RESTORE, unfinished: AHEAD },
      ['critical', /^The pool gets its size back although what the pool was given is not current\.$/, VAULT],
    ],
    ['what it was given is not current yet', { step: EMPTYING, unfinished: AHEAD }, ['info', IN_TIME, NOTHING_TO_DO]],
    ['the owner gave it a size', { step: { kind: 'unmark', drain, set } }, null],
    ['a mark of no drain goes', { step: { kind: 'unmark', drain: null, set } }, STRAY],
    ['the owner scaled it', { step: { kind: 'end', drain, how: 'owner-scaled' }, pool: below() }, null],
    [
      'a mark of no drain that is known',
      { step: ask('no-row', null) },
      [
        'critical',
        /^The metadata of the pool say that a drain holds it \(warden:drain\), and no such drain is known: .*not known\.$/,
        'See that the pool has its size, then remove the metadata item warden:drain.',
      ],
    ],
    ['a mark of another drain', { step: ask('stray-mark', null) }, STRAY],
    [
      'its mark is gone',
      { step: ask('mark-lost') },
      [
        'critical',
        /^A drain took the pool to zero, and somebody removed its mark .* The size before the drain: 4 dedicated and 0 low-priority nodes\.$/,
        'Give the pool the size that it is to have.',
      ],
    ],
    [
      'its formula was switched off',
      { step: ask('formula-off', scaled) },
      [
        'critical',
        /switched automatic scaling off .* Before the drain: automatic scaling, each PT15M, by the formula \$N = 3;\.$/,
        'Give the pool its formula back, or the size that it is to have.',
      ],
    ],
    [
      'its body does not show what is needed',
      { step: ask('not-shown', aDrain({ saved: { ...formula, interval: 'PT5M' } })) },
      [
        'critical',
        /^The pool is under a drain, and its body does not show .*: automatic scaling, each PT5M, by the formula \$N = 3;\.$/,
        'See that the pool has its size.',
      ],
    ],
    [
      'the same, of no drain',
      { step: ask('not-shown', null) },
      ['critical', /before the drain: not known\.$/, 'See that the pool has its size.'],
    ],
  ])('%s', (_, one, said) => {
    expect(says(one)).toEqual(like(said));
  });
});

function below(changes: Parameters<typeof drainedPool>[0] = {}): Pool {
  return drainedPool({ mark: null, scale: fixed(4), nodes: nodes(1), ...changes });
}
const over = (at: Date, changes: Partial<Drain> = {}) =>
  aDrain({ ended: { at, how: 'restored', changes: 1 }, writes: [], ...changes });
const LACKS = (has: string, of = '4 dedicated and 0 low-priority nodes'): Said => [
  'critical',
  new RegExp(`^After a drain the pool did not get its size back: it has ${has} low-priority nodes of ${of}\\.$`),
  'See in the resize errors of the pool what it lacks (often quota, or capacity of the size), and resize it.',
];
const COMES: Said = [
  'info',
  /^The drain is over; the pool gets its size back: 4 dedicated and 0 low-priority nodes\.$/,
  'Nothing is to be done.',
];
const resizing = below({ nodes: nodes(1, 'Resizing') });

describe('what is said after it', () => {
  test.each<[string, Case, Said | null]>([
    ['there was none', { pool: below() }, null],
    ['it ends here', { step: { kind: 'end', drain, how: 'restored' }, pool: resizing }, COMES],
    ['its size comes', { pool: resizing, drains: [over(now)] }, COMES],
    ['its size did not come', { pool: below(), drains: [over(now)] }, LACKS('1 dedicated and 0')],
    [
      'its nodes are not shown',
      { pool: below({ nodes: { ...nodes(0), dedicated: null, lowPriority: null } }), drains: [over(now)] },
      LACKS('0 dedicated and 0'),
    ],
    ['its size is there', { pool: below({ nodes: nodes(4) }), drains: [over(now)] }, null],
    ['it has more', { pool: below({ nodes: nodes(5) }), drains: [over(now)] }, null],
    [
      'low-priority nodes lack',
      {
        pool: below({ scale: fixed(4, 3), nodes: nodes(4, 'Steady', 1) }),
        drains: [over(now, { saved: fixed(4, 3), had: { dedicated: 4, lowPriority: 2 } })],
      },
      LACKS('4 dedicated and 1', '4 dedicated and 2 low-priority nodes'),
    ],
    [
      'it never had all low-priority nodes',
      {
        pool: below({ scale: fixed(4, 3), nodes: nodes(4, 'Steady', 2) }),
        drains: [over(now, { saved: fixed(4, 3), had: { dedicated: 4, lowPriority: 2 } })],
      },
      null,
    ],
    [
      'it had more than it asked for',
      { pool: below({ nodes: nodes(4) }), drains: [over(now, { had: { dedicated: 9, lowPriority: 9 } })] },
      null,
    ],
    ['somebody gave it another size', { pool: below({ scale: fixed(9) }), drains: [over(now)] }, null],
    ['its size is not shown', { pool: below({ scale: null }), drains: [over(now)] }, null],
    ['it has a formula', { pool: below({ scale: formula }), drains: [over(now, { saved: formula })] }, null],
    ['it is open', { pool: below(), drains: [drain] }, null],
    ['of another pool of this name', { pool: below(), drains: [over(now, { creationTime: BEGUN_AT })] }, null],
    [
      'the owner ended it',
      { pool: below(), drains: [over(now, { ended: { at: now, how: 'owner-scaled', changes: 0 } })] },
      null,
    ],
    [
      'one that never began came after it',
      {
        pool: below(),
        drains: [over(now, { begunAt: now, ended: { at: now, how: 'not-begun', changes: 0 } }), over(now)],
      },
      LACKS('1 dedicated and 0'),
    ],
    [
      'the owner ended one after it',
      {
        pool: below(),
        drains: [over(now), over(now, { begunAt: now, ended: { at: now, how: 'owner-scaled', changes: 0 } })],
      },
      null,
    ],
    ['an hour ago', { pool: below(), drains: [over(after(now, -HOUR))] }, LACKS('1 dedicated and 0')],
    ['longer ago', { pool: below(), drains: [over(after(now, -HOUR - 1))] }, null],
    [
      'a week ago, and told',
      { pool: below(), drains: [over(after(now, -7 * DAY))], before: {} },
      LACKS('1 dedicated and 0'),
    ],
    ['longer ago, and told', { pool: below(), drains: [over(after(now, -7 * DAY - 1))], before: {} }, null],
    ['it was there since', { pool: below(), drains: [over(now)], before: { status: 'closed', lastSeen: now } }, null],
    [
      'it was there before',
      { pool: below(), drains: [over(now)], before: { status: 'closed', lastSeen: after(now, -1) } },
      LACKS('1 dedicated and 0'),
    ],
    [
      'what it was given is not current still',
      { pool: below({ nodes: nodes(4) }), before: { severity: 'critical' }, unfinished: AHEAD },
      ['critical', /although what the pool was given is not current\.$/, VAULT],
    ],
    ['the same, and it was not told', { pool: below(), unfinished: AHEAD }, null],
    [
      'the same, and it was told and is over',
      { pool: below(), before: { status: 'closed', severity: 'critical' }, unfinished: AHEAD },
      null,
    ],
    ['the same, and another thing was told', { pool: below(), before: {}, unfinished: AHEAD }, null],
    ['that is over', { pool: below(), before: { severity: 'critical' } }, null],
  ])('%s', (_, one, said) => {
    expect(says(one)).toEqual(like(said));
  });
});

describe('its finding', () => {
  const facts = {
    id: findingId('drain', POOL_ID, ''),
    ruleId: 'drain',
    resourceId: POOL_ID,
    path: '',
    status: 'open',
    unknownCode: null,
    held: null,
    exemption: null,
    closedCode: null,
    changeId: null,
  };

  test('is new where none is open, and says what the pool has and is to have', () => {
    const sizes = { observed: fixed(0), desired: drain.saved };
    const first = { ...facts, ...sizes, firstSeen: now, lastSeen: now, attempts: NO_ATTEMPTS };
    expect(found({ step: EMPTYING })).toMatchObject(first);
    const attempts = { accepted: [now], refused: null };
    expect(found({ step: EMPTYING, before: { status: 'closed', attempts } })).toMatchObject(first);
    expect(found({ step: EMPTYING, before: { firstSeen: BEGUN_AT, attempts } })).toMatchObject({
      ...first,
      firstSeen: BEGUN_AT,
      attempts,
    });
    expect(found({ step: ask('no-row', null) })).toMatchObject({ desired: null });
  });

  test('of a pool that cannot be read tells of its size once that should be back', () => {
    expect(unseenFinding(drain, undefined, after(late, -SECOND))).toBeNull();
    expect(unseenFinding(drain, told({ firstSeen: BEGUN_AT }), late)).toMatchObject({
      ...facts,
      severity: 'critical',
      observed: null,
      desired: drain.saved,
      why: 'A drain took the pool to zero at 2026-11-22T11:00:00.000Z, and it cannot be read: whether it has its size again is not known. Its size was: 4 dedicated and 0 low-priority nodes.',
      fix: { kind: 'manual', why: 'See that the pool has its size, and what keeps it from being read.' },
      firstSeen: BEGUN_AT,
      lastSeen: late,
    });
  });
});

test.each([
  ['beginning', 'whether its first write took effect is waited for'],
  ['emptying', 'its nodes go; then this is changed, and its size comes back'],
  ['restoring', 'its size comes back; this is changed in another drain'],
] as const)('a change waits for the drain, and why: %s', (doing, words) => {
  const message = `the pool is drained since 2026-11-22T11:00:00.000Z: ${words} (4 dedicated and 0 low-priority nodes), at the latest at 2026-11-22T17:00:00.000Z`;
  expect(under(drain, doing)).toEqual({ code: 'draining', message, until: null });
});
