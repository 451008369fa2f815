import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { person } from '../../../local/azure/caller.ts';
import { handClock } from '../../../local/azure/clock.ts';
import { EventGrid } from '../../../local/azure/event-grid.ts';
import type { Json } from '../../../local/azure/json.ts';
import { isObject, part, parts, text } from '../../../local/azure/json.ts';
import { Provider } from '../../../local/azure/provider.ts';
import { readContract, Spec } from '../../../local/azure/spec.ts';
import { SpecGuard } from '../../../local/azure/spec-guard.ts';
import { Store } from '../../../local/azure/store.ts';
import { ticksOf, timeOf, weakEtag } from '../../../local/azure/ticks.ts';
import { World } from '../../../local/azure/world.ts';
import { estate } from '../../../local/estate/estate.ts';

const spec = new Spec();

describe('the official examples', () => {
  /** These contradict the specification that they are examples of. */
  const deviating = [
    'PoolCreate_SecurityProfile.json request',
    'PoolUpdate_OtherProperties.json 200',
    'PoolUpdate_ResizePool.json 200',
  ];
  const bodies = spec.operations
    .filter(({ id }) => /^(?:BatchAccount|Pool)_/.test(id))
    .flatMap((operation) =>
      operation.examples.flatMap((reference) => {
        const name = reference.replace('./examples/', '');
        const example = readContract(`examples/${name}`);
        const { request } = operation;
        const sent =
          request === null
            ? []
            : [
                {
                  name: `${name} request`,
                  errors: () => spec.checkRequest(operation, part(example, 'parameters')[request.name]),
                },
              ];
        const answers = Object.entries(part(example, 'responses')).map(([status, answer]) => ({
          name: `${name} ${status}`,
          errors: () => spec.checkAnswer(operation, Number(status), part(answer)['body']),
        }));
        return [...sent, ...answers];
      }),
    );

  it('are as specified, but for three', () => {
    console.log(`${bodies.length} bodies of official examples held against the specification`);
    const wrong = bodies.filter(({ errors }) => errors().length > 0).map(({ name }) => name);
    expect(wrong.sort()).toEqual(deviating);
  });

  it('are all there', () => {
    const files = readdirSync(new URL('../../contract/examples', import.meta.url));
    expect(new Set(bodies.map(({ name }) => name.split(' ')[0]))).toEqual(new Set(files));
  });
});

describe('the judge', () => {
  const patch = spec.find('PATCH', text(estate().pools[0]?.['id']));
  const get = spec.find('GET', text(estate().pools[0]?.['id']));
  const inPool = (properties: Json) => patch && spec.checkRequest(patch, { properties });

  it('sees wrong types, missing fields, unknown enum values and what is read-only', () => {
    expect(inPool({ scaleSettings: { fixedScale: { targetDedicatedNodes: '0' } } })).toHaveLength(1);
    expect(inPool({ userAccounts: [{ name: 'a' }] })).toHaveLength(1);
    expect(inPool({ interNodeCommunication: 'Sometimes' })).toHaveLength(1);
    expect(inPool({ currentDedicatedNodes: 0 })).toHaveLength(1);
    expect(inPool({ networkConfiguration: { dynamicVnetAssignmentScope: 'NONE', unknown: 1 } })).toEqual([]);
  });

  it('sees secrets in an answer', () => {
    const leaked = { properties: { userAccounts: [{ name: 'a', password: 'b' }] } };
    expect(get && spec.checkAnswer(get, 200, leaked)).toHaveLength(1);
  });
});

it('refuses and records a request that is not as specified', () => {
  const { world, guard, provider } = serve();
  const [account = {}] = estate().accounts;
  world.setAccount(account);
  const query = new URLSearchParams();
  const caller = person('Ada');
  const body = { properties: { publicNetworkAccess: 'Sometimes' } };
  const path = text(account['id']);
  const request = { method: 'PATCH', path, query, apiVersion: '2024-07-01', ifMatch: null, caller, headers: {} };
  const answer = provider.serve({ ...request, body });
  expect(answer.status).toBe(400);
  expect(guard.violations).toMatchObject([{ what: `request PATCH ${path}`, errors: [expect.any(String)], body }]);
  expect(guard.validated).toEqual({ requests: 1, answers: 1, events: 1 });
});

