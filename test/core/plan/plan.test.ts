import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Account } from '../../../shared/core/model/account.ts';
import { type Fix, manual, setAccount, setPool, simulate } from '../../../shared/core/model/change.ts';
import type { Facets, FailedSince } from '../../../shared/core/model/facet.ts';
import type { Pool } from '../../../shared/core/model/pool.ts';
import {
  notShown,
  readingFailed,
  type UnknownReason,
  undecided,
  unreadable,
} from '../../../shared/core/model/reading.ts';
import { idKey } from '../../../shared/core/model/resource-id.ts';
import type { Snapshot } from '../../../shared/core/model/snapshot.ts';
import { after, DAY, HOUR, MINUTE } from '../../../shared/core/model/time.ts';
import { attemptsAfter } from '../../../shared/core/plan/attempts.ts';
import type { Left } from '../../../shared/core/plan/budget.ts';
import type { ClosedCode } from '../../../shared/core/plan/closing.ts';
import { type Finding, NO_ATTEMPTS } from '../../../shared/core/plan/finding.ts';
import { type HeldCode, held } from '../../../shared/core/plan/held.ts';
import { NO_MEMORY } from '../../../shared/core/plan/memory.ts';
import { changesSince } from '../../../shared/core/plan/news.ts';
import { type Inputs, type Plan, plan } from '../../../shared/core/plan/plan.ts';
import type { WriteOutcome } from '../../../shared/core/plan/write.ts';
import { evaluate } from '../../../shared/core/policy/evaluate.ts';
import { type Exemption, exempting } from '../../../shared/core/policy/exemption.ts';
import { parsePolicy } from '../../../shared/core/policy/parse-policy.ts';
import type { InvalidPolicy, Policy } from '../../../shared/core/policy/policy.ts';
import { defineRule, type Outcome, type Rule, type Severity } from '../../../shared/core/policy/rule.ts';
import { aDrain } from '../../support/drains/examples.ts';
import {
  ACCOUNT_ID,
  anAccount,
  aPool,
  identityId,
  natPool,
  POOL_ID,
  poolId,
  SUBNET_ID,
  snapshotOf,
  storageId,
} from '../../support/snapshots.ts';

const now = new Date('2026-11-22T12:00:00Z');
const options = z.strictObject({});
const facts = {
  title: 'A rule',
  advice: 'mend it',
  sources: [],
  permissions: [],
  reads: [],
  sets: [],
  breaks: null,
  options,
} as const;

function accountRule(id: string, check: (account: Account) => readonly Outcome[], severity: Severity = 'high'): Rule {
  return defineRule({ ...facts, id, scope: 'account', severity, check });
}

function poolRule(id: string, check: (pool: Pool) => readonly Outcome[], severity: Severity = 'high'): Rule {
  return defineRule({ ...facts, id, scope: 'pool', severity, check });
}

function violation(fix: Fix, path = 'properties.x'): Outcome {
  return { path, observed: 1, desired: 2, why: 'It is so.', fix };
}

interface Case {
  readonly rules: readonly Rule[];
  readonly snapshot?: Snapshot;
  readonly memory?: readonly Finding[];
  readonly others?: Partial<Inputs['memory']>;
  readonly policy?: string | InvalidPolicy;
  readonly exemptions?: readonly Exemption[];
  readonly at?: Date;
  readonly withoutSlot?: Inputs['withoutSlot'];
  readonly receivedSince?: NonNullable<Inputs['receivedSince']>;
  readonly left?: Left;
}

function planned({
  rules,
  snapshot = snapshotOf({}),
  memory = [],
  others,
  policy = 'mode: enforce',
  exemptions = [],
  at = now,
  withoutSlot = new Set(),
  receivedSince = { known: after(at, -60 * DAY) },
  left,
}: Case): Plan {
  const bound: Policy | InvalidPolicy =
    typeof policy === 'string' ? { ...parsePolicy(policy, rules), ...exempting(exemptions) } : policy;
  const verdicts = evaluate(snapshot, bound, at);
  const kept = { ...NO_MEMORY, findings: memory, ...others };
  const given = { withoutSlot, receivedSince, ...(left && { left }) };
  return plan({ snapshot, verdicts, memory: kept, policy: bound, now: at, ...given });
}

const aadOnly = accountRule('aad', (account) => [violation(setAccount(account, { authenticationModes: ['AAD'] }))]);
const noEndpoints = poolRule('endpoints', (pool) => [violation(setPool(pool, { endpoints: null }))]);
const ofAnotherPool = poolRule('other', (pool) => [
  violation(setPool({ ...pool, id: poolId('other') }, { endpoints: null })),
]);
const keysOnly = accountRule('keys', (account) => [
  violation(setAccount(account, { authenticationModes: ['SharedKey'] })),
]);
const cannotTell = accountRule('aad', () => [{ path: '', unknown: notShown('not shown') }]);
const complies = accountRule('aad', () => []);

const [yesterday] = planned({ rules: [aadOnly], at: after(now, -DAY) }).findings;

function seenBefore(changes: Partial<Finding> = {}): Finding {
  if (yesterday === undefined) throw new Error('no finding');
  return { ...yesterday, ...changes };
}

const PIPELINE = 'c0de0000-0000-4000-8000-00000000c0de';

