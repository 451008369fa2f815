import { expect, test } from 'vitest';
import { decodeFinding, encodeFinding } from '../../../shared/azure/state/finding-rows.ts';
import { UNKNOWN_CODES } from '../../../shared/core/model/reading.ts';
import { finding, unknown } from '../../support/cli/findings.ts';

test.each([...UNKNOWN_CODES, null])('a row keeps the code %s', (unknownCode) => {
  const kept = unknown({ unknownCode });
  expect(decodeFinding(encodeFinding('partition', kept))).toEqual(kept);
});

test('a finding that is not unknown has no column for it', () => {
  expect(encodeFinding('partition', finding())).not.toHaveProperty('unknownCode');
});

test.each(['words', '', 7, null])('what another version wrote for a code, %j, is read as none', (unknownCode) => {
  const row = { ...encodeFinding('partition', unknown()), unknownCode };
  expect(decodeFinding(row)).toEqual(unknown({ unknownCode: null }));
});
