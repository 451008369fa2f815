import { describe, expect, it } from 'vitest';
import { part, parts } from '../../../local/azure/json.ts';
import { Triggers } from '../../../local/azure/triggers.ts';
import { NEWEST } from '../../../local/azure/versions.ts';
import { accountIdOf } from '../../../local/estate/estate.ts';
import { APP, MINUTE, OWNER, ownedPool, POOL } from '../../support/owned-pool.ts';

const MARK = 'warden:drain';
const NONE = { dedicated: 0, lowPriority: 0 };
const FORMULA = '$TargetDedicatedNodes=$PendingTasks';

/** In mid-drain: the pool had three nodes, has none, and carries our mark. */
function drained() {
  const served = ownedPool({ dedicated: 3 });
  const template = served.owner.template(POOL);
  served.owner.setItem(POOL, 'team', 'rendering');
  const early = served.owner.template(POOL);
  served.app.scale(POOL, NONE);
  served.app.setItem(POOL, MARK, 'd1');
  served.clock.advance(MINUTE);
  const names = () => parts(served.shown(), 'metadata').map(({ name }) => name);
  const sized = () => part(served.shown(), 'scaleSettings');
  return { ...served, template, early, names, sized };
}

describe('an owner in mid-drain', () => {
  it('scales, and back to the formula, and off', () => {
    const { owner, sized, clock, world, state } = drained();
    expect(owner.scale(POOL, { dedicated: 2, lowPriority: 1 })).toBeNull();
    expect(owner.scale(POOL, NONE)).toBe('PoolBeingResized');
    clock.advance(MINUTE);
    expect(state()).toEqual(['Steady', 2, 1, null]);
    world.jobs.want(POOL, { dedicated: 5, lowPriority: 0 });
    expect(owner.setFormula(POOL, FORMULA)).toBeNull();
    expect(sized()).toEqual({ autoScale: { formula: FORMULA, evaluationInterval: 'PT15M' } });
    clock.advance(MINUTE / 2);
    expect(state()).toEqual(['Resizing', 3, 1, null]);
    expect(owner.disableAutoScale(POOL)).toBeNull();
    expect(state()).toEqual(['Steady', 3, 1, 'ResizeStopped']);
    expect(sized()).toMatchObject({ fixedScale: { targetDedicatedNodes: 3, targetLowPriorityNodes: 1 } });
  });

  it('switches automatic scaling off: what is left looks like a size of zero', () => {
    const { owner, app, sized, clock, world } = drained();
    owner.setFormula(POOL, FORMULA);
    clock.advance(MINUTE);
    app.setFormula(POOL, '$TargetDedicatedNodes=0');
    clock.advance(MINUTE);
    expect(owner.disableAutoScale(POOL)).toBeNull();
    expect(sized()).toMatchObject({ fixedScale: { targetDedicatedNodes: 0, targetLowPriorityNodes: 0 } });
    expect(world.pool(POOL)).not.toBeNull();
  });

  it('stops the resize: the target stays', () => {
    const { owner, app, sized, clock, state } = drained();
    app.scale(POOL, { dedicated: 3, lowPriority: 0 });
    clock.advance(MINUTE / 2);
    expect(owner.stopResize(POOL)).toBeNull();
    expect(state()).toEqual(['Steady', 1, 0, 'ResizeStopped']);
    expect(sized()).toMatchObject({ fixedScale: { targetDedicatedNodes: 3 } });
  });

  it.each([
    ['the mark', 'removeItem', ['team']],
    ['all metadata', 'removeMetadata', []],
  ] as const)('removes %s', (_, act, left) => {
    const { owner, names, shown, etag } = drained();
    expect(names()).toEqual(['team', MARK]);
    const before = etag();
    expect(owner[act](POOL, MARK)).toBeNull();
    expect([names(), 'metadata' in shown()]).toEqual([left, left.length > 0]);
    expect(etag()).not.toBe(before);
  });

  it('re-applies a template: size, metadata and rules at once', () => {
    const { owner, app, template, early, names, sized, shown, state, clock } = drained();
    const { networkConfiguration } = part(template, 'properties');
    expect(parts(part(networkConfiguration, 'endpointConfiguration'), 'inboundNatPools')).not.toEqual([]);
    const shut = {
      ...early,
      properties: { ...part(early, 'properties'), networkConfiguration: { dynamicVnetAssignmentScope: 'none' } },
    };
    expect(app.reapply({ ...shut, properties: { ...part(shut, 'properties'), scaleSettings: sized() } })).toBeNull();
    clock.advance(MINUTE);
    expect(shown()['networkConfiguration']).not.toEqual(networkConfiguration);
    expect(owner.reapply(early)).toBeNull();
    expect([names(), shown()['networkConfiguration']]).toEqual([['team'], networkConfiguration]);
    clock.advance(MINUTE);
    expect(state()).toEqual(['Steady', 3, 0, null]);
    expect(owner.reapply(template)).toBe('PropertyCannotBeUpdated');
    expect(names()).toEqual(['team']);
  });

  it('deletes the pool, and makes it again under its name', () => {
    const { owner, app, early, world, clock, names, shown, state, store } = drained();
    const { creationTime } = shown();
    clock.advance(MINUTE);
    expect(owner.recreate(early)).toBeNull();
    expect(shown()['creationTime']).not.toBe(creationTime);
    expect(Date.parse(String(shown()['creationTime']))).toBe(clock.now().getTime());
    expect([names(), state()]).toEqual([['team'], ['Resizing', 0, 0, null]]);
    clock.advance(MINUTE);
    world.jobs.run(POOL, 2, new Date(clock.now().getTime() + MINUTE));
    expect(state()).toEqual(['Steady', 3, 0, null]);
    expect(store.nodeLog.deallocated(OWNER.appid)).toBe(0);
    expect(owner.delete(POOL)).toBeNull();
    expect([world.pool(POOL), app.scale(POOL, NONE), owner.delete(POOL)]).toEqual([
      null,
      'PoolNotFound',
      'PoolNotFound',
    ]);
    expect([store.nodeLog.deallocated(OWNER.appid), store.nodeLog.killed(OWNER.appid)]).toEqual([3, 2]);
    expect(owner.recreate(early)).toBeNull();
    expect(state()).toEqual(['Resizing', 0, 0, null]);
  });
});

