interface Example {
  /** An ARM path, and how the rule reads it. */
  readonly path: string;
  readonly read: string;
  readonly good: string;
  readonly bad: string;
  /** What of a test's account or pool makes it good, bad or unknown. */
  readonly overrides: { readonly good: string; readonly bad: string; readonly unknown: string };
  /** Whole bodies, for the page. */
  readonly bodies: { readonly good: object; readonly bad: object };
}

const ACCOUNT_ID =
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.Batch/batchAccounts/acct1';

function accountBody(poolAllocationMode: string): object {
  return {
    id: ACCOUNT_ID,
    name: 'acct1',
    type: 'Microsoft.Batch/batchAccounts',
    location: 'westeurope',
    properties: { provisioningState: 'Succeeded', poolAllocationMode },
  };
}

function poolBody(deploymentConfiguration: object): object {
  return {
    id: `${ACCOUNT_ID}/pools/pool1`,
    name: 'pool1',
    type: 'Microsoft.Batch/batchAccounts/pools',
    properties: { creationTime: '2026-01-10T00:00:00Z', vmSize: 'STANDARD_D2S_V3', deploymentConfiguration },
  };
}

/** What a new rule judges until its author writes what it is for. */
const EXAMPLES = {
  account: {
    path: 'properties.poolAllocationMode',
    read: 'account.poolAllocationMode',
    good: 'UserSubscription',
    bad: 'BatchService',
    overrides: {
      good: "{ poolAllocationMode: 'UserSubscription' }",
      bad: "{ poolAllocationMode: 'BatchService' }",
      unknown: '{ poolAllocationMode: null }',
    },
    bodies: { good: accountBody('UserSubscription'), bad: accountBody('BatchService') },
  },
  pool: {
    path: 'properties.deploymentConfiguration',
    read: 'pool.deployment?.kind ?? null',
    good: 'virtual-machine',
    bad: 'cloud-service',
    overrides: {
      good: "{ deployment: { kind: 'virtual-machine', windows: true } }",
      bad: "{ deployment: { kind: 'cloud-service', inferred: false } }",
      unknown: '{ deployment: null }',
    },
    bodies: {
      good: poolBody({
        virtualMachineConfiguration: {
          imageReference: { publisher: 'canonical', offer: 'ubuntu-24_04-lts', sku: 'server' },
          nodeAgentSkuId: 'batch.node.ubuntu 24.04',
        },
      }),
      bad: poolBody({ cloudServiceConfiguration: { osFamily: '6' } }),
    },
  },
} as const satisfies Record<string, Example>;

type Scope = keyof typeof EXAMPLES;

/** The three files of a rule that nobody has written yet: they agree with each other, and say TODO where they have to be written. */
export function skeletonOf(id: string): Readonly<Record<'rule' | 'test' | 'page', string>> {
  const scope: Scope = id.startsWith('account-') ? 'account' : 'pool';
  return { rule: ruleText(id, scope), test: testText(id, scope), page: pageText(id, scope) };
}

/** The name of the rule in the code: `poolSubnet`. */
export function constantOf(id: string): string {
  return id.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

const RULE_IMPORTS = [
  "import { z } from 'zod';",
  "import { manual } from '../core/model/change.ts';",
  "import { notShown } from '../core/model/reading.ts';",
  "import { defineRule } from '../core/policy/rule.ts';",
];

function ruleText(id: string, scope: Scope): string {
  const { path, read, good } = EXAMPLES[scope];
  return `${RULE_IMPORTS.join('\n')}

/** TODO: why it matters, in one sentence. */
export const ${constantOf(id)} = defineRule({
  id: '${id}',
  scope: '${scope}',
  title: 'TODO: what holds where it complies',
  advice: 'TODO: what to do about it, in few words',
  severity: 'low', // TODO
  sources: ['security-best-practices'], // TODO: documents by name, other pages by https URL
  reads: ['${path}'],
  sets: [],
  breaks: null, // TODO: who or what its changes can cut off, in few words
  permissions: [],
  options: z.strictObject({}),

  // TODO: judge what the rule is for; what the body does not show is unknown. Until then this judges an example.
  check(${scope}) {
    const path = '${path}';
    const observed = ${read};
    if (observed === null) return [{ path, unknown: notShown('the body does not show it') }];
    const desired = '${good}';
    if (observed === desired) return [];
    const why = 'TODO: what is wrong.';
    return [{ path, observed, desired, why, fix: manual('TODO: what a person does about it.') }];
  },
});
`;
}

function testText(id: string, scope: Scope): string {
  const { path, good, bad, overrides } = EXAMPLES[scope];
  const name = constantOf(id);
  const make = scope === 'account' ? 'anAccount' : 'aPool';
  const parts = scope === 'account' ? 'account: anAccount(overrides)' : 'pools: [aPool(overrides)]';
  const imports = [
    `import { ${name} } from '../../shared/rules/${id}.ts';`,
    "import { anySnapshot } from '../support/arbitraries.ts';",
    "import { testRule } from '../support/rule-tester.ts';",
    `import { ${make}, snapshotOf } from '../support/snapshots.ts';`,
  ];
  return `${imports.join('\n')}

const path = '${path}';

function seen(overrides: Parameters<typeof ${make}>[0]) {
  return snapshotOf({ ${parts} });
}

// TODO: the cases of the rule. Each violating one names all that is expected, and the exact fix.
testRule(${name}, {
  compliant: [{ name: '${good}', snapshot: seen(${overrides.good}) }],
  violating: [
    {
      name: '${bad}',
      snapshot: seen(${overrides.bad}),
      expect: [{ path, observed: '${bad}', desired: '${good}', fix: { manual: /^TODO/ } }],
    },
  ],
  unknown: [
    {
      name: 'a body that does not show it',
      snapshot: seen(${overrides.unknown}),
      expect: [{ path, unknown: /does not show it/ }],
    },
  ],
  converges: anySnapshot,
});
`;
}

function pageText(id: string, scope: Scope): string {
  const { good, bad, bodies } = EXAMPLES[scope];
  const fragment = (kind: string, body: object) => `\`\`\`json ${kind}\n${JSON.stringify(body, null, 2)}\n\`\`\`\n`;
  return `# ${id}

## Why

TODO: what can happen where it is violated.

## What it looks at

TODO: which parts of the body, and what is not seen.

## Verdicts

| Seen | Verdict |
|---|---|
| TODO: \`${good}\` | complies |
| TODO: \`${bad}\` | violates |
| TODO: a body that does not show it | unknown |

## What it does

TODO: what is set, when it is left to a person, and what that costs.

## Options

None.

## When to exempt

TODO: for whom, and until what is done. Give the [exemption](../exemptions.md) the date by which that is done.

## Examples

TODO: bodies that the rule is for. A test runs them through it.

Violates.

${fragment('violating', bodies.bad)}
Complies.

${fragment('compliant', bodies.good)}`;
}
