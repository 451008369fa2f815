import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Account } from '../../shared/core/model/account.ts';
import { ACCOUNT_SETTINGS } from '../../shared/core/model/account-settings.ts';
import { type Change, type Fix, resourceOf } from '../../shared/core/model/change.ts';
import type { Facets } from '../../shared/core/model/facet.ts';
import { isReadable, type Pool } from '../../shared/core/model/pool.ts';
import { POOL_SETTINGS } from '../../shared/core/model/pool-settings.ts';
import type { UnknownCode } from '../../shared/core/model/reading.ts';
import { idKey } from '../../shared/core/model/resource-id.ts';
import { missingSettings } from '../../shared/core/model/same-setting.ts';
import type { Snapshot } from '../../shared/core/model/snapshot.ts';
import type { Outcome, Rule, Severity, Violation } from '../../shared/core/policy/rule.ts';
import { findSecret } from '../../shared/core/rotation/pool-secrets.ts';
import { isOffered } from '../../shared/core/rotation/secret-owner.ts';
import { anyOptions } from './arbitrary-options.ts';
import { runs } from './runs.ts';
import { simulated } from './simulated.ts';

interface Case {
  readonly name: string;
  readonly snapshot: Snapshot;
  /** As a policy has them: parsed with the rule's schema. */
  readonly options?: unknown;
  readonly now?: Date;
}

interface ViolatingCase extends Case {
  /** All outcomes, in order. */
  readonly expect: readonly (ExpectedViolation | ExpectedUnknown)[];
}

interface UnknownCase extends Case {
  readonly expect: readonly ExpectedUnknown[];
}

interface ExpectedViolation {
  /** The id of the resource; the first one judged when not given. */
  readonly resource?: string;
  readonly path: string;
  /** The rule's when not given. */
  readonly severity?: Severity;
  readonly observed?: unknown;
  readonly desired?: unknown;
  readonly fix: Fix | { readonly manual: RegExp };
  readonly why?: RegExp;
}

interface ExpectedUnknown {
  readonly resource?: string;
  readonly path: string;
  /** What the message says. */
  readonly unknown: RegExp;
  readonly code?: UnknownCode;
  /** What was read all the same; nothing when not given. */
  readonly observed?: unknown;
}

export interface RuleTests {
  readonly compliant: readonly Case[];
  readonly violating: readonly ViolatingCase[];
  readonly unknown?: readonly UnknownCase[];
  /** Snapshots for the law *converges*. */
  readonly converges: fc.Arbitrary<Snapshot>;
  /** Raw options for the law; any that the schema accepts when not given. */
  readonly options?: fc.Arbitrary<unknown>;
}

interface Judged {
  readonly resource: Account | Pool;
  readonly outcome: Outcome;
}

const NOW = new Date('2026-02-01T00:00:00Z');
const RUNS = runs(600);
/** Enough for a change for each of a pool's NAT pools. */
const LOOKS = 8;

/** Registers a rule's table of cases and its laws. */
export function testRule(rule: Rule, { compliant, violating, unknown = [], converges, options }: RuleTests): void {
  const changes = violating.some((entry) =>
    entry.expect.some((one) => 'fix' in one && 'kind' in one.fix && one.fix.kind !== 'manual'),
  );

  describe(`rule ${rule.id}`, () => {
    it('has no case twice', () => {
      const all = [...compliant, ...violating, ...unknown];
      expect(twice(all.map(({ name }) => name))).toEqual([]);
      expect(twice(all.map(({ snapshot, options, now }) => JSON.stringify([snapshot, options ?? {}, now])))).toEqual(
        [],
      );
    });

    it.each(compliant)('complies: $name', (entry) => {
      expect(resourcesOf(rule, entry.snapshot), 'nothing was judged').not.toEqual([]);
      expect(judgeAll(rule, entry).map(({ outcome }) => outcome)).toEqual([]);
    });

    it.each(violating)('violates: $name', (entry) => {
      expect(
        entry.expect.filter((one) => 'fix' in one),
        'a violating case expects a violation',
      ).not.toEqual([]);
      expectOutcomes(rule, entry);
    });

    it.each(unknown)('is unknown: $name', (entry) => {
      expect(entry.expect, 'an unknown case expects an unknown').not.toEqual([]);
      expectOutcomes(rule, entry);
    });

    it('reads what it declares to read', () => {
      const paths = [...violating, ...unknown].flatMap((entry) => entry.expect.map(({ path }) => path));
      expect(paths.filter((path) => path !== '' && !rule.reads.some((read) => path.startsWith(read)))).toEqual([]);
    });

    it('sets what it declares to set, and no more', () => {
      const fixes = violating.flatMap((entry) => entry.expect.flatMap((one) => ('fix' in one ? [one.fix] : [])));
      const set = fixes.flatMap((fix) =>
        'kind' in fix && fix.kind !== 'manual' && fix.kind !== 'set-secret' ? Object.keys(fix.set) : [],
      );
      expect(new Set(set)).toEqual(new Set(rule.sets));
    });

    it('converges: simulated, its changes leave it nothing to change', () => {
      const seen = { violations: 0, changes: 0 };
      const enough = () => seen.violations > 0 && (seen.changes > 0 || !changes);
      // Some rules are violated once in a hundred looks.
      for (let tries = 0; tries < 20 && !enough(); tries += 1)
        fc.assert(
          fc.property(converges, options ?? anyOptions(rule), (snapshot, options) => {
            const { violations, changes } = converge(rule, snapshot, options);
            seen.violations += violations;
            seen.changes += changes;
          }),
          { numRuns: RUNS },
        );
      expect(seen.violations, 'no generated snapshot violates the rule').toBeGreaterThan(0);
      expect(seen.changes > 0, `${seen.changes} changes were simulated`).toBe(changes);
    });
  });
}