/** Somebody changed the pool last. */
function changedBy(application: string | null): Partial<Inputs['memory']> {
  const change = { known: { time: now, application, objectId: null } };
  return { lastChanges: { known: new Map([[idKey(POOL_ID), change]]) } };
}

function tried(outcome: WriteOutcome): Finding {
  return seenBefore({ attempts: attemptsAfter(NO_ATTEMPTS, outcome, now) });
}

describe('what holds a change back', () => {
  const withNodes = aPool({
    nodes: { dedicated: 2, lowPriority: 1, allocationState: 'Steady' },
    scale: { kind: 'fixed', dedicated: 2, lowPriority: 1 },
  });
  const nodes = (changes: Partial<Pool['nodes']>) => aPool({ nodes: { ...aPool().nodes, ...changes } });

  test.each<[string, Partial<Case>, HeldCode, RegExp]>([
    ['freeze', { policy: 'mode: enforce\nfreeze: true' }, 'frozen', /^the policy is frozen$/],
    ['audit', { policy: 'mode: audit' }, 'audit', /^audit mode$/],
    ['approve', { policy: 'mode: approve' }, 'needs-approval', /^waits for the approval of change [0-9a-f]{16}$/],
    [
      'a page that could not be read',
      { snapshot: snapshotOf({ complete: false }) },
      'incomplete',
      /^the account could not be read whole/,
    ],
    [
      'nodes',
      { snapshot: snapshotOf({ pools: [withNodes] }) },
      'waits-for-zero',
      /^waits for a drain: it has 3 nodes$/,
    ],
    [
      'more low-priority nodes than dedicated ones',
      { snapshot: snapshotOf({ pools: [nodes({ dedicated: 2, lowPriority: 3 })] }) },
      'waits-for-zero',
      /drain: it has 5 nodes$/,
    ],
    [
      'nodes, of a change that sets also what nodes do not hold back',
      {
        rules: [poolRule('both', (pool) => [violation(setPool(pool, { metadata: [], endpoints: null }))])],
        snapshot: snapshotOf({ pools: [withNodes] }),
      },
      'waits-for-zero',
      /drain: it has 3 nodes$/,
    ],
    [
      'nodes to come',
      { snapshot: snapshotOf({ pools: [aPool({ scale: { kind: 'fixed', dedicated: 0, lowPriority: 1 } })] }) },
      'waits-for-zero',
      /^waits for a drain: it is to have 1 node$/,
    ],
    [
      'a resize',
      { snapshot: snapshotOf({ pools: [nodes({ allocationState: 'Resizing' })] }) },
      'waits-for-zero',
      /drain: it is resizing$/,
    ],
    [
      'autoscale',
      {
        snapshot: snapshotOf({
          pools: [aPool({ scale: { kind: 'autoscale', formula: '$TargetDedicatedNodes = 0;', interval: null } })],
        }),
      },
      'waits-for-zero',
      /drain: its autoscale/,
    ],
    [
      'a size not shown',
      { snapshot: snapshotOf({ pools: [nodes({ dedicated: null })] }) },
      'waits-for-zero',
      /drain: its body does not show/,
    ],
    [
      'a number of low-priority nodes not shown',
      { snapshot: snapshotOf({ pools: [nodes({ lowPriority: null })] }) },
      'waits-for-zero',
      /drain: its body does not show/,
    ],
    [
      'a state not shown',
      { snapshot: snapshotOf({ pools: [nodes({ allocationState: null })] }) },
      'waits-for-zero',
      /drain: its body does not show/,
    ],
    [
      'more low-priority nodes to come than dedicated ones',
      { snapshot: snapshotOf({ pools: [aPool({ scale: { kind: 'fixed', dedicated: 2, lowPriority: 3 } })] }) },
      'waits-for-zero',
      /drain: it is to have 5 nodes$/,
    ],
    [
      'a size to come that is not shown',
      { snapshot: snapshotOf({ pools: [aPool({ scale: null })] }) },
      'waits-for-zero',
      /drain: its body does not show/,
    ],
    ['no etag', { snapshot: snapshotOf({ pools: [aPool({ etag: null })] }) }, 'no-etag', /^its body has no etag/],
    [
      'a newer api-version',
      { snapshot: snapshotOf({ pools: [aPool({ isNewer: true })] }) },
      'incomplete',
      /^the pool was made with a newer api-version/,
    ],
    [
      'two pages that could not be read',
      {
        snapshot: { ...snapshotOf({ complete: false }), problems: [readingFailed('page 2'), readingFailed('page 3')] },
      },
      'incomplete',
      /^the account could not be read whole: page 2; page 3$/,
    ],
    ['a pool that was not read', { rules: [ofAnotherPool] }, 'incomplete', /^the pool was not read$/],
  ])('%s', (_name, circumstances, code, message) => {
    const { findings, writes } = planned({ rules: [noEndpoints], ...circumstances });
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      status: 'open',
      held: { code, message: expect.stringMatching(message), until: null },
    });
    expect(writes).toEqual([]);
  });

  const DRAINS = 'mode: enforce\ndrains: { max: 1, begin: any';
  const drained = { snapshot: snapshotOf({ pools: [withNodes] }), policy: `${DRAINS} }` };

  const EXEMPT = [
    { rule: 'endpoints', covers: { resource: POOL_ID }, owner: 'Ada', reason: 'it moves', until: after(now, DAY) },
  ];

  const EXAMPLES = {
    'policy-invalid': { policy: { invalid: 'line 1' }, memory: [seenBefore()] },
    frozen: { policy: 'mode: enforce\nfreeze: true' },
    audit: { policy: 'mode: audit' },
    'keys-in-use': {
      rules: [aadOnly],
      snapshot: snapshotOf({ account: anAccount({ authenticationModes: null }) }),
      receivedSince: { known: null },
    },
    exempt: { exemptions: EXEMPT },
    'needs-approval': { policy: 'mode: approve' },
    undone: {
      others: { undos: [{ id: 'u', resourceId: POOL_ID, rules: ['endpoints'], who: 'Ada', at: now, entry: null }] },
    },
    incomplete: { snapshot: snapshotOf({ complete: false }) },
    'not-judged': { rules: [cannotTell], memory: [seenBefore()] },
    'owned-by-pipeline': { policy: `mode: enforce\npipelines: [${PIPELINE}]`, others: changedBy(PIPELINE) },
    'owner-unknown': { policy: `mode: enforce\npipelines: [${PIPELINE}]`, others: changedBy(null) },
    contested: {
      rules: [aadOnly],
      memory: [seenBefore({ attempts: { accepted: [after(now, -HOUR), now], refused: null } })],
    },
    refused: { rules: [aadOnly], memory: [tried({ kind: 'refused', message: 'x' })] },
    'not-effective': { rules: [aadOnly], memory: [tried({ kind: 'not-effective', message: 'x' })] },
    failed: { rules: [aadOnly], memory: [tried({ kind: 'failed', message: 'x' })] },
    'no-etag': { snapshot: snapshotOf({ pools: [aPool({ etag: null })] }) },
    'drain-announced': { ...drained, policy: `${DRAINS}, notice: PT1H }` },
    window: {
      ...drained,
      policy: `${DRAINS}, windows: [{ days: [Mon], from: '02:00', to: '03:00', timeZone: UTC }] }`,
    },
    resting: {
      ...drained,
      others: { drains: [aDrain({ ended: { at: after(now, -HOUR), how: 'restored', changes: 1 } })] },
    },
    'drain-slot': { ...drained, withoutSlot: new Set([idKey(POOL_ID)]) },
    draining: drained,
    breaker: { left: { most: 0, held: held('breaker', 'stopped') } },
    budget: { left: { most: 0, held: held('budget', 'used up') } },
    'waits-for-zero': { snapshot: snapshotOf({ pools: [withNodes] }) },
    'other-change-first': { rules: [aadOnly, keysOnly] },
  } satisfies Record<Exclude<HeldCode, 'unspecified'>, Partial<Case>>;

  test.each(Object.entries(EXAMPLES))('%s', (code, example) => {
    const { findings } = planned({ rules: [noEndpoints], ...example });
    expect(findings.filter(({ held }) => held?.code === code)).toHaveLength(1);
  });

  test('9: an item of the list of pools that could not be read holds the account, not the other pools', () => {
    const lacking = { ...snapshotOf({ complete: false }), lacksPoolsOnly: true };
    const { writes, findings } = planned({ rules: [noEndpoints, aadOnly], snapshot: lacking });
    expect(writes).toMatchObject([{ change: { kind: 'set-pool', id: POOL_ID } }]);
    expect(findings.map(({ ruleId, held }) => [ruleId, held?.code])).toEqual([
      ['aad', 'incomplete'],
      ['endpoints', undefined],
    ]);
    expect(planned({ rules: [noEndpoints], snapshot: { ...lacking, lacksPoolsOnly: false } }).writes).toEqual([]);
  });

  test('nothing: it is written', () => {
    const { findings, writes, wakeAt } = planned({ rules: [noEndpoints] });
    expect(findings[0]?.held).toBeNull();
    expect(writes).toMatchObject([{ change: { kind: 'set-pool', id: POOL_ID, set: { endpoints: null } } }]);
    expect(wakeAt).toEqual(after(now, 2 * MINUTE));
  });

  test('nothing, and a drain of it begins: a look comes soon', () => {
    const { writes, wakeAt } = planned({ rules: [noEndpoints], ...drained });
    expect(writes).toMatchObject([{ drain: { step: 'empty', isNew: true } }]);
    expect(wakeAt).toEqual(after(now, 2 * MINUTE));
  });

  test('13: of all sizes, shown and to come, a frozen setting is written to a pool at zero alone', () => {
    const scales: readonly Pool['settings']['scale'][] = [
      ...[0, 2].flatMap((dedicated) =>
        [0, 3].map((lowPriority) => ({ kind: 'fixed', dedicated, lowPriority }) as const),
      ),
      { kind: 'autoscale', formula: '$TargetDedicatedNodes = 0;', interval: null },
      null,
    ];
    const pools = [0, 2, null].flatMap((dedicated) =>
      [0, 3, null].flatMap((lowPriority) =>
        ['Steady', 'Resizing', null].flatMap((allocationState) =>
          scales.map((scale) => aPool({ nodes: { dedicated, lowPriority, allocationState }, scale })),
        ),
      ),
    );
    const written = pools.filter((pool) => {
      const snapshot = snapshotOf({ pools: [pool] });
      return planned({ rules: [noEndpoints], snapshot }).writes.length > 0;
    });
    expect(pools).toHaveLength(3 * 3 * 3 * 6);
    expect(written).toEqual([aPool()]);
  });

  test('nodes hold no change back that sets only what they do not hold back', () => {
    const metadata = poolRule('metadata', (pool) => [violation(setPool(pool, { metadata: [] }))]);
    expect(planned({ rules: [metadata], snapshot: snapshotOf({ pools: [withNodes] }) }).writes).toHaveLength(1);
  });

  test('nodes hold no account change back', () => {
    expect(planned({ rules: [aadOnly], snapshot: snapshotOf({ pools: [withNodes] }) }).writes).toHaveLength(1);
  });

  test('a manual fix is never held and never written', () => {
    const { findings, writes } = planned({ rules: [poolRule('by-hand', () => [violation(manual('Do it.'))])] });
    expect(findings[0]).toMatchObject({ held: null, fix: { kind: 'manual' } });
    expect(writes).toEqual([]);
  });
});

