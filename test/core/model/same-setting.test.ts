import { expect, test } from 'vitest';
import { POOL_SETTINGS, type PoolSettings } from '../../../shared/core/model/pool-settings.ts';
import { missingSettings } from '../../../shared/core/model/same-setting.ts';

const formula = '$TargetDedicatedNodes = 2;';
const every = (interval: string | null) => ({ scale: { kind: 'autoscale', formula, interval } }) as const;
const item = (name: string, value: string) => ({ name, value, unmodelled: {} });

test.each<[what: string, a: Partial<PoolSettings>, b: Partial<PoolSettings>, same: boolean]>([
  ['an interval in another way', every('PT06M00S'), every('PT6M'), true],
  ['the default interval', every(null), every('PT900S'), true],
  ['another interval', every('PT5M'), every('PT6M'), false],
  ['an interval that is none', every('soon'), every('later'), false],
  ['another formula', every(null), { scale: { kind: 'autoscale', formula: '', interval: null } }, false],
  ['another kind of scale', every(null), { scale: { kind: 'fixed', dedicated: 2, lowPriority: 0 } }, false],
  ['a scale that is not known', every(null), { scale: null }, false],
  [
    'metadata in another order',
    { metadata: [item('a', '1'), item('b', '2')] },
    { metadata: [item('b', '2'), item('a', '1')] },
    true,
  ],
  ['another value', { metadata: [item('a', '1')] }, { metadata: [item('a', '2')] }, false],
])('%s', (_what, a, b, same) => {
  expect(missingSettings(POOL_SETTINGS, a, b)).toEqual(same ? [] : Object.keys(a));
  expect(missingSettings(POOL_SETTINGS, b, a)).toEqual(same ? [] : Object.keys(a));
});
