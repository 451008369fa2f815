import { expect, test } from 'vitest';
import { countedSlots } from '../../../shared/core/drain/counted-slots.ts';
import { manual } from '../../../shared/core/model/change.ts';
import type { Pool } from '../../../shared/core/model/pool.ts';
import { readingFailed } from '../../../shared/core/model/reading.ts';
import type { Snapshot } from '../../../shared/core/model/snapshot.ts';
import { after, DAY } from '../../../shared/core/model/time.ts';
import { redactedIn } from '../../../shared/core/plain-secrets/redacted.ts';
import { NOTHING_BEGUN } from '../../../shared/core/plan/budget.ts';
import { type Held, held } from '../../../shared/core/plan/held.ts';
import { NO_MEMORY } from '../../../shared/core/plan/memory.ts';
import { parsePolicy } from '../../../shared/core/policy/parse-policy.ts';
import { planLook } from '../../../shared/plan-look.ts';
import { type AccountPlan, accountPlan, type HeldChange } from '../../../shared/report/account-plan.ts';
import { type PlanReport, planJson } from '../../../shared/report/plan-report.ts';
import { planText, summaryInWords } from '../../../shared/report/terminal/plan-text.ts';
import { rules } from '../../../shared/rules/index.ts';
import { finding, unknown } from '../../support/cli/findings.ts';
import { nodes } from '../../support/drains/examples.ts';
import { ACCOUNT_ID, anAccount, aPool, natPool, poolId, securityRule, snapshotOf } from '../../support/snapshots.ts';

const now = new Date('2026-11-22T12:00:00Z');
const POLICY =
  'mode: off\nrules: { account-aad-only: enforce, pool-remote-access: enforce }\ndrains: { max: 1, begin: any }';
/** In parts, so that nobody takes it for one. */
const SECRET = ['bm90LWEta2V5LW5vdC1h', 'LWtleS1ub3QtYS1rZXktbm90'].join('');

const open = (name: string, size = 0): Pool =>
  aPool({
    id: poolId(name),
    endpoints: [natPool({ name: 'ssh', rules: [securityRule({ access: 'Allow', sourceAddressPrefix: 'Internet' })] })],
    nodes: nodes(size),
    scale: { kind: 'fixed', dedicated: size, lowPriority: 0 },
  });

async function planned(snapshot: Snapshot, text = POLICY): Promise<AccountPlan> {
  const policy = parsePolicy(text, rules);
  const memory = { ...NO_MEMORY };
  const ports = {
    ...countedSlots([]),
    receivedSince: async () => ({ known: after(now, -90 * DAY) }),
    limitsSeen: async () => NOTHING_BEGUN,
  };
  const plan = await planLook(ports, snapshot, { memory, policy, now, correlationId: 'look' });
  return accountPlan(snapshot, plan, now);
}

function report(...accounts: readonly AccountPlan[]): PlanReport {
  const policy = { file: null, hash: 'h1', mode: 'enforce', freeze: false, drainsMax: 1 } as const;
  return {
    at: now,
    storage: 'st.table.core.windows.net',
    assumesComplete: null,
    policy,
    accounts,
    errors: [],
    badRows: [],
  };
}

function text(of: PlanReport, width = 80, details = false): string {
  const asked = { args: ' --storage st', storage: ' --storage st', details };
  return planText(of, asked, { width, paint: (_, words) => words });
}

const NOTHING: AccountPlan = {
  account: ACCOUNT_ID,
  lookedFrom: now,
  problems: [],
  unread: [],
  writes: [],
  held: [],
  forPeople: [],
  unknown: [],
  endings: [],
  wakeAt: null,
};

function heldAs(reason: Held, name: string, path = ''): HeldChange {
  const { id, ruleId, severity } = finding({ ruleId: 'pool-remote-access' });
  return {
    finding: { id, ruleId, resourceId: poolId(name), path, severity },
    held: reason,
    change: 'c1',
    what: { fields: [{ field: 'endpoint rules / ssh', before: 'a', after: 'b' }] },
  };
}

