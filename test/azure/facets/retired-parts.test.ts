import { describe, expect, test } from 'vitest';
import type { Arm } from '../../../shared/azure/arm/arm.ts';
import { providerReads } from '../../../shared/azure/facets/provider-reads.ts';
import { readRetiredParts } from '../../../shared/azure/facets/retired-parts.ts';
import { failedFacets, noFacets } from '../../../shared/core/model/facet.ts';
import { retiredPartsOf } from '../../../shared/core/model/retired-parts.ts';
import { ACCOUNT_ID, poolId } from '../../support/snapshots.ts';

/** Read from a list of these items. */
async function read(...items: unknown[]) {
  const unasked = () => Promise.reject(new TypeError('only a list is read'));
  const arm: Arm = {
    get: unasked,
    patch: unasked,
    async *pages() {
      yield items;
    },
  };
  const retired = await readRetiredParts(providerReads(arm), ACCOUNT_ID);
  return { retired, hasFailed: failedFacets({ ...noFacets('not read'), retired }).length > 0 };
}

describe('2: a pool of the older list that is not as specified', () => {
  const sound = { id: poolId('pool1'), properties: { targetNodeCommunicationMode: 'Classic' } };

  test('is unreadable, and the others are read', async () => {
    const { retired, hasFailed } = await read({ id: poolId('Broken'), properties: 7 }, sound);
    expect(hasFailed).toBe(true);
    expect(retiredPartsOf({ id: poolId('broken') }, retired)).toEqual({
      unknown: { code: 'unreadable', message: 'the pool at api-version 2024-07-01 is not as specified' },
    });
    expect(retiredPartsOf({ id: poolId('pool1') }, retired)).toMatchObject({ known: { certificateIds: [] } });
  });

  test('leaves the list unreadable when it is no pool at all', async () => {
    const { retired, hasFailed } = await read(sound, { properties: {} });
    expect(hasFailed).toBe(true);
    expect(retired).toMatchObject({ unknown: { code: 'unreadable' } });
  });

  test('that the list lacks was not shown, which is no failure', async () => {
    const { retired, hasFailed } = await read(sound);
    expect(hasFailed).toBe(false);
    expect(retiredPartsOf({ id: poolId('pool2') }, retired)).toMatchObject({ unknown: { code: 'not-shown' } });
  });
});
