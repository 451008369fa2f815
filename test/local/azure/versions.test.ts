import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { person } from '../../../local/azure/caller.ts';
import { handClock } from '../../../local/azure/clock.ts';
import { EventGrid } from '../../../local/azure/event-grid.ts';
import type { Json } from '../../../local/azure/json.ts';
import { isObject, part, parts, text } from '../../../local/azure/json.ts';
import { Provider } from '../../../local/azure/provider.ts';
import { readContract, specAt } from '../../../local/azure/spec.ts';
import { SpecGuard } from '../../../local/azure/spec-guard.ts';
import { Store } from '../../../local/azure/store.ts';
import { DIFFERENCES, NEWEST, SPECIFIED } from '../../../local/azure/versions.ts';
import { World } from '../../../local/azure/world.ts';

const SCHEMA = new URL(`../../../../shared/contract/microsoft.batch-${NEWEST}/deployment-schema.json`, import.meta.url);
const RECORDED = 'recorded/pools/put-2025-06-01-create-network-endpoint.json';
const DUAL_STACK = { ipFamilies: ['IPv4', 'IPv6'], ipTags: [{ ipTagType: 'tagType1', tag: 'tag1' }] };
const NETWORK = ['properties', 'networkConfiguration'] as const;
const ADDRESSES = [...NETWORK, 'publicIPAddressConfiguration'] as const;

describe('the table of what differs', () => {
  it.skipIf(!existsSync(SCHEMA))('is what the deployment schema in ../shared/contract says', () => {
    const specified = part(readContract('BatchManagement.json'), 'definitions');
    const newest = part(JSON.parse(readFileSync(SCHEMA, 'utf8')), 'definitions');
    const definitions = namesBelow(newest, 'PoolProperties', 'BatchAccountCreatePropertiesOrBatchAccountProperties');
    const found = definitions.flatMap((name) => {
      const before = part(specified, OTHER_NAMES[name] ?? name, 'properties');
      const after = part(newest, name, 'properties');
      const added = Object.entries(after).filter(([property]) => before[property] === undefined);
      // The deployment schema leaves out what is read-only.
      const removed = Object.keys(before).filter(
        (property) => after[property] === undefined && part(before[property])['readOnly'] !== true,
      );
      const isDifferent = added.length + removed.length > 0;
      return isDifferent
        ? [[name, { added: added.map(([property, schema]) => [property, plain(schema)]), removed }]]
        : [];
    });
    const table = Object.entries(DIFFERENCES).map(([name, { added = {}, removed = [] }]) => {
      const known = removed.filter((property) => property !== 'currentNodeCommunicationMode'); // read-only
      return [name, { added: Object.entries(added), removed: known }];
    });
    console.log(`${definitions.length} definitions at ${NEWEST}, ${found.length} of them differ from ${SPECIFIED}`);
    expect(sorted(Object.fromEntries(table))).toEqual(sorted(Object.fromEntries(found)));
  });

  it('removes only what is specified, and adds only what is not', () => {
    const specified = part(readContract('BatchManagement.json'), 'definitions');
    const wrong = Object.entries(DIFFERENCES).flatMap(([name, { added = {}, removed = [] }]) => {
      const before = part(specified, name, 'properties');
      return [...removed.filter((one) => !(one in before)), ...Object.keys(added).filter((one) => one in before)];
    });
    expect(wrong).toEqual([]);
  });
});

/** What the deployment schema calls otherwise. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  BatchAccountCreatePropertiesOrBatchAccountProperties: 'BatchAccountCreateProperties',
  AutoStorageBasePropertiesOrAutoStorageProperties: 'AutoStorageBaseProperties',
  CifsMountConfiguration: 'CIFSMountConfiguration',
};

/** These definitions and all that they refer to. */
function namesBelow(definitions: Json, ...roots: readonly string[]): string[] {
  const found = new Set(roots);
  for (const name of found)
    for (const [, below = ''] of JSON.stringify(definitions[name]).matchAll(/"#\/definitions\/(\w+)"/g))
      if (isObject(part(definitions, below)['properties'])) found.add(below);
  return [...found];
}

