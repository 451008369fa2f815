import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodePool } from '../shared/azure/codec/pool-codec.ts';
import { decodeFindings, encodeFinding } from '../shared/azure/state/finding-rows.ts';
import { tableKey } from '../shared/azure/state/storage.ts';
import { submitAll } from '../shared/azure/state/submit.ts';
import { sameId } from '../shared/core/model/resource-id.ts';
import type { Snapshot } from '../shared/core/model/snapshot.ts';
import type { Finding } from '../shared/core/plan/finding.ts';
import { NO_MEMORY } from '../shared/core/plan/memory.ts';
import { changesSince } from '../shared/core/plan/news.ts';
import { type Plan, plan } from '../shared/core/plan/plan.ts';
import { evaluate } from '../shared/core/policy/evaluate.ts';
import { parsePolicy } from '../shared/core/policy/parse-policy.ts';
import { rules } from '../shared/rules/index.ts';
import { limitedTable } from './support/limited-table.ts';
import { runs } from './support/runs.ts';
import { ACCOUNT_ID, anAccount, identityId, poolId, snapshotOf } from './support/snapshots.ts';

const RUNS = runs(160);
const now = new Date('2026-11-22T12:00:00Z');
const never = new AbortController().signal;
const ASSIGNABLE = `{ mode: enforce, options: { assignable: ['${identityId('*')}'] } }`;
const policy = parsePolicy(
  `mode: enforce\nkeyUse: { graceDays: 0 }\nrules: { pool-identity-references: ${ASSIGNABLE} }`,
  rules,
);
const HOSTILE = poolId('hostile');
const TO_WRITE = { kind: 'blob', share: 'https://store1.blob.core.windows.net/c' };

type Parts = Readonly<Record<string, unknown>>;

/** Of a pool that lacks an identity which its start task refers to: there is something to write. */
function poolWith(id: string, { startTask, machine, natPools, ...properties }: PoolParts = {}): unknown {
  const file = { httpUrl: TO_WRITE.share, filePath: 'f', identityReference: { resourceId: identityId('nodes') } };
  return {
    id,
    etag: 'W/"1"',
    properties: {
      creationTime: '2026-01-10T00:00:00Z',
      vmSize: 'standard_d2s_v3',
      allocationState: 'Steady',
      currentDedicatedNodes: 0,
      currentLowPriorityNodes: 0,
      scaleSettings: { fixedScale: { targetDedicatedNodes: 0, targetLowPriorityNodes: 0 } },
      deploymentConfiguration: {
        virtualMachineConfiguration: {
          imageReference: { publisher: 'microsoft-dsvm', offer: 'ubuntu-hpc', sku: '2204', version: 'latest' },
          nodeAgentSkuId: 'batch.node.ubuntu 22.04',
          ...machine,
        },
      },
      startTask: { commandLine: 'true', resourceFiles: [file], ...startTask },
      ...(natPools && { networkConfiguration: { endpointConfiguration: { inboundNatPools: natPools } } }),
      ...properties,
    },
  };
}

interface PoolParts extends Parts {
  readonly startTask?: Parts;
  readonly machine?: Parts;
  readonly natPools?: readonly unknown[];
}

/** What a body can hold that is no harm to Azure. */
const TEXTS: readonly string[] = [
  'a',
  'password',
  'x'.repeat(40_000),
  '"\\'.repeat(20_000),
  '\u0001'.repeat(9000),
  'half \ud83d of a character',
  `${'y'.repeat(7999)}\u{1f600}`,
  'é\u{1f600}'.repeat(20_000),
  'a] #2',
];

function deep(levels: number): unknown {
  return Array.from({ length: levels }).reduce((inner) => ({ a: inner }), 'b');
}

/** Made once: to make it takes longer than to judge it. */
const DEEP = deep(9000);

/** Parts that change nothing of what is written to their pool. */
const ASIDE: readonly ((text: string, many: number) => PoolParts)[] = [
  (text, many) => ({ startTask: { environmentSettings: each(many, (n) => named(`password_${n}_${text}`)) } }),
  (text, many) => ({ startTask: { environmentSettings: each(many, () => named(`password_${text}`)) } }),
  (text, many) => ({ metadata: each(many, (n) => named(`${text}_secret_${n}`)) }),
  (text, many) => ({
    machine: { extensions: each(many, () => ({ ...extension(text), settings: { password: text, deep: deep(50) } })) },
  }),
  (text, many) => ({
    mountConfiguration: each(many, (n) => ({
      azureBlobFileSystemConfiguration: {
        accountName: 's',
        containerName: `c${n % 2}`,
        accountKey: null,
        relativeMountPath: text,
      },
    })),
  }),
  (text, many) => ({
    machine: {
      containerConfiguration: {
        type: 'DockerCompatible',
        containerRegistries: each(many, (n) => ({ username: 'u', registryServer: `${text}${n % 3}` })),
      },
    },
  }),
];

/** Parts that may have their own pool not written. */
const OWN: readonly ((text: string, many: number) => PoolParts)[] = [
  (text, many) => ({ userAccounts: each(many, () => ({ name: text, elevationLevel: 'Admin' })) }),
  (text, many) => ({ userAccounts: each(many, (n) => ({ name: `${text}${n}`, elevationLevel: 'Root' })) }),
  (text, many) => ({ natPools: each(many, () => natPool(text, 22)) }),
  (text, many) => ({ natPools: each(many, (n) => ({ ...natPool('n', 22 + n), more: n % 2 ? text : DEEP })) }),
  (text, many) => ({
    startTask: {
      resourceFiles: each(many, (n) => ({
        httpUrl: TO_WRITE.share,
        filePath: `${text}${n}`,
        identityReference: { resourceId: identityId(`${n}`) },
      })),
    },
  }),
  (text, many) => ({
    startTask: {
      resourceFiles: each(many, () => ({ httpUrl: text, identityReference: { resourceId: text } })),
    },
  }),
];

