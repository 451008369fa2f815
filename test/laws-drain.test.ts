import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Json, part } from '../local/azure/json.ts';
import {
  account,
  accountId,
  autoscale,
  fixed,
  LINUX,
  natPool,
  network,
  PRODUCTION,
  pool,
} from '../local/estate/parts.ts';
import { setPool } from '../shared/core/model/change.ts';
import { after, MINUTE } from '../shared/core/model/time.ts';
import { DRAIN } from '../shared/core/plan/drain-finding.ts';
import type { DrainPolicy } from '../shared/core/policy/drain-policy.ts';
import { parsePolicy } from '../shared/core/policy/parse-policy.ts';
import { Course, type Cut, type Passing } from './support/drains/course.ts';
import { ANY_DRAINS, poolRule } from './support/drains/examples.ts';
import { inProcessAzure } from './support/drains/in-process-azure.ts';
import { runs } from './support/runs.ts';

/** A row that ends too soon shows in one of some 300 histories. */
const RUNS = runs(1000, 2);
/** Those that a fault breaks sooner. */
const FEWER = runs(1000, 3);
const APP = 'warden';
const START = new Date('2026-11-22T12:00:00Z');
const FROZEN = ['networkConfiguration', 'userAccounts', 'deploymentConfiguration'];
const ACCOUNT = account(accountId(PRODUCTION, 'laws', 'acct1'), 'westeurope', {});
const FORMULAS = ['$TargetDedicatedNodes = 3;', '$TargetDedicatedNodes = 0;', '$TargetDedicatedNodes = $PendingTasks;'];

/** Two frozen fixes that one write joins. */
const rules = [
  poolRule('no-endpoints', (each) =>
    each.settings.endpoints === null
      ? []
      : [{ path: 'x', observed: 1, desired: 2, why: 'Open.', fix: setPool(each, { endpoints: null }) }],
  ),
  poolRule('no-public-ip', (each) => {
    const fix = setPool(each, { publicIp: 'NoPublicIPAddresses', endpoints: null });
    const isPublic = each.settings.publicIp !== 'NoPublicIPAddresses';
    return isPublic ? [{ path: 'y', observed: 1, desired: 2, why: 'Public.', fix }] : [];
  }),
];

const ENFORCE = parsePolicy('mode: enforce', rules);

function policyOf(drains: Partial<DrainPolicy>) {
  return { ...ENFORCE, drains: { ...ANY_DRAINS, ...drains } };
}

const open = () => network({ endpointConfiguration: { inboundNatPools: [natPool('ssh', 22, 50_000, [])] } });

function poolOf(name: string, scale: Json): Json {
  return pool(String(ACCOUNT['id']), name, '2026-01-10T09:30:12.4412398Z', {
    properties: { ...scale, ...open(), deploymentConfiguration: LINUX },
  });
}

const anySize = fc.oneof(
  fc.constantFrom(fixed(4), fixed(2, 1), fixed(0, 3), fixed(0)),
  fc.constantFrom(...FORMULAS).map((formula) => autoscale(formula)),
);

type Act =
  | Passing
  | { readonly kind: 'scale'; readonly size: Json }
  | { readonly kind: 'metadata'; readonly keepsOthers: boolean }
  | { readonly kind: 'template' }
  | { readonly kind: 'again' }
  | { readonly kind: 'quota'; readonly most: number | null }
  /** Tasks that run so long. */
  | { readonly kind: 'tasks'; readonly count: number; readonly minutes: number };

const anyCut: fc.Arbitrary<Cut> = fc.record({ at: fc.nat(16), when: fc.constantFrom('before', 'after') });
const anyAct: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('look'), cut: fc.option(anyCut, { freq: 2 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('two'), cut: anyCut, other: fc.option(anyCut) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('wait'), minutes: fc.constantFrom(1, 2, 5, 30, 400, 1500) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('scale'), size: anySize }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('metadata'), keepsOthers: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('template') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('again') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('quota'), most: fc.constantFrom(0, 1, null) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('tasks'),
      count: fc.constantFrom(1, 3),
      minutes: fc.constantFrom(10, 90, 600),
    }),
  },
);
const anyHistory = fc.record({ size: anySize, acts: fc.array(anyAct, { maxLength: 14, size: 'max' }) });