it('makes ETags as recorded: the ticks of lastModified', () => {
  const pools = recordings('pools')
    .flatMap(bodiesOf)
    .filter((body) => text(body['etag']).startsWith('W/'));
  expect(pools.length).toBeGreaterThan(15);
  for (const { etag, properties } of pools) {
    const lastModified = text(part(properties)['lastModified']);
    expect(weakEtag(ticksOf(lastModified))).toBe(etag);
    expect(timeOf(ticksOf(lastModified))).toBe(lastModified);
  }
});

describe('a recorded PATCH', () => {
  it.each([
    ['account-2024-02-01-autostorage-StorageKeys', 'patch-2024-02-01-networkProfile-accountAccess-only'],
    ['account-2024-02-01-identity-UserAssigned', 'patch-2024-02-01-identity-UserAssigned-to-None'],
    ['account-2024-02-01-identity-None-after-patch', 'patch-2024-02-01-identity-None-to-UserAssigned'],
    ['account-2021-01-01-default', 'patch-2021-01-01-tags-only'],
  ])('of %s: %s', (start, recording) => {
    const { world, patch } = serve();
    world.setAccount(readContract(`recorded/accounts/${start}.json`));
    const exchange = readContract(`recorded/accounts/${recording}.json`);
    expect(patch(exchange)).toEqual(shapeOf(part(exchange, 'response', 'body')));
  });

  it.each(['patch-2022-10-01-autoStorage-attach', 'patch-2022-06-01-autoStorage-attach'])(
    'of an account: %s',
    (name) => {
      const { world, patch } = serve();
      const exchange = readContract(`recorded/accounts/${name}.json`);
      const start = structuredClone(part(exchange, 'response', 'body'));
      delete part(start, 'properties')['autoStorage'];
      world.setAccount(start);
      expect(patch(exchange)).toEqual(shapeOf(part(exchange, 'response', 'body')));
    },
  );

  it.each([
    ['put-2023-11-01-create-userAccounts-startTask', 'patch-2023-11-01-fixed-to-autoscale-zero'],
    ['poollist-2025-06-01-steady-below-target', 'patch-2025-06-01-fixed-to-autoscale-34'],
    ['put-2022-01-01-create-iaas-zero', 'patch-2023-11-01-fixed-to-autoscale-zero'],
  ])('of the pool in %s: %s', (start, recording) => {
    const exchange = readContract(`recorded/pools/${recording}.json`);
    const wanted = part(exchange, 'response', 'body');
    const [before] = bodiesOf(readContract(`recorded/pools/${start}.json`));
    const { world, patch } = serve();
    world.setAccount(accountOfPool(wanted));
    // The pool of the exchange, with the size and the history of the one that was recorded before it.
    const { scaleSettings, resizeOperationStatus } = part(before, 'properties');
    const properties = {
      ...part(wanted, 'properties'),
      allocationState: 'Steady',
      scaleSettings,
      resizeOperationStatus,
    };
    world.setPool({ ...wanted, properties });
    expect(patch(exchange)).toEqual(shapeOf(wanted));
  });
});

it('answers a failed resize, disableAutoScale and stopResize as recorded', () => {
  const scaled = readContract('recorded/pools/patch-2025-06-01-fixed-to-autoscale-34.json');
  const [start = {}] = bodiesOf(readContract('recorded/pools/poollist-2025-06-01-steady-below-target.json'));
  const { world, patch, act, clock, resizes } = serve();
  resizes.capacity = 0;
  world.setAccount(accountOfPool(start));
  world.setPool({ ...start, etag: 'W/"0x1"' });
  patch(scaled);
  clock.advance(60_000);
  const id = text(start['id']);
  for (const action of ['disableAutoScale', 'stopResize']) {
    const name = action === 'stopResize' ? 'stopResize-2025-06-01-on-steady' : 'disableAutoScale-2025-06-01';
    const wanted = part(readContract(`recorded/pools/${name}.json`), 'response', 'body');
    expect(act(id, action)).toEqual(shapeOf(wanted));
    clock.advance(50);
  }
});

it('a recorded zero formula is steady a moment later, with the old resize still shown', () => {
  const steady = readContract('recorded/pools/pool-2023-11-01-autoscale-zero-get-steady.json');
  const exchange = readContract('recorded/pools/patch-2023-11-01-fixed-to-autoscale-zero.json');
  const { world, patch, clock } = serve();
  world.setAccount(accountOfPool(steady));
  const { autoScale: _, ...scale } = part(steady, 'properties', 'scaleSettings');
  const fixedScale = { targetDedicatedNodes: 0, targetLowPriorityNodes: 0, resizeTimeout: 'PT15M' };
  world.setPool({ ...steady, properties: { ...part(steady, 'properties'), scaleSettings: { ...scale, fixedScale } } });
  patch(exchange);
  clock.advance(50);
  expect(shapeOf(world.pool(text(steady['id'])) ?? {})).toEqual(shapeOf(steady));
});