/** A property of the deployment schema without words, and without the expressions that may stand anywhere. */
function plain(schema: unknown): unknown {
  const { description: _, oneOf, items, ...rest } = part(schema);
  if (Array.isArray(oneOf)) return plain(oneOf[0]);
  return items === undefined ? rest : { ...rest, items: plain(items) };
}

function sorted(differences: Readonly<Record<string, unknown>>): unknown {
  const inOrder = (_: string, value: unknown) =>
    Array.isArray(value) ? value.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : value;
  return JSON.parse(JSON.stringify(differences, inOrder));
}

describe('a pool by version', () => {
  it.each([
    ['GET', 'a pool', (pool: string) => pool],
    ['GET', 'a list', (pool: string) => pool.replace(/\/[^/]+$/, '')],
    ['POST', 'the answer of an action', (pool: string) => `${pool}/stopResize`],
  ])('%s: %s shows what the version defines, invented fields at the newest alone', (method, _name, pathOf) => {
    const { call, pool } = serve();
    const at = (apiVersion: string) => {
      const body = call(method, pathOf(pool), apiVersion);
      return part(parts(body, 'value')[0] ?? body, 'properties');
    };
    const [newest, specified] = [at(NEWEST), at(SPECIFIED)];
    expect(part(newest, ...ADDRESSES.slice(1))).toEqual({ ...DUAL_STACK, sticky: true });
    expect(part(specified, ...ADDRESSES.slice(1))).toEqual({});
    expect(newest['rebootPolicy']).toEqual({ window: 'night' });
    expect(specified).not.toHaveProperty('rebootPolicy');
    const retired = ['certificates', 'targetNodeCommunicationMode', 'resourceTags'];
    expect(retired.filter((name) => name in newest)).toEqual([]);
    expect(retired.filter((name) => name in specified)).toEqual(retired);
  });

  it('stores what the version defines: a network written at the older one loses what that does not know', () => {
    const { call, pool, world } = serve();
    const networkConfiguration = part(world.pool(pool), ...NETWORK);
    const properties = { networkConfiguration, rebootPolicy: { window: 'noon' } };
    call('PATCH', pool, NEWEST, { properties });
    expect(part(world.pool(pool), ...ADDRESSES)).toEqual({ ...DUAL_STACK, sticky: true });
    expect(part(world.pool(pool), 'properties')['rebootPolicy']).toEqual({ window: 'noon' });
    call('PATCH', pool, SPECIFIED, { properties: { ...properties, rebootPolicy: { window: 'never' } } });
    expect(part(world.pool(pool), ...ADDRESSES)).toEqual({});
    expect(part(world.pool(pool), 'properties')['rebootPolicy']).toEqual({ window: 'noon' });
  });

  it('what a version has no more is neither changed nor answered there', () => {
    const { call, pool, world } = serve();
    const properties = { targetNodeCommunicationMode: 'Simplified', certificates: [] };
    const answer = call('PATCH', pool, NEWEST, { properties });
    expect(part(answer, 'properties')).not.toHaveProperty('targetNodeCommunicationMode');
    expect(part(world.pool(pool), 'properties')).toMatchObject({
      targetNodeCommunicationMode: 'Classic',
      certificates: [{ id: 'c' }],
    });
    call('PATCH', pool, SPECIFIED, { properties });
    expect(part(world.pool(pool), 'properties')).toMatchObject(properties);
  });

  it('keeps what is free: maps, tags, settings of an extension', () => {
    const { call, pool, world } = serve();
    for (const apiVersion of [SPECIFIED, NEWEST]) {
      const body = call('GET', pool, apiVersion);
      expect([apiVersion, body['identity'], body['tags']]).toEqual([
        apiVersion,
        world.pool(pool)?.['identity'],
        { owner: 'ada' },
      ]);
      expect(JSON.stringify(body)).toContain('"settings":{"deep":{"er":1}}');
    }
  });
});

it('an account shows invented fields at the newest version alone', () => {
  const { call, account } = serve();
  expect(part(call('GET', account, NEWEST), 'properties')).toMatchObject({ motto: 'in batches', poolQuota: 100 });
  expect(part(call('GET', account, SPECIFIED), 'properties')).not.toHaveProperty('motto');
  expect(part(call('GET', account, SPECIFIED), 'properties')).toMatchObject({ poolQuota: 100 });
  call('PATCH', account, SPECIFIED, { properties: { motto: 'one by one' } });
  expect(part(call('GET', account, NEWEST), 'properties')['motto']).toBe('in batches');
});

