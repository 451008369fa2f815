import { ManagedIdentityCredential } from '@azure/identity';
import { beforeAll, expect, test } from 'vitest';
import { part, text } from '../../local/azure/json.ts';
import { startLocalAzure } from '../../local/azure/local-azure.ts';
import { readContract } from '../../local/azure/spec.ts';
import { makeCertificate, trust } from '../../local/certificate.ts';
import { apply } from '../../shared/azure/apply.ts';
import { armClient, armFor } from '../../shared/azure/arm/arm.ts';
import { observe } from '../../shared/azure/observe.ts';
import { plan } from '../../shared/core/plan/plan.ts';
import { evaluate } from '../../shared/core/policy/evaluate.ts';
import { facetsNeeded } from '../../shared/core/policy/facets-needed.ts';
import { parsePolicy } from '../../shared/core/policy/parse-policy.ts';
import { rules } from '../../shared/rules/index.ts';

const recorded = part(readContract('recorded/pools/put-2025-06-01-create-network-endpoint.json'), 'response', 'body');
const POOL = text(recorded['id']);
const ACCOUNT = POOL.replace(/\/pools\/.*/, '');
const NETWORK = ['properties', 'networkConfiguration'] as const;
const DUAL_STACK = { ipFamilies: ['IPv4', 'IPv6'], ipTags: [{ ipTagType: 'tagType1', tag: 'tag1' }] };
const policy = parsePolicy('mode: off\nrules: { pool-remote-access: enforce }', rules);
const now = () => new Date();
const { signal } = new AbortController();

const certificate = await makeCertificate();
beforeAll(() => trust(certificate.cert));

test('a recorded dual-stack pool is closed, and keeps its address families and tags', async () => {
  const plainAccount = readContract('recorded/accounts/account-2024-07-01-default-BatchService.json');
  const steady = { ...part(recorded, 'properties'), allocationState: 'Steady' };
  await using azure = await started({
    accounts: [{ ...plainAccount, id: ACCOUNT }],
    pools: [{ ...recorded, properties: steady }],
  });
  const arm = armFor(armClient(new ManagedIdentityCredential(), azure.armEndpoint), 'look', signal);
  const look = async () => {
    const snapshot = await observe(arm, ACCOUNT, now(), (seen) => facetsNeeded(seen, policy));
    if (snapshot === null || 'retryAt' in snapshot) throw new Error('no snapshot');
    const verdicts = evaluate(snapshot, policy, now());
    return { snapshot, ...plan({ snapshot, verdicts, memory: { findings: [] }, policy, now: now() }) };
  };
  const before = azure.world.pool(POOL);
  expect(part(before, ...NETWORK, 'publicIPAddressConfiguration')).toEqual(DUAL_STACK);

  const { snapshot, writes } = await look();
  expect(writes).toHaveLength(1);
  for (const write of writes)
    expect(await apply(arm, write, snapshot, now, signal)).toEqual({ kind: 'applied', alsoMoved: [] });

  const [sent] = azure.log.writes();
  expect(part(sent?.requestBody, ...NETWORK)['publicIPAddressConfiguration']).toEqual(DUAL_STACK);
  const after = azure.world.pool(POOL);
  const { endpointConfiguration: _, ...network } = part(after, ...NETWORK);
  const { endpointConfiguration: __, ...networkBefore } = part(before, ...NETWORK);
  expect(network).toEqual(networkBefore);
  expect(network['publicIPAddressConfiguration']).toEqual(DUAL_STACK);
  const { findings } = await look();
  expect(findings).toEqual([]);
  expect(azure.specViolations).toEqual([]);
});

async function started(bodies: Pick<Parameters<typeof startLocalAzure>[0], 'accounts' | 'pools'>) {
  const azure = await startLocalAzure({ ...certificate, ...bodies });
  process.env['IDENTITY_ENDPOINT'] = azure.identity.endpoint;
  process.env['IDENTITY_HEADER'] = azure.identity.header;
  return { ...azure, [Symbol.asyncDispose]: () => azure.stop() };
}
