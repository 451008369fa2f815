import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseArmId, parseResourceId } from '../../../shared/core/model/arm-id.ts';
import { distinctIds } from '../../../shared/core/model/ids.ts';
import { inOrder } from '../../../shared/core/model/words.ts';
import { evaluate, type Verdict } from '../../../shared/core/policy/evaluate.ts';
import { parsePolicy, readPolicy } from '../../../shared/core/policy/parse-policy.ts';
import { rules } from '../../../shared/rules/index.ts';
import { anySnapshot } from '../../support/arbitraries.ts';
import { anyOptions } from '../../support/arbitrary-options.ts';
import { slowEvaluate } from '../../support/reference/evaluate.ts';
import { slowDistinctIds, slowInOrder, slowIsArmId, slowParseResourceId } from '../../support/reference/ids.ts';
import { slowBindPolicy } from '../../support/reference/policy.ts';
import { runs } from '../../support/runs.ts';

const now = new Date('2026-11-22T12:00:00Z');
const LOOKS = runs(10_000, 200);

const PATTERNS = ['*', 'rg', 'R*', '*1', 'a.c', '*(*', 'acct1', 'pool?', 'p*l*', ''];
const pattern = fc.constantFrom(...PATTERNS);
const match = fc.record(
  {
    subscription: pattern,
    resourceGroup: pattern,
    account: pattern,
    pool: pattern,
    tags: fc.dictionary(fc.constantFrom('env', 'OWNER'), fc.constantFrom('prod', '*', ''), { maxKeys: 2 }),
  },
  { requiredKeys: [] },
);
const modes = fc.constantFrom('audit', 'enforce', 'off');
const scope = fc.record({ match, rules: fc.dictionary(fc.constantFrom(...rules.map(({ id }) => id)), modes) });
/** As a file has it: options for each rule, and scopes. */
const anyPolicyText = fc
  .record({
    options: fc.tuple(...rules.map(anyOptions)),
    named: fc.boolean(),
    scopes: fc.array(scope, { maxLength: 3 }),
  })
  .map(({ options, named, scopes }) => {
    const entries = rules.map(({ id }, index) => [id, { mode: 'enforce', options: options[index] }]);
    return JSON.stringify({ mode: 'audit', trustTags: true, rules: named ? Object.fromEntries(entries) : {}, scopes });
  });

function comparable(verdicts: readonly Verdict[]): unknown {
  return verdicts.map(({ rule, mode, resourceId, outcomes }) => ({ rule: rule.id, mode, resourceId, outcomes }));
}

test('rules, modes and scopes are bound to accounts and pools as before', () => {
  let pools = 0;
  let differing = 0;
  fc.assert(
    fc.property(anySnapshot, anyPolicyText, (snapshot, text) => {
      const slow = slowEvaluate(snapshot, slowBindPolicy(readPolicy(text, rules), rules), now);
      expect(comparable(evaluate(snapshot, parsePolicy(text, rules), now))).toStrictEqual(comparable(slow));
      pools += snapshot.pools.length;
      differing += slow.filter(({ outcomes }) => outcomes.length > 0).length;
    }),
    { numRuns: LOOKS },
  );
  console.log(`judged as before: ${LOOKS} accounts, ${pools} pools, ${differing} verdicts that are not a pass`);
  expect(pools).toBeGreaterThan(LOOKS);
  expect(differing).toBeGreaterThan(LOOKS);
});

const PARTS = ['subscriptions', 'Subscriptions', 'resourcegroups', 'resourceGroups', 'providers', 'Microsoft.Batch']
  .concat([
    'MicrosoftxBatch',
    'batchAccounts',
    'BATCHACCOUNTS',
    'pools',
    'a',
    'b.c',
    '.',
    '..',
    '...',
    '',
    ' ',
    '\ud800',
  ])
  .concat(['a%b', 'a?b', 'a\u0000', 'ä', 'batchaccounts']);
const PREFIX = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Batch';
const anyId = fc
  .tuple(
    fc.constantFrom('', PREFIX, PREFIX.toUpperCase(), `${PREFIX}/batchAccounts/a`),
    fc.array(fc.constantFrom(...PARTS), { maxLength: 6 }),
  )
  .map(([prefix, parts]) => [prefix, ...parts].join('/'));

test('ids, lists of them and steps are read and written as before', () => {
  const RUNS = runs(20_000, 10);
  let found = 0;
  fc.assert(
    fc.property(
      anyId,
      fc.constantFrom('Microsoft.Batch/batchAccounts', 'Microsoft.Batch/batchAccounts/pools'),
      (id, type) => {
        expect(parseArmId(id) !== null).toBe(slowIsArmId(id));
        const slow = slowParseResourceId(id, type);
        expect(parseResourceId(id, type)).toStrictEqual(slow);
        found += slow === null ? 0 : 1;
      },
    ),
    { numRuns: RUNS },
  );
  fc.assert(
    fc.property(fc.array(fc.constantFrom('/a', '/A', '/b', ''), { maxLength: 5 }), (ids) => {
      expect(distinctIds(ids)).toStrictEqual(slowDistinctIds(ids));
      expect(inOrder(...ids)).toBe(slowInOrder(...ids));
    }),
  );
  console.log(`ids: ${RUNS} read, ${found} of the type asked for`);
  expect(found).toBeGreaterThan(RUNS / 100);
});
