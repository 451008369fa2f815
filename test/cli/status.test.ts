import { ManagedIdentityCredential } from '@azure/identity';
import { QueueServiceClient } from '@azure/storage-queue';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { makeCertificate, trust } from '../../local/certificate.ts';
import { CLIENT_ID, type Preparation, prepare, putPolicy } from '../../local/installation.ts';
import { startSweep } from '../../shared/azure/state/account-index.ts';
import { accountKeys } from '../../shared/azure/state/account-rows.ts';
import { encodeDrain, encodeEnd } from '../../shared/azure/state/drain-rows.ts';
import { encodeFinding } from '../../shared/azure/state/finding-rows.ts';
import { hintWriter } from '../../shared/azure/state/hints.ts';
import { journalIn } from '../../shared/azure/state/journal.ts';
import { tableKey } from '../../shared/azure/state/storage.ts';
import { submitAll } from '../../shared/azure/state/submit.ts';
import { manual } from '../../shared/core/model/change.ts';
import { accountOf } from '../../shared/core/model/resource-id.ts';
import { after, DAY, HOUR, MINUTE } from '../../shared/core/model/time.ts';
import type { Finding } from '../../shared/core/plan/finding.ts';
import { held } from '../../shared/core/plan/held.ts';
import type { PageData } from '../../shared/report/html/page-data.ts';
import { answering } from '../support/cli/answering.ts';
import { exempt, finding, unknown } from '../support/cli/findings.ts';
import { inProcess } from '../support/cli/harness.ts';
import { aDrain } from '../support/drains/examples.ts';
import { ACCOUNT_ID, poolId } from '../support/snapshots.ts';

const NOW = new Date();
const certificate = await makeCertificate();
const never = new AbortController().signal;
const SECRET = 'bm90LWEta2V5LW5vdC1hLWtleS1ub3QtYS1rZXktbm90';
const account = (name: string) => ACCOUNT_ID.replace('acct1', name);
let local: Preparation;

const queue = (name: string) =>
  new QueueServiceClient(local.endpoints.queue, new ManagedIdentityCredential({ clientId: CLIENT_ID })).getQueueClient(
    name,
  );

const show = (...args: readonly string[]) => inProcess(['status', ...args], '', 80);

async function keep(accountId: string, columns: object): Promise<void> {
  await local.storage.accounts.createEntity({ ...accountKeys(accountId), accountId, ...columns });
}

/** When the hour of the budget ends, whatever it is now. */
const withoutHour = (out: string) => out.replace(/until \d\d:00Z/, 'until HH:00Z');

/** Of this hour, and of the next, should it begin meanwhile. */
async function begin(begun: object): Promise<void> {
  for (const hour of [NOW, after(NOW, HOUR)])
    await local.storage.budget.createEntity({
      partitionKey: 'begun',
      rowKey: hour.toISOString().slice(0, 13),
      begun: JSON.stringify(begun),
    });
}

/** To the minute. */
const minute = (sinceNow: number) => `${after(NOW, sinceNow).toISOString().slice(0, 16)}Z`;

let ids = 0;
async function find(...findings: readonly Finding[]): Promise<void> {
  for (const one of findings) {
    ids += 1;
    const id = String(ids).padStart(16, '0');
    const key = tableKey(accountOf(one.resourceId)?.text ?? one.resourceId);
    await local.storage.findings.createEntity(encodeFinding(key, { ...one, id }));
  }
}

beforeAll(async () => {
  local = await prepare({ accounts: [] });
  trust(certificate.cert);
});
afterAll(() => local.stop());