/** What the laws have seen. */
const seen = { looks: 0, cuts: 0, owner: 0, begun: 0, restored: 0, changed: 0, asked: 0 };

/** A course of looks, and what the pool's owner last asked for. */
class History extends Course {
  readonly poolId: string;
  /** Raw scale settings. */
  owned: unknown;
  /** What it was when the drain began that holds the pool, once that is another. */
  held: unknown = null;
  /** The owner did what cannot be told from a wish for zero. */
  isUnclear = false;

  constructor(size: Json, drains: Partial<DrainPolicy> = {}) {
    const body = poolOf('pool1', size);
    super(inProcessAzure({ accounts: [ACCOUNT], pools: [body] }, START), String(ACCOUNT['id']), policyOf(drains));
    this.poolId = String(body['id']);
    this.owned = this.properties(this.poolId)['scaleSettings'];
  }

  get isMarked(): boolean {
    return JSON.stringify(this.properties(this.poolId)['metadata'] ?? []).includes('warden:drain');
  }

  #scaled(size: unknown): void {
    if (!this.isMarked) this.held = null;
    else this.held ??= this.owned;
    this.owned = this.properties(this.poolId)['scaleSettings'];
    // While we hold zero, an owner's zero cannot be seen.
    this.isUnclear = this.isMarked && isZero(size);
  }

  async do(act: Act): Promise<void> {
    const { azure, poolId } = this;
    const { owner } = azure;
    seen.looks += act.kind === 'look' || act.kind === 'two' ? 1 : 0;
    seen.cuts += act.kind === 'look' && act.cut !== null ? 1 : 0;
    seen.owner += ['scale', 'metadata', 'template', 'again'].includes(act.kind) ? 1 : 0;
    switch (act.kind) {
      case 'look':
      case 'two':
      case 'wait':
        return this.pass(act);
      case 'scale':
        if (this.act(() => owner.patch(poolId, { properties: { scaleSettings: act.size['scaleSettings'] } })))
          this.#scaled(act.size['scaleSettings']);
        return;
      case 'metadata':
        if (this.isMarked) this.isUnclear = true;
        this.act(() =>
          owner.patch(poolId, { properties: { metadata: act.keepsOthers ? [{ name: 'a', value: 'b' }] : [] } }),
        );
        return;
      case 'template': {
        // With nodes Batch refuses the rules, and with them the whole.
        const { scaleSettings } = fixed(4);
        const template = { scaleSettings, metadata: [], ...open() };
        if (this.act(() => owner.patch(poolId, { properties: template }))) this.#scaled(scaleSettings);
        return;
      }
      case 'again':
        owner.delete(poolId);
        owner.put({
          ...poolOf('pool1', fixed(4)),
          id: poolId,
          properties: {
            ...(poolOf('pool1', fixed(4))['properties'] as Json),
            creationTime: azure.clock.now().toISOString(),
          },
        }); // JSON as made above
        this.owned = this.properties(poolId)['scaleSettings'];
        this.isUnclear = false;
        return;
      case 'quota':
        azure.resizes.capacity = act.most;
        return;
      case 'tasks':
        azure.world.jobs.run(poolId, act.count, after(azure.clock.now(), act.minutes * MINUTE));
    }
  }
}

function isFrozen(body: Json): boolean {
  return Object.keys(part(body, 'properties')).some((name) => FROZEN.includes(name));
}

function isZero(scaleSettings: unknown): boolean {
  return /"targetDedicatedNodes":0,"targetLowPriorityNodes":0/.test(JSON.stringify(scaleSettings));
}

function openCritical({ kept }: History): boolean {
  return kept.memory.findings.some(
    ({ ruleId, status, severity }) => ruleId === DRAIN && status === 'open' && severity === 'critical',
  );
}