describe('a change, simulated, sets its settings on its resource and alters nothing else', () => {
  const account = anAccount();
  const [first, second] = [aPool(), aPool({ id: poolId('pool2') })];
  const unreadable = { id: poolId('pool3'), unreadable: 'no properties' };
  const snapshot = snapshotOf({ account, pools: [first, second, unreadable] });

  test('of an account', () => {
    const settings = { ...account.settings, authenticationModes: ['AAD'] };
    const change = setAccount({ ...account, id: account.id.toUpperCase() }, { authenticationModes: ['AAD'] });
    expect(simulate(snapshot, change)).toEqual({ ...snapshot, account: { known: { ...account, settings } } });
  });

  test('of a pool', () => {
    const identityIds = [identityId('one')];
    const change = setPool({ ...second, id: second.id.toUpperCase() }, { identityIds });
    const changed = { ...second, settings: { ...second.settings, identityIds } };
    expect(simulate(snapshot, change)).toEqual({ ...snapshot, pools: [first, changed, unreadable] });
  });
});

describe('one write for each resource', () => {
  const one = identityId('one');
  const two = identityId('two');
  const adds = (id: string, identity: string, severity: Severity = 'high') =>
    poolRule(id, (pool) => [violation(setPool(pool, { identityIds: [identity] }))], severity);

  test('changes that share no setting go together, with what was there', () => {
    const { writes } = planned({ rules: [noEndpoints, adds('identity', one)] });
    expect(writes).toHaveLength(1);
    expect(writes[0]).toMatchObject({ change: { set: { endpoints: null, identityIds: [one] } } });
    expect(writes[0]?.was).toEqual({ endpoints: null, identityIds: [] });
    expect(writes[0]?.findings.map(({ ruleId }) => ruleId)).toEqual(['endpoints', 'identity']);
  });

  test('changes that set the same to the same go together', () => {
    expect(planned({ rules: [adds('a', one), adds('b', one)] }).writes[0]?.findings).toHaveLength(2);
  });

  test('changes that set the same in another case go together', () => {
    expect(planned({ rules: [adds('a', one), adds('b', one.toUpperCase())] }).writes[0]?.findings).toHaveLength(2);
  });

  test('13: a write of an account says what was there, of the settings that it sets alone', () => {
    const account = anAccount({ authenticationModes: ['SharedKey'], publicNetworkAccess: 'Enabled' });
    const [write] = planned({ rules: [aadOnly], snapshot: snapshotOf({ account }) }).writes;
    expect(write?.was).toEqual({ authenticationModes: ['SharedKey'] });
  });

  test('13: two pool settings that differ do not go together, also where accounts have none of that name', () => {
    const emptied = poolRule('none', (pool) => [violation(setPool(pool, { endpoints: [natPool()] }))]);
    const { findings, writes } = planned({ rules: [noEndpoints, emptied] });
    expect(writes.map(({ change }) => change.set)).toEqual([{ endpoints: null }]);
    expect(findings.map(({ held: why }) => why?.code)).toEqual([undefined, 'other-change-first']);
  });

  test('13: a change of an account and one of its pools never go together', () => {
    const { writes } = planned({ rules: [aadOnly, noEndpoints] });
    expect(writes.map(({ change: { kind, set } }) => [kind, set])).toEqual([
      ['set-account', { authenticationModes: ['AAD'] }],
      ['set-pool', { endpoints: null }],
    ]);
  });

  test.each([
    ['the more severe', [adds('a', one, 'low'), adds('b', two, 'critical')], 'b'],
    ['of equals the lower rule id', [adds('b', two), adds('a', one)], 'a'],
  ])('where two differ %s goes, the other waits', (_name, rules, first) => {
    const { findings, writes } = planned({ rules });
    expect(writes.map(({ findings: joined }) => joined.map(({ ruleId }) => ruleId))).toEqual([[first]]);
    expect(findings.find(({ ruleId }) => ruleId !== first)?.held).toEqual(
      held('other-change-first', 'another change of this resource goes first'),
    );
  });

  test('each resource has its own', () => {
    const snapshot = snapshotOf({ pools: [aPool(), aPool({ id: poolId('pool2') })] });
    expect(planned({ rules: [aadOnly, noEndpoints], snapshot }).writes).toHaveLength(3);
  });
});

