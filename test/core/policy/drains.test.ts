import { describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../../shared/core/model/time.ts';
import type { DrainPolicy } from '../../../shared/core/policy/drain-policy.ts';
import { parsePolicy } from '../../../shared/core/policy/parse-policy.ts';
import { builtInPolicy } from '../../../shared/core/policy/policy.ts';
import { policyFaults } from '../../support/policy-faults.ts';

const DEFAULTS: DrainPolicy = {
  max: 0,
  begin: 'idle',
  watch: 15 * MINUTE,
  notice: 0,
  deadline: 6 * HOUR,
  deallocation: 'TaskCompletion',
  windows: [],
};

const drainsOf = (text: string) => parsePolicy(text, []).drains;

test('without a word of drains nothing is drained', () => {
  expect(builtInPolicy([]).drains).toEqual(DEFAULTS);
  expect(drainsOf('mode: enforce')).toEqual(DEFAULTS);
  expect(drainsOf('drains: {}')).toEqual(DEFAULTS);
});

test('every key is read, durations in milliseconds, times in minutes', () => {
  const text = `drains:
  max: 2
  begin: any
  watch: PT5M
  notice: P1DT12H
  deadline: P7D
  deallocation: Requeue
  windows:
    - { days: [Sat, Sun], from: '02:00', to: '06:30', timeZone: Europe/Paris }
    - { from: 22:00, to: 24:00, timeZone: UTC }
    - { from: '23:59', to: '00:00', timeZone: asia/kathmandu }
`;
  expect(drainsOf(text)).toEqual({
    max: 2,
    begin: 'any',
    watch: 5 * MINUTE,
    notice: 1.5 * DAY,
    deadline: 7 * DAY,
    deallocation: 'Requeue',
    windows: [
      { days: ['Sat', 'Sun'], from: 120, to: 390, timeZone: 'Europe/Paris' },
      { days: [], from: 1320, to: 1440, timeZone: 'UTC' },
      { days: [], from: 1439, to: 0, timeZone: 'asia/kathmandu' },
    ],
  });
});

const NUMBER = 'must be a whole number, 0 or more (0: no drain begins)';
const WATCH = 'must be a duration from PT5M to P1D, in days, hours and minutes as in P1DT2H30M';
const NOTICE = WATCH.replace('PT5M to P1D', 'PT0S to P30D');
const DEADLINE = WATCH.replace('PT5M to P1D', 'PT15M to P7D');
const TIME = "must be a time of day from '00:00' to '23:59', in quotes";
const TO = TIME.replace('23:59', '24:00');
const ZONE = 'must be the IANA name of a time zone, such as Europe/Paris or UTC';
const DEALLOCATION =
  'must be Requeue (tasks are stopped and queued again), Terminate (tasks are stopped and not run again), ' +
  'TaskCompletion (nodes go when their tasks are done) or RetainedData (when, besides, the files of tasks need not be kept any longer)';
const WINDOWS = 'must be a list of windows: each begins with "- ", or they stand in [ ]';
const SAME = /^from and to are the same: a whole day is from 00:00 to 24:00/;

describe('an impossible value is a fault that says where it stands and what to write', () => {
  test.each<[key: string, value: string, wanted: string, found: string]>([
    ['max', '-1', NUMBER, 'here it is -1'],
    ['max', '1.5', NUMBER, 'here it is 1.5'],
    ['max', "'2'", NUMBER, 'here it is "2": did you mean 2, without quotes?'],
    ['max', '.inf', NUMBER, 'here it is Infinity'],
    ['max', '.nan', NUMBER, 'here it is NaN'],
    ['max', '', NUMBER, 'nothing stands here'],
    ['begin', 'busy', 'must be idle (only pools without nodes) or any (pools with nodes, too)', 'here it is "busy"'],
    ['watch', 'PT4M59S', WATCH, 'here it is "PT4M59S"'],
    ['watch', 'P1DT1S', WATCH, 'here it is "P1DT1S"'],
    ['watch', 'P', WATCH, 'here it is "P"'],
    ['watch', '15', WATCH, 'here it is 15'],
    ['watch', '15m', WATCH, 'here it is "15m": did you mean "PT15M"?'],
    ['notice', '-PT1H', NOTICE, 'here it is "-PT1H"'],
    ['notice', 'PT-1H', NOTICE, 'here it is "PT-1H"'],
    ['notice', 'P', NOTICE, 'here it is "P"'],
    ['notice', 'PT', NOTICE, 'here it is "PT"'],
    ['max', '-1e300', 'must be a whole number, 0 or more (0: no drain begins)', 'here it is -1e+300'],
    ['notice', 'P1DT', NOTICE, 'here it is "P1DT"'],
    ['notice', "''", NOTICE, 'here it is ""'],
    ['notice', 'P1M', NOTICE, 'here it is "P1M"'],
    ['notice', 'P99999999999999999999D', NOTICE, 'here it is "P99999999999999999999D"'],
    ['notice', '~', NOTICE, 'nothing stands here'],
    ['deadline', 'PT14M59S', DEADLINE, 'here it is "PT14M59S"'],
    ['deadline', 'PT0S', DEADLINE, 'here it is "PT0S"'],
    ['deadline', 'P7DT1S', DEADLINE, 'here it is "P7DT1S"'],
    ['deadline', '06:00', DEADLINE, 'here it is "06:00"'],
    ['deallocation', 'TaskCompletes', DEALLOCATION, 'here it is "TaskCompletes": did you mean "TaskCompletion"?'],
    ['deallocation', 'taskcompletion', DEALLOCATION, 'here it is "taskcompletion": did you mean "TaskCompletion"?'],
    ['windows', '{ days: [Sat] }', WINDOWS, 'here it is a map'],
    [
      'windows',
      `[${"{from: '00:00', to: '01:00', timeZone: UTC},".repeat(101)}]`,
      'must have at most 100 windows',
      'here it has 101 entries',
    ],
  ])('%s: %s', (key, value, wanted, found) => {
    const text = `mode: enforce\ndrains:\n  max: 1\n  ${key}: ${value}\n`.replace(/ {2}max: 1\n(?= {2}max)/, '');
    const line = text.slice(0, text.indexOf(`${key}:`)).split('\n').length;
    expect(policyFaults(text)).toEqual([{ line, column: 3, message: `drains.${key}: ${wanted}; ${found}` }]);
  });

  test.each<[window: string, key: string, message: string | RegExp]>([
    ["{ from: '02:00', to: '02:00', timeZone: UTC }", 'to', SAME],
    ["{ from: '00:00', to: '00:00', timeZone: UTC }", 'to', SAME],
    ["{ from: '25:00', to: '02:00', timeZone: UTC }", 'from', TIME],
    ["{ from: '24:00', to: '02:00', timeZone: UTC }", 'from', TIME],
    ["{ from: '2:00', to: '04:00', timeZone: UTC }", 'from', TIME],
    ['{ from: 120, to: 04:00, timeZone: UTC }', 'from', TIME],
    ["{ from: '02:00', to: '04:60', timeZone: UTC }", 'to', TO],
    ["{ from: '02:00', to: '24:01', timeZone: UTC }", 'to', TO],
    ["{ from: '02:00', to: '04:00', timeZone: Europe/Pariz }", 'timeZone', ZONE],
    ["{ from: '02:00', to: '04:00', timeZone: '' }", 'timeZone', ZONE],
    ["{ from: '02:00', to: '04:00', timeZone: 2 }", 'timeZone', ZONE],
    [
      "{ days: Sat, from: '02:00', to: '04:00', timeZone: UTC }",
      'days',
      'must be a list of days, such as [Sat, Sun]; here it is "Sat"',
    ],
    [
      "{ days: [], from: '02:00', to: '04:00', timeZone: UTC }",
      'days',
      /^must name a day; leave days out for every day$/,
    ],
    [
      "{ days: [Samstag], from: '02:00', to: '04:00', timeZone: UTC }",
      'Samstag',
      /^must be one of Mon, .*, Sun; here it is "Samstag"$/,
    ],
  ])('a window %s', (window, key, message) => {
    const text = `drains:\n  windows:\n    - { from: '01:00', to: '02:00', timeZone: UTC }\n    - ${window}\n`;
    const column = 7 + window.indexOf(key);
    expect(policyFaults(text)).toEqual([{ line: 4, column, message: expect.stringContaining('drains.windows.1.') }]);
    expect(policyFaults(text)[0]?.message.replace(/^drains\S+ /, '')).toMatch(message);
  });

  test.each<[text: string, line: number, column: number, message: string]>([
    ['drains:\n  wacth: PT5M', 2, 3, 'drains: "wacth" is not known here: did you mean "watch"?'],
    [
      "drains:\n  windows:\n    - { from: '02:00', till: '04:00', timeZone: UTC }",
      3,
      7,
      `drains.windows.0.to: ${TO}; it is missing`,
    ],
    [
      "drains:\n  windows: [{ from: '02:00', to: '04:00' }]",
      2,
      13,
      `drains.windows.0.timeZone: ${ZONE}; it is missing`,
    ],
    [
      "drains:\n  windows: [{ from: '02:00', to: '04:00', timeZone: UTC, day: Sat }]",
      2,
      58,
      'drains.windows.0: "day" is not known here: did you mean "days"?',
    ],
    ['drains:\n', 1, 1, 'drains: must be a map, such as { max: 1 }; nothing stands here: write {} for an empty one'],
    ['mode: audit\ndrains: 2', 2, 1, 'drains: must be a map, such as { max: 1 }; here it is 2'],
    [
      'scopes: [{ match: {}, rules: {}, drains: {} }]',
      1,
      34,
      'scopes.0: "drains" is not known here; known are match, rules, namedUsers',
    ],
  ])('what is missing or not known: %j', (text, line, column, message) => {
    expect(policyFaults(text)[0]).toEqual({ line, column, message });
  });
});