test('3 restored, 4 crash anywhere, 10 old plans die: whatever happens in the middle', {
  timeout: 600_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(anyHistory, async ({ size, acts }) => {
      const history = new History(size);
      for (const act of acts) await history.do(act);
      history.azure.resizes.capacity = null;
      await history.rest();
      const { azure, kept } = history;
      expect(azure.guard.violations).toEqual([]);
      // Restored.
      const { scaleSettings } = history.properties(history.poolId);
      seen.asked += history.isUnclear ? 1 : 0;
      const sizes = history.isUnclear ? [history.owned, history.held] : [history.owned];
      const isRestored = sizes.some((size) => JSON.stringify(size) === JSON.stringify(scaleSettings));
      expect(isRestored || (history.isUnclear && openCritical(history))).toBe(true);
      expect(history.isMarked && !history.isUnclear).toBe(false);
      // Nothing frozen is sent while nodes run; nothing is sent but under the plan's ETag.
      expect(azure.sent.filter(({ body, nodes }) => isFrozen(body) && nodes > 0)).toEqual([]);
      expect(azure.sent.filter(({ etag }) => etag === null)).toEqual([]);
      // No task is ended for it.
      expect(azure.nodeLog.killed(APP)).toBe(0);
      // At rest: done, or it says why not.
      const findings = kept.memory.findings.filter(({ status, fix }) => status === 'open' && fix?.kind === 'set-pool');
      expect(findings.filter(({ held }) => held === null)).toEqual([]);
      seen.begun += kept.rows.length;
      for (const { intent, outcome } of kept.journal) {
        if (outcome !== 'applied') continue;
        seen.restored += intent.drain?.step === 'restore' ? 1 : 0;
        seen.changed += intent.drain?.step === 'change' ? 1 : 0;
      }
    }),
    { numRuns: RUNS },
  );
  console.log(`laws of drains: ${RUNS} histories, ${JSON.stringify(seen)}`);
  expect(seen.begun).toBeGreaterThan(RUNS / 2);
  expect(seen.restored).toBeGreaterThan(RUNS / 3);
  expect(seen.changed).toBeGreaterThan(RUNS / 3);
});

const QUIET = ['look', 'two', 'wait'] as const;
/** Nobody but the app writes, and a drain has time. */
const anyQuietHistory = fc.record({
  size: anySize,
  acts: fc.array(
    anyAct.filter((act) => QUIET.some((kind) => kind === act.kind) && !(act.kind === 'wait' && act.minutes > 30)),
    { maxLength: 10, size: 'max' },
  ),
});

test('one drain and bounded: all that is frozen costs one drain, which ends by its deadline', {
  timeout: 600_000,
}, async () => {
  const counted = { begun: 0, changed: 0 };
  await fc.assert(
    fc.asyncProperty(anyQuietHistory, async ({ size, acts }) => {
      const history = new History(size);
      for (const act of acts) await history.do(act);
      history.azure.resizes.capacity = null;
      await history.rest();
      const { kept } = history;
      const begun = kept.rows.filter(({ id }) => kept.ends.get(id)?.how !== 'not-begun');
      expect(begun.length).toBeLessThanOrEqual(1);
      for (const { id, deadline } of begun) {
        const end = kept.ends.get(id);
        expect(end?.how).toBe('restored');
        expect(end && end.at <= deadline).toBe(true);
      }
      const restores = kept.journal.filter(
        ({ intent, outcome }) => intent.drain?.step === 'restore' && outcome === 'applied',
      );
      expect(restores.length).toBeLessThanOrEqual(1);
      for (const { status } of kept.memory.findings) expect(status).toBe('closed');
      counted.begun += begun.length;
      counted.changed += kept.journal.filter(({ intent }) => intent.drain?.step === 'change').length;
    }),
    { numRuns: FEWER },
  );
  console.log(`one drain, bounded: ${FEWER} histories, ${JSON.stringify(counted)}`);
  expect(counted.begun).toBeGreaterThan(FEWER / 3);
});

test('idle costs nothing: a drain that begins only without nodes takes none away', { timeout: 600_000 }, async () => {
  let begun = 0;
  await fc.assert(
    fc.asyncProperty(anyHistory, async ({ size, acts }) => {
      const history = new History(size, { begin: 'idle' });
      for (const act of acts) await history.do(act);
      await history.look();
      const emptied = history.azure.sent.filter(
        ({ body, status }) => status < 300 && JSON.stringify(body).includes('warden:drain'),
      );
      expect(emptied.filter(({ nodes }) => nodes > 0)).toEqual([]);
      begun += emptied.length;
      expect(history.azure.nodeLog.deallocated(APP)).toBe(0);
    }),
    { numRuns: FEWER },
  );
  console.log(`idle costs nothing: ${FEWER} histories, ${begun} drains begun`);
  expect(begun).toBeGreaterThan(FEWER / 20);
});