const named = (name: string) => ({ name, value: 'Pa55w0rd' });
const extension = (name: string) => ({ name, publisher: 'p', type: 't' });
const natPool = (name: string, backendPort: number) => ({
  name,
  protocol: 'TCP',
  backendPort,
  frontendPortRangeStart: 50_000,
  frontendPortRangeEnd: 50_119,
});

function each<T>(many: number, make: (n: number) => T): T[] {
  return Array.from({ length: many }, (_, n) => make(n));
}

function snapshotWith(parts: PoolParts): Snapshot {
  const pools = [poolWith(poolId('before')), poolWith(HOSTILE, parts), poolWith(poolId('after'))];
  const account = anAccount({ authenticationModes: ['SharedKey', 'AAD'] });
  return snapshotOf({ account, pools: pools.map((body) => decodePool(body, 'all')) });
}

function look(snapshot: Snapshot, findings: readonly Finding[] = []): Plan {
  const verdicts = evaluate(snapshot, policy, now);
  return plan({ snapshot, verdicts, memory: { ...NO_MEMORY, findings }, policy, now });
}

const anyHostile = fc
  .record({
    aside: fc.boolean(),
    part: fc.nat({ max: Math.max(ASIDE.length, OWN.length) - 1 }),
    text: fc.nat({ max: TEXTS.length - 1 }),
    many: fc.constantFrom(1, 2, 20, 21, 200, 3000),
  })
  .filter(({ text, many }) => (TEXTS[text] ?? '').length * many <= 2_000_000);

test('1: whatever a pool holds, all of its account is remembered and its neighbours are written', async () => {
  const usual = look(snapshotWith({}));
  const isHostile = (id: string) => sameId(id, HOSTILE);
  const ofOthers = ({ findings, writes }: Plan) => ({
    findings: findings.filter(({ resourceId }) => !isHostile(resourceId)),
    writes: writes.filter(({ change }) => !isHostile(change.id)),
  });
  let [stored, transactions, most] = [0, 0, 0];
  await fc.assert(
    fc.asyncProperty(anyHostile, async ({ aside, part, text, many }) => {
      const parts = (aside ? ASIDE : OWN)[part]?.(TEXTS[text] ?? '', many);
      if (parts === undefined) throw new RangeError(`no part ${part}`);
      const snapshot = snapshotWith(parts);
      const next = look(snapshot);
      const table = limitedTable();
      const upserts = next.findings.map((finding) => encodeFinding(tableKey(ACCOUNT_ID), finding, now));
      const refused = await submitAll(
        table,
        upserts.map((row) => ['upsert', row, 'Replace']),
        never,
      );
      expect(refused).toEqual([]);
      expect([...table.rows.keys()]).toEqual(next.findings.map(({ id }) => id));
      expect(ofOthers(next)).toEqual(ofOthers(usual));
      const written = aside ? next.writes : usual.writes;
      expect(written.map(({ change }) => change)).toEqual(usual.writes.map(({ change }) => change));

      const remembered = decodeFindings([...table.rows.values()], now);
      expect(changesSince(remembered, look(snapshot, remembered).findings, now)).toEqual([]);
      stored += table.rows.size;
      transactions += table.transactions;
      most = Math.max(most, table.rows.size);
    }),
    { numRuns: RUNS },
  );
  console.log(`hostile pools: ${RUNS}, ${stored} findings in ${transactions} transactions, ${most} at most`);
  expect(usual.writes).toHaveLength(4);
  expect(most).toBeLessThan(200);
});

test('10: 3,000 settings named like passwords are one finding with a count', () => {
  const environmentSettings = each(3000, (n) => named(`password_${n}`));
  const { findings } = look(snapshotWith({ startTask: { environmentSettings } }));
  const found = findings.filter(
    ({ ruleId, resourceId }) => ruleId === 'pool-plain-secrets' && sameId(resourceId, HOSTILE),
  );
  expect(found).toMatchObject([
    { path: '', status: 'open', observed: '3000 places', why: expect.stringMatching(/password_0\b.* and 2990 more/s) },
  ]);
});

test('10: a flood closes nothing that is still there, and what comes back is no news', () => {
  const withSecrets = (many: number) =>
    snapshotWith({ startTask: { environmentSettings: each(many, (n) => named(`password_${n}`)) } });
  const before = look(withSecrets(3)).findings;
  const flood = look(withSecrets(3000), before).findings;
  expect(changesSince(before, flood, now).map(({ event, path }) => [event, path])).toEqual([['finding-opened', '']]);
  const after = look(withSecrets(3), flood).findings;
  expect(changesSince(flood, after, now).map(({ event, path }) => [event, path])).toEqual([['finding-closed', '']]);
});

test('10: no padding keeps a change from being written', () => {
  const natPools = [
    {
      ...natPool('ssh', 22),
      networkSecurityGroupRules: [
        { priority: 150, access: 'Deny', sourceAddressPrefix: '203.0.113.1', more: 'x'.repeat(60_000) },
        { priority: 160, access: 'Allow', sourceAddressPrefix: '*' },
      ],
    },
  ];
  const { findings, writes } = look(snapshotWith({ natPools }));
  expect(writes.map(({ change }) => change.id)).toContain(HOSTILE);
  expect(findings.find(({ path }) => path.endsWith('[ssh]'))?.fix).toMatchObject({ kind: 'manual' });
});