describe('status', () => {
  test('of an app that has not looked yet says where to look', async () => {
    const { code, out, err } = await show();
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(withoutHour(out)).toBe(`Batch Warden, by what it keeps at ${new URL(local.endpoints.table).host}
policy     there is none: every rule that is on by default reports, and nothing
           is written
           drains: none, as max is 0
sweep      none has begun yet
events     none was received yet
alarms     none is set
queues     reconcile 0, sweep 0, resource-events 0
poison     none
budget     20 of 20 changes left this hour, until HH:00Z
breaker    closed
accounts   0 kept
findings   0 open, 0 unknown

What to do next
  No account is kept yet. The first sweep comes at SWEEP_SCHEDULE: see that
  WATCHED_SUBSCRIPTIONS names the subscriptions, and that the app has its roles
  there.
`);
  });

  test('shows all that is kept', async () => {
    const { storage } = local;
    await putPolicy(storage, 'mode: audit\nfreeze: true\ndrains: { max: 2 }\n');
    await startSweep(storage, after(NOW, -10 * HOUR), () => {});
    await keep(ACCOUNT_ID, { lookedFrom: after(NOW, -3 * HOUR), wakeAt: after(NOW, -HOUR) });
    await keep(account('acct2'), {
      lookedFrom: after(NOW, -3 * DAY),
      failedSince: JSON.stringify({ roleAssignments: NOW }),
    });
    await keep(account('acct3'), { wakeAt: after(NOW, HOUR) });
    await keep(account('gone'), { lookedFrom: after(NOW, -2 * DAY), goneSince: after(NOW, -DAY) });
    await hintWriter(storage.hints).noteReceived('00000000-0000-0000-0000-000000000001', after(NOW, -5 * MINUTE));
    const pool = { ruleId: 'pool-remote-access', severity: 'critical', resourceId: poolId('frames') } as const;
    const fix = { kind: 'set-pool', id: poolId('frames'), set: { endpoints: null } } as const;
    await find(
      finding(),
      finding({
        resourceId: account('acct2'),
        fix: { kind: 'set-account', id: account('acct2'), set: { authenticationModes: ['AAD'] } },
      }),
      finding({
        ...pool,
        fix,
        held: held('contested', `accepted writes did not last; AccountKey=${SECRET}: settle it, then release it`),
      }),
      finding({ ...pool, path: 'b', fix, held: held('refused', 'refused: RequestDisallowedByPolicy') }),
      finding({ ...pool, path: 'c', fix, held: null }),
      finding({
        ruleId: 'pool-subnet',
        severity: 'medium',
        resourceId: poolId('sim'),
        fix: manual('Make it anew.'),
        held: null,
      }),
      finding({
        ruleId: 'drain',
        severity: 'info',
        resourceId: poolId('frames'),
        fix: manual('Nothing is to be done.'),
        held: null,
      }),
      finding({ ruleId: 'pool-subnet', status: 'closed', closedCode: 'compliant', fix: null, held: null }),
      unknown({ ruleId: 'account-diagnostic-logs' }),
      unknown({ ruleId: 'could-not-look', resourceId: '/subscriptions/other', why: 'AuthorizationFailed' }),
    );
    const drain = aDrain({
      poolId: poolId('frames'),
      begunAt: after(NOW, -20 * MINUTE),
      deadline: after(NOW, 5 * HOUR),
    });
    const late = aDrain({
      id: 'd2',
      poolId: poolId('sim'),
      begunAt: after(NOW, -DAY),
      deadline: after(NOW, -18 * HOUR),
    });
    const over = aDrain({ id: 'd3', poolId: poolId('old'), begunAt: after(NOW, -DAY) });
    for (const one of [drain, late, over]) await storage.drains.createEntity(encodeDrain(ACCOUNT_ID, one));
    await storage.drains.createEntity(encodeEnd(ACCOUNT_ID, 'd3', { at: NOW, how: 'restored', changes: 1 }));
    const intent = {
      resourceId: poolId('frames'),
      writeClass: 'begin',
      before: {},
      after: {},
      changeHash: '',
      changes: [],
      rules: [],
      findings: [],
      why: '',
      correlationId: '',
      version: '',
      policy: '',
    } as const;
    const journal = journalIn(storage.journal, never);
    for (const [step, minutes, kind] of [
      ['empty', 19, 'applied'],
      ['change', 2, 'conflict'],
    ] as const) {
      const at = after(NOW, -minutes * MINUTE);
      const key = await journal.intend(ACCOUNT_ID, { ...intent, at, drain: { id: drain.id, step } });
      await journal.conclude(ACCOUNT_ID, key, kind === 'applied' ? { kind, alsoMoved: [] } : { kind }, at);
    }
    await begin({ sub1: 4, sub2: 3 });
    const failures = JSON.stringify([{ key: 'k', at: NOW }]);
    await storage.budget.createEntity({ partitionKey: 'breaker', rowKey: 'breaker', failures });
    const { code, out, err } = await show('--storage', local.endpoints.table);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(withoutHour(out)).toBe(`Batch Warden, by what it keeps at ${new URL(local.endpoints.table).host}
policy     not seen: its endpoint is not known
sweep      the last began ${minute(-10 * HOUR)} (10 hours ago)
events     the last is of ${minute(-5 * MINUTE)} (5 minutes ago)
alarms     1 account due, the first since ${minute(-HOUR)} (1 hour ago)
queues     not seen: its endpoint is not known
budget     7 changes begun this hour, until HH:00Z; 4 in sub1, 3 in sub2
breaker    closed; 1 failure within the last hour
accounts   4 kept, 1 never read, 1 with readings that fail, 1 gone
findings   7 open (3 critical, 2 high, 1 medium, 1 info), 2 unknown

Accounts, the one not read for longest first
  last read    open  unknown  account
  never        0     0        acct3
  3 days ago   1     0        acct2
  3 hours ago  6     1        acct1

Findings by rule, the gravest first
  gravest   open  unknown  rule
  critical  3     0        pool-remote-access
  high      2     0        account-aad-only
  high      0     1        account-diagnostic-logs
  high      0     1        could-not-look
  medium    1     0        pool-subnet
  info      1     0        drain

Drains that are open
  acct1/sim     begun 24 hours ago; nothing is written yet; LATE: its size was
                due 18 hours ago
  acct1/frames  begun 20 minutes ago; last step: changed 2 minutes ago
                (conflict); size back in 4 hours at the latest

Changes that are held, by why
  2  audit      the rule only reports there (mode audit)
  1  contested  somebody undoes it: settle it, then release it
  1  refused    Azure refused it; it is tried again
  1  none       nothing holds it: written at the next look

Could not be read
  /subscriptions/other: AuthorizationFailed

Contested: somebody undoes what is written
  pool-remote-access on acct1/frames: accepted writes did not last;
  AccountKey=*** settle it, then release it

Needs you: no change of the app mends it
  1  pool-subnet  acct1/sim

What to do next
  See that the function app runs: 1 alarm should have rung by now. Its log has a
  heartbeat every five minutes.
  Mend what keeps the app from looking: often a role that it lost
  (docs/roles.md).
  Settle who sets what is contested, then release it:
    npx batch-warden release "${poolId('frames')}" pool-remote-access --storage ${local.endpoints.table} --by WHO
  See what Azure said of writes that did not succeed:
    npx batch-warden journal "${ACCOUNT_ID}" --storage ${local.endpoints.table}
  Read what a person has to do, the gravest first:
    npx batch-warden explain acct1/sim --subscription 00000000-0000-0000-0000-000000000001
  Let rules repair what is only reported, a part of the estate at a time
  (docs/policy.md).
  See what was written last:
    npx batch-warden journal --storage ${local.endpoints.table}
`);
  });

  test('shows policy and queues where they may be seen, and what was given up', async () => {
    const poison = queue('sweep-poison');
    await local.storage.reconcile.sendMessage('e30=');
    await poison.create();
    await poison.sendMessage('e30=');
    const { out } = await show();
    await poison.delete();
    expect(out).toContain(`policy     FROZEN: nothing is begun
           mode audit, where rules and scopes say nothing else; hash`);
    expect(out).toContain('drains: at most 2 at once, only pools without nodes');
    expect(out).toContain('queues     reconcile 1 (the first came less than a minute ago), sweep 0,');
    expect(withoutHour(out)).toContain('budget     13 of 20 changes left this hour, until HH:00Z; 6 of 10 in sub1');
    expect(out).toContain('poison     given up after every try failed: sweep-poison 1 (the first came less');
    expect(out).toContain('npx batch-warden unfreeze');
    expect(out).toContain('See in the log of the app what was given up, and why (event "poison").');
  });

  test('gives all of it to programs', async () => {
    const { code, out, err } = await show('--format', 'json', '--fail-on', 'critical');
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out).not.toContain(SECRET);
    const { accounts, drains, queues, ...rest } = JSON.parse(out);
    expect(rest).toEqual({
      schema: 1,
      at: expect.any(String),
      storage: new URL(local.endpoints.table).host,
      policy: { mode: 'audit', freeze: true, hash: expect.any(String), drains: expect.stringContaining('at most 2') },
      lastSweep: after(NOW, -10 * HOUR).toISOString(),
      lastEvent: { known: after(NOW, -5 * MINUTE).toISOString() },
      limits: {
        budget: {
          until: expect.stringMatching(/:00:00.000Z$/),
          begun: 7,
          left: 13,
          most: 20,
          subscriptions: [
            { subscription: 'sub1', begun: 4, left: 6, most: 10 },
            { subscription: 'sub2', begun: 3, left: 7, most: 10 },
          ],
        },
        breaker: { state: 'closed', until: null, failures: 1 },
      },
      noSteps: null,
      open: { info: 1, low: 0, medium: 1, high: 2, critical: 3 },
      exempt: 0,
      unknown: 2,
      exemptions: [],
      rules: expect.arrayContaining([
        { rule: 'pool-remote-access', severity: 'critical', open: 3, exempt: 0, unknown: 0 },
      ]),
      held: [
        { code: 'audit', findings: 2 },
        { code: 'contested', findings: 1 },
        { code: 'refused', findings: 1 },
      ],
      notYetWritten: 1,
      forPeople: [{ rule: 'pool-subnet', severity: 'medium', open: 1, exempt: 0, unknown: 0 }],
      contested: [expect.objectContaining({ rule: 'pool-remote-access', resource: poolId('frames') })],
      errors: [],
    });
    expect(accounts).toHaveLength(4);
    expect(accounts[0]).toEqual({
      account: ACCOUNT_ID,
      lookedFrom: after(NOW, -3 * HOUR).toISOString(),
      wakeAt: after(NOW, -HOUR).toISOString(),
      goneSince: null,
      failedSince: {},
    });
    expect(drains[1]).toMatchObject({
      id: 'd1',
      pool: poolId('frames'),
      lastWrite: { step: 'change', outcome: 'conflict' },
    });
    expect(queues.known).toContainEqual({ queue: 'sweep', messages: 0, oldest: null });
    expect(queues.known).toContainEqual({ queue: 'reconcile-poison', messages: null, oldest: null });
  });

  test('report writes it as a page, with what was observed and what was before', async () => {
    const { code, out, err } = await inProcess(['report', '--storage', local.endpoints.table]);
    // The policy may not be seen here.
    expect({ code, err }).toEqual({ code: 2, err: '' });
    expect(out).not.toContain(SECRET);
    expect(out).toContain('<h1>7 open findings</h1>');
    const [, json = ''] = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(out) ?? [];
    const { texts, columns, trend, sections }: PageData = JSON.parse(json);
    expect(columns.id).toHaveLength(9);
    expect(columns.observed.map((place) => texts[place])).toContain('SharedKey');
    expect(trend?.open.critical.at(-1)).toBe(3);
    expect(sections.map(({ title, rows }) => `${title}: ${rows.length}`)).toEqual([
      'Time to fix: 1',
      'Drains under way: 2',
      'What Batch Warden wrote: 2',
      'Accounts: 4',
      'Not read: 1',
    ]);
    expect(sections[1]?.rows.map((row) => row.at(-1))).toEqual(['not known', 'change: conflict']);
  });

  test('makes and changes nothing', async () => {
    const kept = async () => {
      const { accounts, findings, drains, journal, hints, budget } = local.storage;
      const tables = [accounts, findings, drains, journal, hints, budget].map((table) =>
        Array.fromAsync(table.listEntities()),
      );
      const rows = (await Promise.all(tables)).flat().map(({ etag }) => etag);
      return { rows, poison: await queue('reconcile-poison').exists() };
    };
    const before = await kept();
    await show();
    expect(before).toEqual({ rows: expect.any(Array), poison: false });
    expect(before.rows.length).toBeGreaterThan(20);
    expect(await kept()).toEqual(before);
  });

  test('counts what is exempt, not what is no longer, and lists the exemptions to see to', async () => {
    const until = after(NOW, 9 * DAY + HOUR);
    const rule = 'account-identity';
    const word = { owner: 'Ada', reason: 'it moves', until };
    const held = { code: 'exempt', message: 'exempt', until } as const;
    await find(
      exempt({ ruleId: rule, severity: 'critical', exemption: word, held }),
      exempt({ ruleId: rule, path: 'b', exemption: { ...word, until: after(NOW, -MINUTE) }, held }),
    );
    const entry = (resource: string) =>
      `  - { rule: ${rule}, resource: '${resource}', owner: Ada, reason: it moves, expires: '${until.toISOString()}' }\n`;
    const blob = (await local.storage.config()).getBlockBlobClient('exemptions.yaml');
    const text = `exemptions:\n${entry(ACCOUNT_ID)}${entry(account('acct9'))}`;
    await blob.upload(text, Buffer.byteLength(text));
    const [table, json] = [await show(), await show('--format', 'json')];
    await blob.delete();
    const kept = local.storage.findings.listEntities({ queryOptions: { filter: `rule eq '${rule}'` } });
    for await (const { partitionKey = '', rowKey = '' } of kept)
      await local.storage.findings.deleteEntity(partitionKey, rowKey);
    expect(table.out).toContain('findings   8 open (3 critical, 3 high, 1 medium, 1 info), 1 exempt, 2 unknown');
    expect(table.out).toMatch(/gravest +open +exempt +unknown +rule/);
    expect(table.out).toMatch(/critical +1 +1 +0 +account-identity/);
    const { out } = table;
    expect(
      out.slice(out.indexOf('Exemptions to see to'), out.indexOf('Could not be read')).replaceAll(/\s+/g, ' '),
    ).toMatch(
      /^Exemptions to see to ends-soon the exemption of .*acct1 .* ends in 9 days, .* matches-nothing the exemption of .*acct9 .* ends-soon /,
    );
    expect(JSON.parse(json.out)).toMatchObject({
      exempt: 1,
      open: { critical: 3, high: 3 },
      exemptions: [{ code: 'ends-soon', rule, owner: 'Ada' }, { code: 'matches-nothing' }, { code: 'ends-soon' }],
    });
  });

  test('a policy with faults is said first, and counts as what could not be read', async () => {
    await putPolicy(local.storage, 'mode: loud');
    const { code, out } = await show();
    await putPolicy(local.storage, 'mode: enforce');
    expect(code).toBe(2);
    expect(out).toContain('policy     INVALID, so nothing is judged or begun: ');
    expect(out).toContain('npx batch-warden policy policy.yaml');
  });

  test.each([
    [
      'AzureWebJobsStorage__queueServiceUri',
      'queues     not seen: you may not use the queues',
      'Storage Queue Data Reader',
    ],
    [
      'AzureWebJobsStorage__blobServiceUri',
      'policy     not seen: you may not use the policy',
      'Storage Blob Data Reader',
    ],
  ])('without a right at %s shows the rest, and names the role', async (setting, said, role) => {
    vi.stubEnv(setting, await answering(certificate, () => ({ status: 403, code: 'AuthorizationPermissionMismatch' })));
    const { code, out } = await show();
    vi.unstubAllEnvs();
    expect(code).toBe(1);
    expect(out).toContain(said);
    expect(out.replaceAll(/\s+/g, ' ')).toContain(`you need the role ${role}`);
  });

  test('names rows that are none, and shows the others', async () => {
    const { accounts, findings, drains } = local.storage;
    const bad = { partitionKey: tableKey(ACCOUNT_ID), rowKey: 'bad' };
    await Promise.all([accounts, findings, drains].map((table) => table.createEntity({ ...bad, rule: 7 })));
    const { code, out, err } = await show();
    await Promise.all([accounts, findings, drains].map((table) => table.deleteEntity(bad.partitionKey, bad.rowKey)));
    expect(code).toBe(2);
    expect(out).toContain('findings   7 open');
    expect(out).toContain('accounts   4 kept');
    const name = `${bad.partitionKey}/bad`;
    expect(err.split('\n').toSorted().filter(Boolean)).toEqual([
      `Rows left out of the table accounts: not of an account: delete or mend them: ${name}`,
      `Rows left out of the table drains: not a drain, or not the end of one: ${name}`,
      `Rows left out of the table findings: without a rule or a resource: delete them: ${name}`,
    ]);
  });

  test.each<[string, { stoppedUntil?: Date; probe?: string; probeUntil?: Date; failures?: string }, string, string]>([
    ['stopped', { stoppedUntil: after(NOW, 3 * HOUR) }, 'STOPPED, so nothing is begun: too many writes failed. It', ''],
    ['half-open', { stoppedUntil: after(NOW, -HOUR) }, 'one write is tried next: too many failed', ''],
    [
      'probing',
      { stoppedUntil: after(NOW, -HOUR), probe: 'p', probeUntil: after(NOW, 9 * MINUTE) },
      'one write is tried now: too many failed',
      '',
    ],
    [
      'unreadable',
      { failures: 'many' },
      'STOPPED: its row in the table budget is not as the app writes it',
      'Rows left out of the table budget: not a breaker: nothing is begun; delete it: breaker/breaker\n',
    ],
  ])('a breaker that is %s is told', async (state, columns, said, told) => {
    const { budget } = local.storage;
    const row = { partitionKey: 'breaker', rowKey: 'breaker', failures: '[]', ...columns };
    await budget.upsertEntity(row, 'Replace');
    const [{ out, err }, { out: json }] = await Promise.all([show(), show('--format', 'json')]);
    expect(out).toContain(`breaker    ${said}`);
    expect(err).toBe(told);
    expect(JSON.parse(json)).toMatchObject({ limits: { breaker: { state } } });
    await budget.deleteEntity('breaker', 'breaker');
  });

  test('of two hundred accounts shows those that were not looked at for longest, and counts the others', async () => {
    const rows = Array.from({ length: 200 }, (_, index) => {
      const accountId = account(`batch${index}`);
      return { ...accountKeys(accountId), accountId, lookedFrom: after(NOW, -index * HOUR) };
    });
    await submitAll(
      local.storage.accounts,
      rows.map((row) => ['create', row]),
      never,
    );
    const many = rows.slice(0, 50).map(({ accountId: resourceId }, index) => {
      const unfixable = index % 2 === 0 ? {} : { fix: manual('x'), held: null };
      return finding({ resourceId, ruleId: `rule-${index % 10}`, ...unfixable });
    });
    await Promise.all(many.map((one) => find(one)));
    const { code, out } = await show();
    expect(code).toBe(1);
    expect(out).toContain('8 days ago  0     0        batch199');
    expect(out).toContain('and 197 more accounts, the first of them last read 8 days ago');
    expect(out).toContain('and 10 more rules: 29 open, 2 unknown');
    expect(out).toContain('5  rule-1       batch1, batch11, batch21 and 2 more');
    expect(out.split('\n').length).toBeLessThan(80);
    const tooLong = out.split('\n').filter((line) => line.length > 80 && !line.includes('npx batch-warden'));
    expect(tooLong).toEqual([]);
  });
});

describe('nothing is shown', () => {
  test('without the right to read the tables, which is named', async () => {
    const { code, out, err } = await show(
      '--storage',
      await answering(certificate, () => ({ status: 403, code: 'AuthorizationPermissionMismatch' })),
    );
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(
      /^Nothing could be read: you may not use the table \w+ at 127.*Storage Table Data Reader on that table/,
    );
  });

  test('where nobody is signed in', async () => {
    vi.stubEnv('AZURE_TOKEN_CREDENTIALS', 'AzureCliCredential');
    vi.stubEnv('PATH', '');
    const { code, out, err } = await show();
    vi.unstubAllEnvs();
    expect({ code, out, err }).toEqual({
      code: 2,
      out: '',
      err: 'Nothing could be read: not signed in, run "az login" first.\n',
    });
  });

  test.each([
    [['--storage', 'My_Storage'], 'Not a storage account: My_Storage.'],
    [['--fail-on', 'grave'], "option '--fail-on <severity>' argument 'grave' is invalid"],
    [['acct1'], 'too many arguments'],
  ])('for %j', async (args, message) => {
    const { code, out, err } = await show(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
  });
});
