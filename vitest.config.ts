import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 4, // most tests wait for servers, not for a core
    testTimeout: 120_000,
    hookTimeout: 60_000,
    reporters: ['default', './scripts/tally.ts'],
  },
});
