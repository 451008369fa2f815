import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { glob } from '../../../shared/core/model/glob.ts';

describe('a pattern', () => {
  test.each([
    ['*', 'Microsoft.Storage/storageAccounts/read', true],
    ['*/read', 'Microsoft.Storage/storageAccounts/read', true],
    ['*/READ', 'microsoft.storage/storageAccounts/read', true],
    ['*/read', 'Microsoft.Storage/storageAccounts/write', false],
    ['*/read', 'Microsoft.Storage/storageAccounts/reads', false],
    ['Microsoft.Storage/*/read', 'Microsoft.Storage/storageAccounts/blobServices/containers/read', true],
    ['Microsoft.Storage/*', 'Microsoft.Batch/batchAccounts/read', false],
    ['Microsoft.Storage/storageAccounts', 'Microsoft.Storage/storageAccounts/read', false],
    ['MicrosoftXStorage/*', 'Microsoft.Storage/storageAccounts/read', false],
    ['a*b*a', 'aba', true],
    ['a*a', 'a', false],
    ['*ab', 'aab', true],
    ['**', '', true],
    ['', '', true],
    ['', 'a', false],
  ])('%s against %s: %s', (pattern, name, fits) => {
    expect(glob(pattern)(name)).toBe(fits);
  });

  test('fits what a regular expression made of it fits', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'B', 'b', '/', '.', '*', '+'), maxLength: 12 });
    const withoutStar = text.map((name) => name.replaceAll('*', ''));
    fc.assert(
      fc.property(text, withoutStar, (pattern, name) => {
        const escaped = pattern.replace(/[.+/]/g, String.raw`\$&`).replaceAll('*', '.*');
        expect(glob(pattern)(name)).toBe(new RegExp(`^${escaped}$`, 'is').test(name));
      }),
      { numRuns: 5000 },
    );
  });

  test('8: of many wildcards does not go back', () => {
    expect(glob(`${'*a'.repeat(2000)}*b`)('a'.repeat(4000))).toBe(false);
  });

  test.each([
    ['k*', '\u212aey', 'the Kelvin sign, which Unicode folds to k'],
    ['s', '\u017f', 'the long s'],
    ['é', 'É', 'a letter beyond A to Z'],
  ])('%s is not for %s: %s', (pattern, name) => {
    expect(glob(pattern)(name)).toBe(false);
  });
});
