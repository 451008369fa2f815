import { plainTable } from '../local/plain-table.ts';
import { idealMinutes, type Sweep, type SweepOptions, simulateSweep } from './simulated-sweep.ts';

/*
 * How long a sweep takes where Azure throttles: `node bench/sweep.ts ACCOUNTS SUBSCRIPTIONS RETRY_AFTER INSTANCES`, or
 * the sweeps that have goals. Virtual time; prints a table.
 */

const NOW = { looksPerSecond: 4, jitter: true, tellsRemaining: true, patience: 60 };
/** As before looks were spread: all at once, and nothing heeded but Retry-After. */
const AT_ONCE = { looksPerSecond: Number.POSITIVE_INFINITY, jitter: false, tellsRemaining: false, patience: 60 };

const LARGE = { accounts: 3000, subscriptions: 1, retryAfter: 60, instances: 8 };
const MANY = { accounts: 1000, subscriptions: 20, retryAfter: 60, instances: 8 };

const HEAD = [
  'accounts',
  'subscriptions',
  'Retry-After, s',
  'instances',
  'looks',
  'minutes',
  'ideal',
  'calls an account',
  'refused, %',
  'looks made',
  'slot-seconds',
  'goal',
];

function row(options: SweepOptions, sweep: Sweep, calm: Sweep, goal: string): string[] {
  return [
    String(options.accounts),
    String(options.subscriptions),
    String(options.retryAfter),
    String(options.instances),
    Number.isFinite(options.looksPerSecond) ? `${options.looksPerSecond} a second` : 'all at once',
    sweep.left === 0 ? sweep.minutes.toFixed(2) : `${sweep.minutes.toFixed(0)}, ${sweep.left} left`,
    idealMinutes(options, calm).toFixed(2),
    sweep.callsPerAccount.toFixed(2),
    (sweep.refused * 100).toFixed(2),
    String(sweep.looks),
    sweep.slotSeconds.toFixed(0),
    goal,
  ];
}

/** It finds enough reads at once. */
const calm = await simulateSweep({ ...LARGE, ...AT_ONCE, accounts: 45 });
const given = process.argv.slice(2).map(Number);
const [accounts, subscriptions = 1, retryAfter = 60, instances = 8] = given;
const sweeps: readonly (readonly [SweepOptions, string])[] =
  accounts === undefined
    ? [
        [{ ...LARGE, ...AT_ONCE }, ''],
        [{ ...LARGE, ...NOW }, `12 minutes, ${(calm.callsPerAccount * 1.05).toFixed(2)} calls, less than 1 % refused`],
        [{ ...MANY, ...AT_ONCE }, ''],
        [{ ...MANY, ...NOW }, 'no slower than all at once'],
        [{ ...LARGE, ...NOW, accounts: 10_000 }, ''],
      ]
    : [
        [{ accounts, subscriptions, retryAfter, instances, ...AT_ONCE }, ''],
        [{ accounts, subscriptions, retryAfter, instances, ...NOW }, ''],
      ];

const rows: string[][] = [];
for (const [options, goal] of sweeps) rows.push(row(options, await simulateSweep(options), calm, goal));
process.stdout.write(`${plainTable(HEAD, rows)}
Sweeps in virtual time, where a subscription has 250 reads and 25 a second more. Minutes are until every account was looked
at whole, an hour at most; a slot is a place for a message in the host.
`);