const SHOWN = `What Batch Warden would write now
policy     mode enforce, where rules and scopes say nothing else; hash h1
accounts   1 (acct1)
known from Azure as it is, read with your rights, not with the app's; and what
           the app keeps at st.table.core.windows.net. Nothing is written or
           claimed.

acct1/idle
  asked by   pool-remote-access (change 0123456789abcdef)
  changes    ~ endpoint rules / ssh / rules / 3500 / access: Allow -> Deny
             ~ endpoint rules / ssh / rules / 3500 / sourceAddressPrefix:
               Internet -> *

acct1
  asked by   account-aad-only (change 0123456789abcdef)
  changes    ~ authentication modes: SharedKey, AAD -> AAD

acct1/busy
  asked by   pool-remote-access (change 0123456789abcdef)
  now        empty: the pool is emptied (this begins a drain)
             ~ size / dedicated: 4 -> 0
             + size / resizeTimeout: PT30M
             + size / deallocation: TaskCompletion
             + metadata / warden:drain: 0123456789abcdef
  then       change, once it has no nodes
             ~ endpoint rules / ssh / rules / 3500 / access: Allow -> Deny
             ~ endpoint rules / ssh / rules / 3500 / sourceAddressPrefix:
               Internet -> *
  last       restore: it gets 4 dedicated and 0 low-priority nodes back, at
               the latest 2026-11-22T18:00:00.000Z

Held: not written now
  drain-slot: as many drains are open as may be at once (drains.max is 1)
    1  pool-remote-access  acct1/later

3 writes, 1 waits for empty nodes.

What to do next
  The app writes this at its next look at each account: after an event, an alarm
  or at the next sweep. Then see:
    npx batch-warden journal --storage st
  See each change that is held, each finding that needs you and each that could
  not be judged:
    npx batch-warden plan --storage st --details
`;

test('each write is a block with its fields, a drain its steps, and what waits says for what', async () => {
  const account = anAccount({ authenticationModes: ['SharedKey', 'AAD'] });
  const pools = [open('idle'), open('busy', 4), open('later', 2)];
  const seen = report(await planned(snapshotOf({ account, pools })));
  expect(text(seen).replaceAll(/\b[0-9a-f]{16}\b/g, '0123456789abcdef')).toBe(SHOWN);
});

test.each([
  [
    { writes: 10, waitForNodes: 1, later: 0, held: 0, forPeople: 74, unknown: 0 },
    '10 writes, 1 waits for empty nodes, 74 need you.',
  ],
  [
    { writes: 1, waitForNodes: 2, later: 1, held: 3, forPeople: 1, unknown: 1 },
    '1 write, 2 wait for empty nodes, 1 comes later, 3 are held, 1 needs you, 1 could not be judged.',
  ],
  [{ writes: 0, waitForNodes: 0, later: 0, held: 0, forPeople: 0, unknown: 0 }, 'Nothing would be written.'],
])('%j in words', (summary, words) => {
  expect(summaryInWords(summary)).toBe(words);
});

test('what is held for the same reason is one line for each rule; with details each change', () => {
  const twenty = Array.from({ length: 20 }, (_, index) => heldAs(held('audit', 'audit mode'), `p${index}`));
  const until = new Date('2026-11-23T02:00:00Z');
  const other = heldAs({ code: 'refused', message: 'refused: ScopeLocked', until }, 'locked');
  const seen = report({ ...NOTHING, held: [other, ...twenty] });
  const shown = (details: boolean) =>
    text(seen, 80, details).split('\n\nHeld: not written now\n')[1]?.split('\n\n')[0]?.split('\n');
  expect(shown(false)).toEqual([
    '  audit: the rule only reports there (mode audit)',
    '    20  pool-remote-access  acct1/p0, acct1/p1, acct1/p2 and 17 more',
    '  refused: ScopeLocked, until 2026-11-23T02:00:00.000Z',
    '    1  pool-remote-access  acct1/locked',
  ]);
  expect(shown(true)?.slice(-4)).toEqual([
    '  refused: ScopeLocked, until 2026-11-23T02:00:00.000Z',
    '    acct1/locked',
    '      asked by   pool-remote-access (change c1)',
    '      changes    ~ endpoint rules / ssh: a -> b',
  ]);
  expect(shown(true)).toHaveLength(2 + 21 * 3);
});

test('a drain that is over is told', () => {
  const seen = report({ ...NOTHING, endings: [{ poolId: poolId('frames'), how: 'owner-scaled' }] });
  expect(text(seen)).toContain('\n  acct1/frames  somebody gave it another size, and that holds\n');
});