describe('memory', () => {
  test('what is seen again keeps its id, its first sight and its attempts', () => {
    const attempts = { accepted: [after(now, -HOUR)], refused: null };
    const { findings } = planned({ rules: [aadOnly], memory: [seenBefore({ attempts })] });
    expect(findings).toMatchObject([{ id: seenBefore().id, firstSeen: after(now, -DAY), lastSeen: now, attempts }]);
  });

  test('13: what was closed and is seen again begins anew, with what was tried before', () => {
    const attempts = { accepted: [now], refused: null };
    const memory = [seenBefore({ status: 'closed', attempts })];
    expect(planned({ rules: [aadOnly], memory }).findings).toMatchObject([{ firstSeen: now, attempts }]);
  });

  test.each<[string, Partial<Case>, ClosedCode, string]>([
    ['complies', {}, 'compliant', 'compliant'],
    ['its rule is off', { policy: 'rules: { aad: off }' }, 'rule-off', 'rule off'],
  ])('%s', (_name, circumstances, closedCode, why) => {
    const { findings } = planned({ rules: [complies], memory: [seenBefore()], ...circumstances });
    expect(findings).toMatchObject([{ status: 'closed', closedCode, why, unknownCode: null, fix: null }]);
  });

  test('an unknown verdict closes nothing', () => {
    const { findings } = planned({ rules: [cannotTell], memory: [seenBefore()] });
    expect(findings.map(({ status, unknownCode, path }) => [status, unknownCode, path])).toEqual([
      ['unknown', 'not-shown', ''],
      ['open', null, 'properties.x'],
    ]);
    expect(findings[1]?.held).toEqual(held('not-judged', 'not judged: not shown'));
  });

  const gonePool = (): Finding => seenBefore({ id: 'p', resourceId: poolId('gone'), ruleId: 'endpoints' });

  test('a pool that a complete look does not list is gone', () => {
    const { findings } = planned({ rules: [complies], memory: [gonePool()] });
    expect(findings).toMatchObject([{ status: 'closed', closedCode: 'pool-gone', why: 'the pool is gone' }]);
  });

  test('a pool that an incomplete look does not list may be there', () => {
    const { findings, wakeAt } = planned({
      rules: [complies],
      memory: [gonePool()],
      snapshot: snapshotOf({ complete: false }),
    });
    expect(findings).toMatchObject([
      { status: 'open', held: { code: 'incomplete', message: expect.stringMatching(/read whole/) } },
    ]);
    expect(wakeAt).toEqual(after(now, 5 * MINUTE));
  });

  test('facets that Azure refused for now are read when it said, or with an earlier look', () => {
    const wakeAt = (facetsFrom: Date, complete = true) =>
      planned({ rules: [complies], snapshot: { ...snapshotOf({ complete }), facetsFrom } }).wakeAt;
    expect(wakeAt(after(now, MINUTE))).toEqual(after(now, MINUTE));
    expect(wakeAt(after(now, HOUR))).toEqual(after(now, HOUR));
    expect(wakeAt(after(now, HOUR), false)).toEqual(after(now, 5 * MINUTE));
  });

  describe('2: a reading that failed', () => {
    const failing = (reason: UnknownReason, path = 'properties.x') =>
      accountRule('aad', () => [{ path, unknown: reason }]);
    const failures = [readingFailed('AuthorizationFailed'), unreadable('no list')];

    test.each(failures)(
      'leaves what was found open, writes nothing, and what comes back is no news: $code',
      (reason) => {
        const before = planned({ rules: [aadOnly], at: after(now, -DAY) }).findings;
        const meanwhile = planned({ rules: [failing(reason)], memory: before });
        expect(meanwhile.writes).toEqual([]);
        expect(meanwhile.findings).toEqual([
          { ...before[0], held: held('not-judged', `not judged: ${reason.message}`) },
        ]);
        expect(changesSince(before, meanwhile.findings, now)).toEqual([]);
        const again = planned({ rules: [aadOnly], memory: meanwhile.findings });
        expect(again.findings).toEqual([{ ...before[0], lastSeen: now }]);
        expect(changesSince(meanwhile.findings, again.findings, now)).toEqual([]);
        expect(again.writes).toHaveLength(1);
      },
    );

    test('is unknown where nothing was found before, or something else', () => {
      const unknown = { status: 'unknown', unknownCode: 'reading-failed' };
      const refused = readingFailed('AuthorizationFailed');
      const memory = [seenBefore({ status: 'closed' })];
      expect(planned({ rules: [failing(refused)] }).findings).toMatchObject([unknown]);
      expect(planned({ rules: [failing(refused)], memory }).findings).toMatchObject([unknown]);
      expect(planned({ rules: [failing(refused, 'properties.y')], memory: [seenBefore()] }).findings).toMatchObject([
        { ...unknown, path: 'properties.y' },
        { status: 'open', path: 'properties.x' },
      ]);
    });

    test('is another thing than what was seen and does not decide', () => {
      const { findings } = planned({ rules: [failing(undecided('a condition'))], memory: [seenBefore()] });
      expect(findings).toMatchObject([{ status: 'unknown', unknownCode: 'undecided' }]);
    });

    test('is unknown where what could be read is no longer what it was', () => {
      const door = (observed: unknown) =>
        accountRule('aad', () => [{ path: 'properties.x', unknown: readingFailed('the group'), observed }]);
      const memory = [seenBefore({ observed: ['rule 151 Allow VirtualNetwork'] })];
      const statuses = (observed: unknown) =>
        planned({ rules: [door(observed)], memory }).findings.map(({ status }) => status);
      expect(statuses(['rule 151 Allow VirtualNetwork'])).toEqual(['open']);
      expect(statuses(['rule 150 Allow Internet'])).toEqual(['unknown']);
    });

    test('of one thing does not hold open what was found of another, where all was seen', () => {
      const memory = [seenBefore()];
      const status = (path: string, reason: UnknownReason) =>
        planned({ rules: [failing(reason, path)], memory }).findings.find(({ path: at }) => at === 'properties.x')
          ?.status;
      expect(status('properties.y', undecided('which port'))).toBe('closed');
      expect(status('properties.y', notShown('which port'))).toBe('closed');
      expect(status('', undecided('which system'))).toBe('open');
      expect(status('properties.y', readingFailed('the group'))).toBe('open');
    });

    test('is told of each finding by its own reason', () => {
      const both = accountRule('aad', () => [
        { path: 'properties.y', unknown: readingFailed('the group') },
        { path: 'properties.x', unknown: readingFailed('the subnet') },
      ]);
      const { findings } = planned({ rules: [both], memory: [seenBefore()] });
      expect(findings).toMatchObject([
        { path: 'properties.y' },
        { held: held('not-judged', 'not judged: the subnet') },
      ]);
    });

    const access = { principalId: 'p', storageAccountId: storageId('store1'), isGone: false };
    const refused = { unknown: readingFailed('AuthorizationFailed') };
    const known = { known: true };

    test.each<[string, Partial<Facets>]>([
      ['role assignments', { roleAssignments: refused }],
      ['who may read', { roleAssignments: { known: [{ ...access, readBlobs: refused, writeBlobs: known }] } }],
      ['who may write', { roleAssignments: { known: [{ ...access, readBlobs: known, writeBlobs: refused }] } }],
      ['diagnostic settings', { diagnosticSettings: { unknown: unreadable('no list') } }],
      ['a security group', { subnets: { known: [{ id: SUBNET_ID, securityGroup: refused }] } }],
      ['the older list of pools', { retired: refused }],
      ['connections', { connections: refused }],
      ['perimeters', { perimeters: refused }],
    ])('%s: is read again after 5 minutes, 10, 20, ... a day, and a little', (_name, facets) => {
      const lookAt = (at: Date, failedSince: FailedSince) =>
        planned({ rules: [complies], snapshot: snapshotOf({ facets }), others: { failedSince }, at });
      let [at, failedSince] = [now, lookAt(now, {}).failedSince];
      expect(Object.values(failedSince)).toEqual([now]);
      for (const minutes of [5, 5, 10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440]) {
        const look = lookAt(at, failedSince);
        const wait = ((look.wakeAt?.getTime() ?? 0) - at.getTime()) / MINUTE;
        expect(wait).toBeGreaterThanOrEqual(minutes);
        expect(wait).toBeLessThan(minutes + 5);
        at = after(at, minutes * MINUTE);
        failedSince = look.failedSince;
      }
      expect(Object.values(failedSince)).toEqual([now]);
    });

    test('ends when a look has all readings; what nobody reads, or what does not decide, is none', () => {
      const { failedSince, wakeAt } = planned({
        rules: [complies],
        snapshot: snapshotOf({
          facets: {
            roleAssignments: { known: [{ ...access, readBlobs: known, writeBlobs: { unknown: undecided('x') } }] },
          },
        }),
        others: { failedSince: { retired: after(now, -DAY) } },
      });
      expect([failedSince, wakeAt]).toEqual([{}, null]);
    });

    test('of one facet is read again soon, however long another fails', () => {
      const look = (failedSince: FailedSince) =>
        planned({
          rules: [complies],
          snapshot: snapshotOf({ facets: { diagnosticSettings: refused, connections: refused } }),
          others: { failedSince },
        });
      const { wakeAt, failedSince } = look({ diagnosticSettings: after(now, -30 * DAY) });
      expect(failedSince).toEqual({ diagnosticSettings: after(now, -30 * DAY), connections: now });
      expect(wakeAt?.getTime()).toBeLessThan(after(now, 10 * MINUTE).getTime());
    });

    test('of what Azure refuses for now comes back ever more rarely too', () => {
      const snapshot = { ...snapshotOf({ facets: { connections: refused } }), facetsFrom: after(now, MINUTE) };
      const others = { failedSince: { connections: after(now, -2 * HOUR) } };
      const { wakeAt } = planned({ rules: [complies], snapshot, others });
      expect(wakeAt?.getTime()).toBeGreaterThanOrEqual(after(now, 2 * HOUR).getTime());
    });

    test('of two accounts does not come back at the same time', () => {
      const wakeAt = (name: string) => {
        const account = anAccount({ id: ACCOUNT_ID.replace('acct1', name) });
        const snapshot = snapshotOf({ account, pools: [], facets: { retired: refused } });
        return planned({ rules: [complies], snapshot }).wakeAt?.getTime();
      };
      expect(new Set(['acct1', 'acct2', 'acct3'].map(wakeAt)).size).toBe(3);
      expect(wakeAt('ACCT1')).toBe(wakeAt('acct1'));
    });

    test('that Azure asked to wait for is read when it said', () => {
      const snapshot = { ...snapshotOf({ facets: { retired: refused } }), facetsFrom: after(now, HOUR) };
      expect(planned({ rules: [complies], snapshot })).toMatchObject({ wakeAt: after(now, HOUR) });
    });
  });

  test('an invalid policy judges nothing, closes nothing and writes nothing', () => {
    const { findings, writes, wakeAt } = planned({
      rules: [aadOnly],
      memory: [seenBefore()],
      policy: { invalid: 'line 1' },
    });
    expect(findings).toMatchObject([{ status: 'open', held: held('policy-invalid', 'policy invalid: line 1') }]);
    expect([writes, wakeAt]).toEqual([[], after(now, 5 * MINUTE)]);
  });

  test('13: under an invalid policy too an account looked at again closes could-not-look', () => {
    const memory = [seenBefore({ ruleId: 'could-not-look', status: 'unknown', unknownCode: 'reading-failed' })];
    const { findings } = planned({ rules: [complies], memory, policy: { invalid: 'line 1' } });
    expect(findings).toMatchObject([{ status: 'closed', closedCode: 'looked-again', held: null }]);
  });

  test('13: the verdict of another rule, or on another resource, says nothing of a finding', () => {
    const doubts = accountRule('doubts', () => [{ path: '', unknown: notShown('not shown') }]);
    const poolDoubts = poolRule('aad', () => [{ path: '', unknown: notShown('not shown') }]);
    const before = seenBefore();
    const seen = (rules: readonly Rule[], finding: Finding) =>
      planned({ rules, memory: [finding] }).findings.find(({ id }) => id === finding.id);
    expect(seen([doubts, complies], before)).toMatchObject({ closedCode: 'compliant' });
    expect(seen([poolDoubts], before)).toMatchObject({ closedCode: 'rule-off' });
  });

  test('an account looked at again closes could-not-look, and the long closed is forgotten', () => {
    const memory = [
      seenBefore({ id: '1', ruleId: 'could-not-look', status: 'unknown', unknownCode: 'reading-failed' }),
      seenBefore({ id: '2', status: 'closed', lastSeen: after(now, -30 * DAY) }),
      seenBefore({ id: '3', status: 'closed', lastSeen: after(now, -30 * DAY - 1) }),
    ];
    const { findings } = planned({ rules: [complies], memory });
    expect(findings).toMatchObject([
      { id: '1', status: 'closed', unknownCode: null, closedCode: 'looked-again' },
      { id: '2', status: 'closed' },
    ]);
    expect(findings).toHaveLength(2);
  });

  test('4: pools that come and go leave 2,000 closed findings, those closed last, and no values', () => {
    const many = (count: number, of: string, changes: Partial<Finding>) =>
      Array.from({ length: count }, (_, n) =>
        seenBefore({ id: `${of}${n}`, resourceId: poolId(`${of}${n}`), ...changes }),
      );
    const old = many(1500, 'old', { status: 'closed', lastSeen: after(now, -2 * DAY) });
    const newer = many(1500, 'newer', { status: 'closed', lastSeen: after(now, -DAY) });
    const { findings } = planned({ rules: [complies], memory: [...old, ...newer] });
    expect(findings).toHaveLength(2000);
    expect(findings.filter(({ id }) => id.startsWith('newer'))).toHaveLength(1500);
    // What closed now is told by its row: it stays for this look, and not for the next.
    const gone = planned({ rules: [complies], memory: [...old, ...many(5500, 'open', {})] }).findings;
    expect(gone.map(({ status }) => status)).toEqual(Array(5500).fill('closed'));
    expect(gone.filter(({ observed, desired }) => observed !== null || desired !== null)).toEqual([]);
    expect(planned({ rules: [complies], memory: gone, at: after(now, MINUTE) }).findings).toHaveLength(2000);
  });
});

