import { expect, onTestFinished } from 'vitest';
import { managedIdentity, person } from '../../local/azure/caller.ts';
import type { Json } from '../../local/azure/json.ts';
import { part } from '../../local/azure/json.ts';
import { ownerAt } from '../../local/azure/owner.ts';
import { personAt } from '../../local/azure/person.ts';
import { estate, poolIdOf } from '../../local/estate/estate.ts';
import { inProcessAzure } from './drains/in-process-azure.ts';

export const MINUTE = 60_000;
const START = new Date('2026-11-22T12:00:00Z');
/** The id of the pool. */
export const POOL = poolIdOf('windows-rdp-busy');
export const APP = managedIdentity('00000000-0000-4000-8000-00000000a99a');
export const OWNER = person('Ada');

/** One pool of the local Azure without servers, steady with that size; a resize takes a minute. */
export function ownedPool(size: { dedicated: number; lowPriority?: number }, scaleSettings?: Json) {
  const { accounts, pools } = estate();
  const body = pools.find(({ id }) => id === POOL) ?? {};
  const { dedicated, lowPriority = 0 } = size;
  const fixedScale = { targetDedicatedNodes: dedicated, targetLowPriorityNodes: lowPriority };
  const properties = {
    ...part(body, 'properties'),
    scaleSettings: scaleSettings ?? { fixedScale },
    currentDedicatedNodes: dedicated,
    currentLowPriorityNodes: lowPriority,
  };
  const around = { accounts, pools: [{ ...body, properties }] };
  const { clock, store, world, provider, guard } = inProcessAzure(around, START);
  onTestFinished(() => expect(guard.violations).toEqual([]));
  const shown = () => part(world.pool(POOL), 'properties');
  return {
    clock,
    store,
    world,
    provider,
    owner: ownerAt(personAt(provider, world, OWNER), world),
    /** The program: whose doings are counted apart from the owner's. */
    app: ownerAt(personAt(provider, world, APP), world),
    shown,
    etag: () => world.pool(POOL)?.['etag'],
    /** State, nodes of both kinds, and the error of the last resize. */
    state: () => {
      const { allocationState, currentDedicatedNodes, currentLowPriorityNodes, resizeOperationStatus } = shown();
      const [error] = [part(resizeOperationStatus)['errors']].flat();
      return [allocationState, currentDedicatedNodes, currentLowPriorityNodes, part(error)['code'] ?? null];
    },
    after: (minutes: number) => new Date(clock.now().getTime() + minutes * MINUTE),
  };
}
