import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../../shared/core/model/time.ts';
import { parsePolicy } from '../../../shared/core/policy/parse-policy.ts';
import { builtInPolicy } from '../../../shared/core/policy/policy.ts';
import { policyFaults } from '../../support/policy-faults.ts';

const DEFAULTS = { changesPerHour: 20, changesPerSubscriptionPerHour: 10, failuresBeforeStop: 5, stopFor: HOUR };
const limitsOf = (text: string) => parsePolicy(text, []).limits;

test('without a word of limits they are those of the page', () => {
  expect(builtInPolicy([]).limits).toEqual(DEFAULTS);
  expect(limitsOf('mode: enforce')).toEqual(DEFAULTS);
  expect(limitsOf('limits: {}')).toEqual(DEFAULTS);
});

test('each says what it says, up to its bounds', () => {
  const least = 'limits: { changesPerHour: 0, changesPerSubscriptionPerHour: 0, failuresBeforeStop: 1, stopFor: PT5M }';
  expect(limitsOf(least)).toEqual({
    changesPerHour: 0,
    changesPerSubscriptionPerHour: 0,
    failuresBeforeStop: 1,
    stopFor: 5 * MINUTE,
  });
  const most =
    'limits: { changesPerHour: 500, changesPerSubscriptionPerHour: 500, failuresBeforeStop: 100, stopFor: P1D }';
  expect(limitsOf(most)).toEqual({
    changesPerHour: 500,
    changesPerSubscriptionPerHour: 500,
    failuresBeforeStop: 100,
    stopFor: 24 * HOUR,
  });
});

describe('a fault is told with its place', () => {
  const CHANGES = 'must be a whole number from 0 to 500 (0: nothing is begun)';
  const FAILURES = 'must be a whole number from 1 to 100';
  const STOP = 'must be a duration from PT5M to P1D, in days, hours and minutes as in P1DT2H30M';

  test.each([
    ['changesPerHour', '-1', CHANGES, 'here it is -1'],
    ['changesPerHour', '2.5', CHANGES, 'here it is 2.5'],
    ['changesPerHour', '501', CHANGES, 'here it is 501'],
    ['changesPerHour', '1e300', CHANGES, 'here it is 1e+300'],
    ['changesPerHour', '.inf', CHANGES, 'here it is Infinity'],
    ['changesPerHour', '.nan', CHANGES, 'here it is NaN'],
    ['changesPerHour', '"20"', CHANGES, 'here it is "20": did you mean 20, without quotes?'],
    ['changesPerHour', 'many', CHANGES, 'here it is "many"'],
    ['changesPerHour', '~', CHANGES, 'nothing stands here'],
    ['changesPerHour', '[20]', CHANGES, 'here it is a list'],
    ['changesPerSubscriptionPerHour', '-1', CHANGES, 'here it is -1'],
    ['changesPerSubscriptionPerHour', '501', CHANGES, 'here it is 501'],
    ['failuresBeforeStop', '0', FAILURES, 'here it is 0'],
    ['failuresBeforeStop', '101', FAILURES, 'here it is 101'],
    ['failuresBeforeStop', '1.5', FAILURES, 'here it is 1.5'],
    ['failuresBeforeStop', 'true', FAILURES, 'here it is true'],
    ['stopFor', '1h', STOP, 'here it is "1h": did you mean "PT1H"?'],
    ['stopFor', 'PT4M59S', STOP, 'here it is "PT4M59S"'],
    ['stopFor', 'P1DT1S', STOP, 'here it is "P1DT1S"'],
    ['stopFor', '3600', STOP, 'here it is 3600'],
  ])('%s: %s', (key, value, wanted, found) => {
    expect(policyFaults(`mode: enforce\nlimits:\n  ${key}: ${value}\n`)).toEqual([
      { line: 3, column: 3, message: `limits.${key}: ${wanted}; ${found}` },
    ]);
  });

  test.each([
    ['limits: 20', 1, 1, 'limits: must be a map, such as { changesPerHour: 20 }; here it is 20'],
    [
      'limits: { changesPerHours: 20 }',
      1,
      11,
      'limits: "changesPerHours" is not known here: did you mean "changesPerHour"?',
    ],
    ['changesPerHour: 20', 1, 1, '"changesPerHour" is not known here: it belongs in "limits"'],
  ])('%s', (text, line, column, message) => {
    expect(policyFaults(text)).toEqual([{ line, column, message }]);
  });
});