test('of findings that need a person rules are counted; with details each says what to do', () => {
  const fix = manual('In this order: (1) look; (2) leap.');
  const forPeople = [finding({ fix, held: null, path: 'a' }), finding({ fix, held: null, path: 'b' })];
  const seen = report({ ...NOTHING, forPeople, unknown: [unknown({ why: 'its body is partial' })] });
  expect(text(seen)).toContain('no change of the app mends it\n  2  high  account-aad-only  acct1\n');
  expect(text(seen)).toContain('Could not be judged\n  1  high  account-aad-only  acct1: its body is partial\n');
  expect(text(seen, 80, true)).toContain(
    'why        It accepts SharedKey.\n  to do      In this order:\n             (1) look;\n             (2) leap.\n\n  acct1:',
  );
});

test.each([40, 60, 80, 120, 200])(
  'at %i columns no line is too long, whatever names hold, and no secret is shown',
  async (width) => {
    const metadata = [{ name: 'connection', value: `AccountKey=${SECRET}`, unmodelled: {} }];
    const endpoints = [
      natPool({
        name: `\u001b]0;owned\u0007${'x'.repeat(90)}`,
        rules: [securityRule({ access: 'Allow', sourceAddressPrefix: 'Internet' })],
      }),
    ];
    const [long, busy] = [open('p'.repeat(64)), open('busy', 4)];
    const pools = [
      { ...long, settings: { ...long.settings, endpoints } },
      { ...busy, settings: { ...busy.settings, metadata } },
      open('later', 2),
    ];
    const seen = await planned(
      snapshotOf({ account: anAccount({ authenticationModes: ['SharedKey', 'AAD'] }), pools }),
      `${POLICY}\n`,
    );
    const reason = held('contested', `\u001b[2J by \u009b31m AccountKey=${SECRET}`);
    const account = {
      ...seen,
      held: [...seen.held, heldAs(reason, '\u001b[2J')],
      unread: [`role assignments: ${'y'.repeat(200)}`],
      forPeople: [finding({ fix: manual(`\u001b[2J ${'z'.repeat(300)}`), held: null })],
    };
    for (const details of [false, true]) {
      const shown = text(report(redactedIn(account)), width, details);
      const lines = shown.split('\n').filter((line) => !line.includes('npx batch-warden'));
      expect(lines.filter((line) => line.length > Math.max(width, 60))).toEqual([]);
      expect(lines.length).toBeGreaterThan(30);
      expect(shown).not.toMatch(/[^\P{Cc}\n]/u);
      expect(shown).not.toContain(SECRET);
    }
  },
);

test('JSON has all of it, by one schema', async () => {
  const account = anAccount({ authenticationModes: ['SharedKey', 'AAD'] });
  const facets = { ...snapshotOf({}).facets, diagnosticSettings: { unknown: readingFailed('HTTP 403') } };
  const seen = await planned(snapshotOf({ account, pools: [open('busy', 4), open('later', 2)], facets }));
  const json: unknown = JSON.parse(
    planJson(report({ ...seen, forPeople: [finding({ fix: manual('Look.') })], unknown: [unknown()] })),
  );
  expect(json).toMatchObject({
    schema: 1,
    at: now.toISOString(),
    storage: 'st.table.core.windows.net',
    assumesComplete: null,
    policy: { file: null, hash: 'h1', mode: 'enforce', freeze: false, drainsMax: 1 },
    summary: { writes: 2, waitForNodes: 1, later: 0, held: 0, forPeople: 1, unknown: 1 },
    accounts: [{ account: ACCOUNT_ID, problems: [], unread: ['diagnostic settings of the account: HTTP 403'] }],
    writes: [
      {
        account: ACCOUNT_ID,
        resource: ACCOUNT_ID,
        class: 'begin',
        asked: [{ rule: 'account-aad-only', change: expect.stringMatching(/^[0-9a-f]{16}$/) }],
        changes: [{ field: 'authentication modes', before: 'SharedKey, AAD', after: 'AAD' }],
        before: { authenticationModes: ['SharedKey', 'AAD'] },
        after: { authenticationModes: ['AAD'] },
        drain: null,
      },
      {
        resource: poolId('busy'),
        drain: {
          id: null,
          step: 'empty',
          back: '4 dedicated and 0 low-priority nodes',
          atZero: [{ after: 'Deny' }, { after: '*' }],
        },
      },
    ],
    held: [
      {
        rule: 'pool-remote-access',
        resource: poolId('later'),
        held: { code: 'drain-slot', until: null },
        waits: 'nodes',
      },
    ],
    forPeople: [{ rule: 'account-aad-only', fix: 'Look.' }],
    unknown: [{ why: 'its body is partial', fix: null }],
    endings: [],
    errors: [],
  });
});
