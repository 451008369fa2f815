import { ManagedIdentityCredential } from '@azure/identity';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LocalAzure, startLocalAzure } from '../../../local/azure/local-azure.ts';
import { makeCertificate, trust } from '../../../local/certificate.ts';
import { accountIdOf, estate } from '../../../local/estate/estate.ts';
import { PRODUCTION, perimeter, storageId, subnetId, TRADING } from '../../../local/estate/parts.ts';
import { type Arm, armClient, armFor } from '../../../shared/azure/arm/arm.ts';
import { observe } from '../../../shared/azure/observe.ts';
import { FACET_NAMES, type FacetName, type Facets, failedFacets } from '../../../shared/core/model/facet.ts';
import { idKey } from '../../../shared/core/model/resource-id.ts';
import { armId } from '../../support/arm-id.ts';

const ASSETS = storageId(PRODUCTION, 'rendering', 'contosorenderassets');
const OTHER_STORE = storageId(PRODUCTION, 'genomics', 'contosogenomicsdata');
const SCANNERS = subnetId(TRADING, 'imaging', 'scanners');
const ARCHIVE = accountIdOf('contosoarchive');

let azure: LocalAzure;
let arm: Arm;

beforeAll(async () => {
  const certificate = await makeCertificate();
  trust(certificate.cert);
  const { resources, ...rest } = estate();
  const around = JSON.stringify(resources.filter(({ id }) => idKey(String(id)).startsWith(`${idKey(ASSETS)}/`)));
  azure = await startLocalAzure({
    ...certificate,
    ...rest,
    resources: [
      ...resources,
      ...JSON.parse(around.replaceAll(ASSETS, OTHER_STORE)),
      perimeter(accountIdOf('contosorender'), 'own', 'Enforced', []),
    ],
  });
  process.env.IDENTITY_ENDPOINT = azure.identity.endpoint;
  process.env.IDENTITY_HEADER = azure.identity.header;
  const client = armClient(new ManagedIdentityCredential({ clientId: 'warden' }), azure.armEndpoint);
  arm = armFor(client, 'look-1', new AbortController().signal);
});
afterAll(() => azure.stop());

/** Azure that is asked for one path of a facet, and answers what is at another. */
function misled(asked: RegExp, answered: string): { readonly arm: Arm; readonly times: () => number } {
  let times = 0;
  function elsewhere(path: string) {
    if (asked.test(path)) times += 1;
    return armId(path.replace(asked, answered));
  }
  return {
    times: () => times,
    arm: {
      ...arm,
      get: (path, query) => arm.get(elsewhere(path), query),
      pages: (path, query) => arm.pages(query?.apiVersion === undefined ? path : elsewhere(path), query),
    },
  };
}

async function facetsOf(name: string, from: Arm): Promise<Facets> {
  const snapshot = await observe(
    from,
    accountIdOf(name),
    () => new Date(),
    () => new Set(FACET_NAMES),
  );
  if (snapshot === null || 'retryAt' in snapshot) throw new Error('no snapshot');
  return snapshot.facets;
}

test('4: every true answer about the estate is believed', async () => {
  const accounts = estate().accounts.map(({ name }) => String(name));
  expect(accounts.length).toBeGreaterThan(5);
  for (const name of accounts) expect([name, failedFacets(await facetsOf(name, arm))]).toEqual([name, []]);
});

describe('4: an answer about something else is refused', () => {
  test.each<[string, FacetName, string, RegExp, string]>([
    ['a subnet', 'subnets', 'contosorender', /^.*subnets\/render$/i, SCANNERS],
    [
      'a security group',
      'subnets',
      'contosorender',
      /^.*SecurityGroups\/render$/i,
      SCANNERS.replace('virtualNetworks/hub/subnets', 'networkSecurityGroups'),
    ],
    ['role assignments', 'roleAssignments', 'contosorender', /^.*contosorenderassets(?=.*\/roleA)/i, OTHER_STORE],
    ['deny assignments', 'roleAssignments', 'contosorender', /^.*contosorenderassets(?=.*\/deny)/i, OTHER_STORE],
    [
      'a role',
      'roleAssignments',
      'contosorender',
      /b7e6dc6d-f1e8-4753-8033-0f276bb0955b$/,
      '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1',
    ],
    [
      'diagnostic settings',
      'diagnosticSettings',
      'contosorender',
      /^.*contosorender(?=\/providers)/i,
      accountIdOf('contosogenomics'),
    ],
    [
      'the older list of pools',
      'retired',
      'contosorender',
      /^.*contosorender(?=\/pools)/i,
      accountIdOf('contosolegacy'),
    ],
    ['connections', 'connections', 'contosoarchive', /^.*contosoarchive(?=\/private)/i, accountIdOf('contosotrading')],
    ['perimeters', 'perimeters', 'contosorender', /^.*contosorender(?=\/network)/i, ARCHIVE],
  ])('%s', async (_what, facet, account, asked, answered) => {
    const { arm: wrong, times } = misled(asked, answered);
    const facets = await facetsOf(account, wrong);
    expect(times()).toBeGreaterThan(0);
    expect(failedFacets(facets)).toEqual([facet]);
    expect(JSON.stringify(facets[facet])).toMatch(/"unreadable".*Azure was asked for [^ ]+ and answered about [^ ]+"/);
  });
});