test('texts are bounded, and bounded texts are no news', () => {
  const policy = { invalid: 'x'.repeat(40_000) };
  const first = planned({ rules: [aadOnly] }).findings;
  const second = planned({ rules: [aadOnly], memory: first, policy }).findings;
  expect(second[0]?.held?.message.length).toBeLessThan(8100);
  const third = planned({ rules: [aadOnly], memory: second, policy }).findings;
  expect(changesSince(second, third, now)).toEqual([]);
});

describe('attempts', () => {
  const refused = { kind: 'refused', message: 'ScopeLocked' } as const;

  test('a refusal is tried again after one hour, two, four and at most a day', () => {
    let attempts = NO_ATTEMPTS;
    const waits = Array.from({ length: 7 }, () => {
      attempts = attemptsAfter(attempts, refused, now);
      return ((attempts.refused?.nextTry.getTime() ?? 0) - now.getTime()) / HOUR;
    });
    expect(waits).toEqual([1, 2, 4, 8, 16, 24, 24]);
  });

  test('until then the finding is held and sets the alarm; then it is written', () => {
    const memory = [tried(refused)];
    const early = planned({ rules: [aadOnly], memory, at: after(now, 59 * MINUTE) });
    expect([early.writes, early.wakeAt]).toEqual([[], after(now, HOUR)]);
    expect(early.findings[0]?.held).toEqual({
      code: 'refused',
      message: 'refused: ScopeLocked',
      until: after(now, HOUR),
    });
    expect(planned({ rules: [aadOnly], memory, at: after(now, HOUR) }).writes).toHaveLength(1);
  });

  test('what was refused goes alone, after what was not: it must not have the others refused too', () => {
    const openAgain = accountRule('network', (account) =>
      account.settings.publicNetworkAccess === 'Disabled'
        ? [violation(setAccount(account, { publicNetworkAccess: 'Enabled' }), 'properties.y')]
        : [],
    );
    const rules = [aadOnly, openAgain];
    const [first] = planned({ rules }).findings;
    if (first === undefined) throw new Error('no finding');
    expect(planned({ rules }).writes.map(({ findings }) => findings.length)).toEqual([2]);
    const memory = [{ ...first, attempts: attemptsAfter(NO_ATTEMPTS, refused, now) }];
    const at = after(now, HOUR);
    const { writes } = planned({ rules, memory, at });
    expect(writes.map(({ findings }) => findings.map(({ ruleId }) => ruleId))).toEqual([['network']]);
    expect(planned({ rules: [aadOnly], memory, at }).writes).toHaveLength(1);
  });

  test.each([
    ['refused', refused, 'refused: ScopeLocked', HOUR, 1],
    // It is asked again when Azure said, and so often as it says so.
    ['refused with a time of its own', { ...refused, retryAt: after(now, MINUTE) }, 'refused: ScopeLocked', MINUTE, 0],
    ['not effective', { kind: 'not-effective', message: 'x' }, 'accepted, yet not in effect: x', HOUR, 1],
    ['failed', { kind: 'failed', message: 'x' }, 'failed: x', 5 * MINUTE, 1],
  ] as const)('%s', (_name, outcome, message, wait, count) => {
    const { kind: code } = outcome;
    const attempts = attemptsAfter(NO_ATTEMPTS, outcome, now);
    expect(attempts.refused).toEqual({ count, code, message, nextTry: after(now, wait) });
    const { findings } = planned({ rules: [aadOnly], memory: [tried(outcome)] });
    expect(findings).toMatchObject([{ held: { code, message, until: after(now, wait) } }]);
  });

  test('13: the last ten accepted writes are kept', () => {
    const times = Array.from({ length: 12 }, (_, i) => after(now, i * HOUR));
    const kept = times.reduce((so, at) => attemptsAfter(so, { kind: 'applied', alsoMoved: [] }, at), NO_ATTEMPTS);
    expect(kept).toEqual({ accepted: times.slice(2), refused: null });
  });

  test('an accepted write ends refusals; one that never took place changes nothing', () => {
    const before = attemptsAfter(NO_ATTEMPTS, refused, now);
    expect(attemptsAfter(before, { kind: 'applied', alsoMoved: [] }, now)).toEqual({ accepted: [now], refused: null });
    expect(attemptsAfter(before, { kind: 'conflict' }, now)).toEqual(before);
    expect(attemptsAfter(before, { kind: 'gone' }, now)).toEqual(before);
  });
});

