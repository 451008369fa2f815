import { defineConfig } from 'vitest/config';

/**
 * For `npm run mutants`: the tests of the pure core without its laws, each file with modules of its own, since a mutant may
 * change what a module does as it loads.
 */
export default defineConfig({
  test: { include: ['test/core/**/*.test.ts', 'test/rules/*.test.ts'], testTimeout: 60_000 },
});
