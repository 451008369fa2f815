import { describe, expect, it } from 'vitest';
import { handClock } from '../../../local/azure/clock.ts';
import { part, text } from '../../../local/azure/json.ts';
import { SpecGuard } from '../../../local/azure/spec-guard.ts';
import { Store } from '../../../local/azure/store.ts';
import { NEWEST } from '../../../local/azure/versions.ts';
import { World } from '../../../local/azure/world.ts';
import { estate } from '../../../local/estate/estate.ts';

const now = new Date('2026-05-04T10:00:00Z');

describe('the demo estate', () => {
  const { accounts, pools } = estate();

  it('is well-formed and stays as it is when the service takes it', () => {
    const world = new World(new Store(handClock(now), { takes: 0, capacity: null, autoscaleRest: 0 }));
    const guard = new SpecGuard();
    for (const account of accounts) world.setAccount(account);
    for (const pool of pools) world.setPool(pool);
    for (const pool of pools) {
      const taken = world.pool(text(pool['id']));
      guard.answer({ method: 'GET', path: text(pool['id']), apiVersion: NEWEST }, { status: 200, body: taken });
      expect(part(taken, 'properties')).toEqual(pool['properties']);
      expect(taken?.['etag']).toBe(pool['etag']);
    }
    for (const account of accounts)
      guard.answer({ method: 'GET', path: text(account['id']), apiVersion: NEWEST }, { status: 200, body: account });
    expect(guard.violations).toEqual([]);
    expect(guard.validated.answers).toBe(accounts.length + pools.length);
  });

  it('spans two subscriptions, all sizes and all three ages', () => {
    expect(new Set(accounts.map(({ id }) => text(id).split('/')[2])).size).toBe(2);
    expect([accounts.length, pools.length]).toEqual([6, 20]);
    const ages = pools.map((pool) => {
      const created = text(part(pool, 'properties')['creationTime']);
      return created < '2024-07-01' ? 'old' : created < '2025-12-01' ? 'between' : 'new';
    });
    expect(new Set(ages)).toEqual(new Set(['old', 'between', 'new']));
  });
});