test('an unreadable pool is unknown to every rule of pools, and an account without tags to a policy that needs them', () => {
  const broken = snapshotOf({ pools: [{ id: POOL_ID, unreadable: 'properties: expected object' }] });
  const verdict = planned({ rules: [noEndpoints], snapshot: broken }).findings;
  expect(verdict).toMatchObject([{ status: 'unknown', unknownCode: 'unreadable', why: 'properties: expected object' }]);

  const untagged = snapshotOf({ account: { unknown: notShown('no body') } });
  const policy = 'scopes: [{ match: { tags: { env: prod } }, rules: { endpoints: enforce } }]';
  const { findings } = planned({ rules: [aadOnly, noEndpoints], snapshot: untagged, policy });
  expect(findings.map(({ unknownCode, why, resourceId }) => [unknownCode, why, resourceId])).toEqual([
    ['not-shown', 'no body', ACCOUNT_ID],
    ['not-shown', "the account's tags are unknown: no body", POOL_ID],
  ]);
});

test('the account of a finding is named as Azure names it', () => {
  const account = anAccount({ id: ACCOUNT_ID.replace('acct1', 'Acct1') });
  const snapshot = { ...snapshotOf({ account }), accountId: ACCOUNT_ID.toLowerCase() };
  expect(planned({ rules: [aadOnly], snapshot }).findings[0]?.resourceId).toBe(account.id);
});

test('no secret of a body is kept in a finding, and a change too large to be kept is written whole', () => {
  const metadata = [{ name: 'a', value: 'x'.repeat(40_000), unmodelled: {} }];
  const large = poolRule('large', (pool) => [
    { ...violation(setPool(pool, { metadata })), why: 'It has password=hunter2hunter2.' },
  ]);
  const { findings, writes } = planned({ rules: [large] });
  expect(findings).toMatchObject([{ why: expect.not.stringContaining('hunter2'), fix: { kind: 'manual' } }]);
  expect(writes).toMatchObject([{ change: { set: { metadata } } }]);
});
