import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PoolBody } from '../../../shared/azure/codec/pool-body.ts';
import { decodePool } from '../../../shared/azure/codec/pool-codec.ts';
import { POOL_ID } from '../../support/snapshots.ts';

const CONTRACT = join(import.meta.dirname, '..', '..', 'contract');

/** Whatever parses as a pool, and is more than an empty object, wherever it stands in an exchange or an example. */
function poolsIn(json: unknown): object[] {
  if (typeof json !== 'object' || json === null) return [];
  const body = { ...json, id: POOL_ID };
  const { data } = PoolBody.safeParse(body);
  return [...(data && Object.keys(data.properties).length > 1 ? [body] : []), ...Object.values(json).flatMap(poolsIn)];
}

test('no text of a recorded body or an official example is taken for a secret', () => {
  const files = globSync('{recorded/pools,examples}/*.json', { cwd: CONTRACT });
  const bodies = files.flatMap((file) => poolsIn(JSON.parse(readFileSync(join(CONTRACT, file), 'utf8'))));
  expect(bodies.flatMap((body) => decodePool(body, 'all').secretPlaces)).toEqual([]);
  expect(bodies.length).toBeGreaterThan(60);
});