/** Every outcome of the rule for every resource of its scope, on a frozen snapshot. */
function judgeAll(rule: Rule, { snapshot: given, options: raw = {}, now = NOW }: Omit<Case, 'name'>): Judged[] {
  const snapshot = deepFreeze(given);
  const context = { options: deepFreeze(rule.options.parse(raw)), snapshot, now };
  if (rule.scope === 'pool')
    return snapshot.pools
      .filter(isReadable)
      .flatMap((pool) => rule.check(pool, context).map((outcome) => ({ resource: pool, outcome })));
  const { account } = snapshot;
  if ('unknown' in account) return [];
  return rule.check(account.known, context).map((outcome) => ({ resource: account.known, outcome }));
}

function resourcesOf(rule: Rule, { account, pools }: Snapshot): (Account | Pool)[] {
  if (rule.scope === 'pool') return pools.filter(isReadable);
  return 'known' in account ? [account.known] : [];
}

function expectOutcomes(rule: Rule, entry: ViolatingCase | UnknownCase): void {
  const [first] = resourcesOf(rule, entry.snapshot);
  const actual = judgeAll(rule, entry);
  expect(actual.map(({ outcome }) => outcome.path)).toEqual(entry.expect.map(({ path }) => path));
  for (const [index, expected] of entry.expect.entries()) {
    const judged = actual[index];
    expect(judged?.resource.id).toBe(expected.resource ?? first?.id);
    if (judged !== undefined) expectOutcome(rule, judged.outcome, expected);
  }
}

function expectOutcome(rule: Rule, outcome: Outcome, expected: ExpectedViolation | ExpectedUnknown): void {
  if ('unknown' in expected) {
    const code: unknown = expected.code ?? expect.any(String);
    const unknown = { code, message: expect.stringMatching(expected.unknown) };
    const observed = 'observed' in expected ? { observed: expected.observed } : {};
    expect(outcome).toStrictEqual({ path: expected.path, unknown, ...observed });
    return;
  }
  if ('unknown' in outcome) {
    expect.fail(`unknown at ${outcome.path}: ${outcome.unknown.message}`);
  }
  expect(outcome.severity ?? rule.severity).toBe(expected.severity ?? rule.severity);
  expect(outcome.fix).toStrictEqual(
    'kind' in expected.fix ? expected.fix : { kind: 'manual', why: expect.stringMatching(expected.fix.manual) },
  );
  if ('observed' in expected) expect(outcome.observed).toStrictEqual(expected.observed);
  if ('desired' in expected) expect(outcome.desired).toStrictEqual(expected.desired);
  expect(outcome.why).toMatch(expected.why ?? /\S/);
}

/** Simulates the rule's changes, one a resource and look, until it has none; fails when that does not end. */
function converge(rule: Rule, snapshot: Snapshot, options: unknown) {
  const violations = judgeAll(rule, { snapshot, options }).filter(isViolation).length;
  let current = snapshot;
  let changes = 0;
  for (let looks = 0; looks < LOOKS; looks++) {
    const todo = judgeAll(rule, { snapshot: current, options }).flatMap(changeOf);
    if (todo.length === 0) return { violations, changes };
    for (const { resource, change } of todo) expectToTheMark(resource, change, rule.sets, current);
    const perResource = new Map(todo.toReversed().map(({ change }) => [idKey(change.id), change]));
    for (const change of perResource.values()) {
      current = simulated(current, change, NOW);
      changes += 1;
    }
  }
  expect.fail(`after ${LOOKS} looks there is still something to change`);
}

function isViolation(judged: Judged): judged is Judged & { outcome: Violation } {
  return 'fix' in judged.outcome;
}

function changeOf(judged: Judged): { resource: Account | Pool; change: Change }[] {
  if (!isViolation(judged) || judged.outcome.fix.kind === 'manual') return [];
  return [{ resource: judged.resource, change: judged.outcome.fix }];
}

/** A change is of the resource that was judged and says something new. */
function expectToTheMark(
  resource: Account | Pool,
  change: Change,
  sets: readonly string[],
  { facets }: Pick<Snapshot, 'facets'>,
): void {
  expect(resourceOf(change)).toBe(resource.id);
  const all = [...changed(resource, change), ...givenAnew(resource, change, facets)];
  expect(all, 'the change changes nothing').not.toEqual([]);
  if (change.kind !== 'set-secret') expect(Object.keys(change.set).filter((key) => !sets.includes(key))).toEqual([]);
}

/** Users of a pool that says that they have versions which it was never offered: no setting shows what they are given. */
function givenAnew(resource: Account | Pool, change: Change, facets: Facets): string[] {
  if (change.kind !== 'set-pool' || !('creationTime' in resource)) return [];
  return (change.set.users ?? []).flatMap(({ name, secret }) => {
    const versions = findSecret(facets, change.id, name)?.versions;
    const pending = versions !== undefined && 'known' in versions ? versions.known.pending : [];
    return pending.some((one) => one.id === secret?.version && !isOffered(one, resource)) ? name : [];
  });
}

function changed({ settings }: Account | Pool, change: Change): string[] {
  if (change.kind === 'set-secret') return Object.keys(change.set);
  return change.kind === 'set-account'
    ? missingSettings(ACCOUNT_SETTINGS, change.set, settings as Partial<Account['settings']>)
    : missingSettings(POOL_SETTINGS, change.set, settings as Partial<Pool['settings']>); // a change is of its resource
}

function twice(texts: readonly string[]): string[] {
  return texts.filter((text, index) => texts.indexOf(text) !== index);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}
