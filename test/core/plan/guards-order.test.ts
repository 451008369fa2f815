import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Change } from '../../../shared/core/model/change.ts';
import { after, DAY, HOUR } from '../../../shared/core/model/time.ts';
import { type Finding, NO_ATTEMPTS } from '../../../shared/core/plan/finding.ts';
import { whyHeld } from '../../../shared/core/plan/guards.ts';
import type { HeldCode } from '../../../shared/core/plan/held.ts';
import { parsePolicy } from '../../../shared/core/policy/parse-policy.ts';
import { finding } from '../../support/cli/findings.ts';
import { runs } from '../../support/runs.ts';
import { ACCOUNT_ID, anAccount, aPool, POOL_ID, snapshotOf } from '../../support/snapshots.ts';

const now = new Date('2026-11-28T12:00:00Z');
const PIPELINE = 'c0de0000-0000-4000-8000-00000000c0de';
const RUNS = runs(1000, 1);

/** The guards in their order, each with what nothing before it asks for. */
const ORDER = [
  ['frozen', 'freeze'],
  ['audit', null], // its mode is no object, of which one could see that it is asked for
  ['exempt', 'exemption'],
  ['incomplete', 'complete'],
  ['owned-by-pipeline', 'pipelines'],
  ['contested', 'accepted'],
  ['undone', 'undos'],
  ['keys-in-use', 'keyUse'],
  ['needs-approval', 'approvals'],
  ['refused', 'refused'],
  ['no-etag', 'pools'],
] as const satisfies readonly (readonly [HeldCode, string | null])[];

const CODES = ORDER.map(([code]) => code);
const ACCOUNT: Change = { kind: 'set-account', id: ACCOUNT_ID, set: { authenticationModes: ['AAD'] } };
const POOL: Change = { kind: 'set-pool', id: POOL_ID, set: { endpoints: null } };

/** What is asked of it is noted by the name of the property, or by that of the whole. */
function noting<T extends object>(value: T, asked: Set<string>, whole?: string): T {
  return new Proxy(value, {
    get(target, key, receiver): unknown {
      asked.add(whole ?? String(key));
      return Reflect.get(target, key, receiver);
    },
  });
}

/** Why a change is held when all of these guards refuse, and what was asked for. */
function heldBy(refusing: ReadonlySet<HeldCode>, change: Change) {
  const is = (code: HeldCode) => refusing.has(code);
  const asked = new Set<string>();
  const mode = is('audit') ? 'audit' : is('needs-approval') ? 'approve' : 'enforce';
  const text = `mode: enforce\nfreeze: ${is('frozen')}\npipelines: [${is('owned-by-pipeline') ? PIPELINE : ''}]`;
  const refused = { count: 1, code: 'refused', message: 'refused: locked', nextTry: after(now, HOUR) } as const;
  const attempts = { ...NO_ATTEMPTS, refused: is('refused') ? refused : null };
  const exemption = is('exempt') ? { owner: 'Ada', reason: 'It moves.', until: after(now, DAY) } : null;
  const common: Partial<Finding> = {
    ruleId: 'a-rule',
    resourceId: change.id,
    firstSeen: now,
    changeId: 'c'.repeat(16),
  };
  const one = { ...finding({ ...common, exemption }), fix: change, attempts: noting(attempts, asked) };
  const snapshot = snapshotOf({
    account: anAccount({ authenticationModes: null }),
    pools: [aPool({ etag: is('no-etag') ? null : '"1"' })],
    complete: !is('incomplete'),
  });
  const by = { known: { time: after(now, -DAY), application: PIPELINE, objectId: null } };
  const held = whyHeld(noting(one, asked), {
    mode,
    policy: noting(parsePolicy(text, []), asked),
    snapshot: noting(snapshot, asked),
    lastChanges: { known: new Map([[change.id.toLowerCase(), by]]) },
    receivedSince: { known: is('keys-in-use') ? null : after(now, -60 * DAY) },
    accepted: () => {
      asked.add('accepted');
      return is('contested') ? [after(now, -2 * HOUR), after(now, -HOUR)] : [];
    },
    releases: [],
    approvals: noting([], asked, 'approvals'),
    drains: [],
    undos: noting(
      is('undone') ? [{ id: 'u', resourceId: change.id, rules: ['a-rule'], who: 'Ada', at: now, entry: null }] : [],
      asked,
      'undos',
    ),
    now,
  });
  return { held, asked };
}

test('law: the first guard that refuses is told, and no later one is asked', () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(fc.subarray(CODES), fc.constantFrom(ACCOUNT, POOL), (codes, change) => {
      const absent = change === POOL ? 'keys-in-use' : 'no-etag';
      const refusing = new Set<HeldCode>(
        codes.filter((code) => code !== absent && !(code === 'needs-approval' && codes.includes('audit'))),
      );
      const { held, asked } = heldBy(refusing, change);
      const first = CODES.findIndex((code) => refusing.has(code));
      expect(held?.code).toBe(first < 0 ? undefined : CODES[first]);
      // Keys in use are passed with an approval: it is asked for then.
      const own = held?.code === 'keys-in-use' ? ['approvals', 'refused'] : [];
      const later = first < 0 ? [] : ORDER.slice(first + 1).flatMap(([, name]) => name ?? []);
      expect(later.filter((name) => asked.has(name) && !own.includes(name))).toEqual([]);
      seen.set(held?.code ?? 'free', (seen.get(held?.code ?? 'free') ?? 0) + 1);
    }),
    { numRuns: RUNS },
  );
  console.log(`order of guards: ${RUNS} sets of refusals, ${JSON.stringify(Object.fromEntries(seen))}`);
  expect([...seen.keys()].toSorted()).toEqual([...CODES, 'free'].toSorted());
});