describe('the recorded bodies of 2025-06-01', () => {
  const spec = specAt(NEWEST);
  const put = spec.operations.find(({ id }) => id === 'Pool_Create');
  const folder = new URL('../../contract/recorded/pools/', import.meta.url);
  const recordings = readdirSync(folder)
    .filter((name) => /^(?:put|pool|poollist|patch)-2025-06-01/.test(name))
    .map((name) => ({ name, file: readContract(`recorded/pools/${name}`) }));

  it('are as the version defines, and shown whole', () => {
    expect(recordings).toHaveLength(7);
    for (const { name, file } of recordings) {
      const sent = part(file, 'request')['body'] ?? {};
      expect([name, put && spec.checkRequest(put, sent)]).toEqual([name, []]);
      const body = isObject(file['response']) ? part(file, 'response', 'body') : file;
      for (const pool of Array.isArray(body['value']) ? parts(body, 'value') : [body]) {
        expect([name, put && spec.checkAnswer(put, 200, pool)]).toEqual([name, []]);
        expect(spec.shown('GET', text(pool['id']), 200, pool)).toEqual(pool);
      }
    }
  });

  it('are judged by it: what it adds must be as it says', () => {
    const wrong = { ipFamilies: ['IPv7'] };
    const body = { properties: { networkConfiguration: { publicIPAddressConfiguration: wrong } } };
    expect(put && spec.checkRequest(put, body)).toHaveLength(1);
    expect(put && specAt(SPECIFIED).checkRequest(put, body)).toEqual([]);
  });
});

/** An account with the recorded dual-stack pool, steady, that has what each version shows of a pool. */
function serve() {
  const recorded = part(readContract(RECORDED), 'response', 'body');
  const pool = text(recorded['id']);
  const account = pool.replace(/\/pools\/.*/, '');
  const store = new Store(handClock(new Date('2026-05-04T10:00:00Z')), { takes: 0, capacity: null, autoscaleRest: 0 });
  const world = new World(store);
  const guard = new SpecGuard();
  const clock = handClock(new Date('2026-05-04T10:00:00Z'));
  const provider = new Provider(store, { guard, events: new EventGrid({}), clock, pageSize: 100 });
  const plainAccount = readContract('recorded/accounts/account-2024-07-01-default-BatchService.json');
  world.setAccount({
    ...plainAccount,
    id: account,
    properties: { ...part(plainAccount, 'properties'), poolQuota: 100, motto: 'in batches' },
  });
  const properties = part(recorded, 'properties');
  const network = part(properties, 'networkConfiguration');
  const addresses = { ...part(network, 'publicIPAddressConfiguration'), sticky: true };
  const machine = part(properties, 'deploymentConfiguration', 'virtualMachineConfiguration');
  const extension = { name: 'e', publisher: 'p', type: 't', settings: { deep: { er: 1 } } };
  world.setPool({
    ...recorded,
    tags: { owner: 'ada' },
    identity: { type: 'UserAssigned', userAssignedIdentities: { '/subscriptions/s/odd/id': {} } },
    properties: {
      ...properties,
      allocationState: 'Steady',
      networkConfiguration: { ...network, publicIPAddressConfiguration: addresses },
      deploymentConfiguration: { virtualMachineConfiguration: { ...machine, extensions: [extension] } },
      rebootPolicy: { window: 'night' },
      certificates: [{ id: 'c' }],
      targetNodeCommunicationMode: 'Classic',
      resourceTags: { costCentre: '1' },
    },
  });
  const call = (method: string, path: string, apiVersion: string, body?: Json): Json => {
    const request = { method, path, query: new URLSearchParams(), apiVersion, body, ifMatch: null };
    const answer = provider.serve({ ...request, caller: person('Ada'), headers: {} });
    expect([answer.status, guard.violations]).toEqual([200, []]);
    return part(answer.body);
  };
  return { call, pool, account, world };
}