describe('a pool that is being deleted', () => {
  it.each(['get', 'list'])('is shown so and takes no write, until it is gone from a %s', (look) => {
    const { owner, app, store, clock, world, shown, early } = drained();
    store.resizes.deletes = MINUTE;
    expect(owner.delete(POOL)).toBeNull();
    const refused = 'PoolBeingDeleted';
    expect([app.setItem(POOL, 'a', 'b'), app.stopResize(POOL), owner.disableAutoScale(POOL)]).toEqual(
      Array(3).fill(refused),
    );
    expect([owner.delete(POOL), owner.recreate(early)]).toEqual([refused, refused]);
    clock.advance(MINUTE - 1);
    expect(shown()['provisioningState']).toBe('Deleting');
    clock.advance(1);
    expect(look === 'get' ? world.pool(POOL) : world.pools(accountIdOf('contosorender'))).toEqual(
      look === 'get' ? null : [],
    );
    expect(app.setItem(POOL, 'a', 'b')).toBe('PoolNotFound');
    expect(owner.recreate(early)).toBeNull();
    expect(shown()['provisioningState']).toBe('Succeeded');
  });
});

describe('a trigger', () => {
  /** What the calls of the app are answered, the owner scaling at a moment of theirs. */
  function triggered(when: 'before' | 'after', nth?: number, times?: number) {
    const { provider, owner, world, clock, etag } = ownedPool({ dedicated: 0 });
    const triggers = new Triggers();
    const scale = () => void owner.setItem(POOL, 'at', String(triggers.pulled));
    const shared = { method: 'patch', path: /\/pools\/windows/, when, do: scale };
    triggers.add({ ...shared, ...(nth === undefined ? {} : { nth }), ...(times === undefined ? {} : { times }) });
    triggers.add({ method: 'DELETE', when, do: () => expect.unreachable() });
    const query = new URLSearchParams({ 'api-version': NEWEST });
    const call = (method: string, path: string, ifMatch: string | null) => {
      const body = method === 'PATCH' ? { properties: { metadata: [{ name: MARK, value: 'd1' }] } } : undefined;
      const request = { method, path, query, apiVersion: NEWEST, body, ifMatch, caller: APP, headers: {} };
      return triggers.serve(request, (given) => provider.serve(given)).status;
    };
    const write = () => {
      const read = String(etag());
      expect(call('GET', POOL, null)).toBe(200);
      clock.advance(1_000);
      return call('PATCH', POOL, read);
    };
    const names = () => parts(part(world.pool(POOL), 'properties'), 'metadata').map(({ name }) => name);
    return { statuses: [write(), write(), write(), write()], names: names(), triggers };
  }

  it.each([
    ['between a read and the first write', 'before', undefined, undefined, [412, 200, 200, 200], 1, [MARK]],
    ['between a read and the second write', 'before', 2, undefined, [200, 412, 200, 200], 1, [MARK]],
    ['between two reads and their writes', 'before', 3, 2, [200, 200, 412, 412], 2, [MARK, 'at']],
    ['after the fourth write', 'after', 4, undefined, [200, 200, 200, 200], 1, [MARK, 'at']],
  ] as const)('lets the owner act %s', (_, when, nth, times, statuses, pulled, names) => {
    const seen = triggered(when, nth, times);
    expect([seen.statuses, seen.triggers.pulled, seen.names]).toEqual([statuses, pulled, names]);
  });
});