it.each([
  'put-2025-06-01-create-network-endpoint',
  'put-2023-11-01-create-userAccounts-startTask',
  'put-2025-06-01-create-identity-cmk',
])('fills in and normalises what was sent as in %s', (name) => {
  const exchange = readContract(`recorded/pools/${name}.json`);
  const wanted = part(exchange, 'response', 'body');
  const { world } = serve();
  world.setAccount(accountOfPool(wanted));
  const sent = structuredClone(part(exchange, 'request', 'body'));
  world.setPool({ ...sent, id: wanted['id'] });
  const got = part(world.pool(text(wanted['id'])), 'properties');
  for (const property of ['networkConfiguration', 'userAccounts', 'scaleSettings', 'startTask'])
    expect(got[property]).toEqual(part(wanted, 'properties')[property]);
  const machine = ['deploymentConfiguration', 'virtualMachineConfiguration', 'securityProfile'];
  expect(part(got, ...machine)['securityType']).toBe(part(wanted, 'properties', ...machine)['securityType']);
});

it('recorded errors are as specified', () => {
  const [get] = spec.operations.filter(({ id }) => id === 'Pool_Get');
  const errors = [...recordings('accounts'), ...recordings('pools')]
    .map((file) => part(file, 'response', 'body'))
    .filter((body) => isObject(body['error']));
  expect(errors.length).toBeGreaterThan(5);
  for (const error of errors) expect(get && spec.checkAnswer(get, 404, error)).toEqual([]);
});

/** The provider alone, without a network. */
function serve() {
  const clock = handClock(new Date('2026-05-04T10:00:00Z'));
  const store = new Store(clock, { takes: 60_000, capacity: null, autoscaleRest: 30_000 });
  const guard = new SpecGuard();
  const provider = new Provider(store, { guard, events: new EventGrid({}), clock, pageSize: 100 });
  const patch = (exchange: Json): unknown => {
    const path = text(part(exchange, 'response', 'body')['id']);
    const { apiVersion, body } = part(exchange, 'request');
    const request = { method: 'PATCH', path, query: new URLSearchParams(), apiVersion: text(apiVersion), body };
    const answer = provider.serve({ ...request, ifMatch: null, caller: person('Ada'), headers: {} });
    expect(answer.status).toBe(200);
    return shapeOf(answer.body);
  };
  const act = (id: string, action: string): unknown => {
    const path = `${id}/${action}`;
    const request = { method: 'POST', path, query: new URLSearchParams(), apiVersion: '2025-06-01', body: undefined };
    return shapeOf(provider.serve({ ...request, ifMatch: null, caller: person('Ada'), headers: {} }).body);
  };
  return { world: new World(store), guard, provider, clock, patch, act, resizes: store.resizes };
}

/** The body without what differs each time: moments, ETags, principals, which quota was reached. */
function shapeOf(body: unknown): unknown {
  const shown = JSON.stringify(body, (name, value: unknown) => (name === 'etag' ? 'ETAG' : value));
  return JSON.parse(
    shown
      .replace(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"TIME"')
      .replaceAll(' for standardDFamily', '')
      .replace(/"(principalId|clientId)":"[^"]*"/g, '"$1":"GUID"'),
  );
}

function accountOfPool(pool: Json): Json {
  const id = text(pool['id']).replace(/\/pools\/.*/, '');
  return { ...readContract('recorded/accounts/account-2024-07-01-default-BatchService.json'), id };
}

function recordings(kind: string): Json[] {
  const folder = new URL(`../../contract/recorded/${kind}/`, import.meta.url);
  return readdirSync(folder).map((name) => readContract(`recorded/${kind}/${name}`));
}

/** The ARM bodies of pools or accounts in a recording: an exchange, a list or a body alone. */
function bodiesOf(file: Json): Json[] {
  const body = isObject(file['response']) ? part(file, 'response', 'body') : file;
  return Array.isArray(body['value']) ? parts(body, 'value') : [body];
}
