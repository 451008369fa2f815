import { defineConfig } from 'vitest/config';

/** Tests that start nothing and change nothing of the process: one worker takes one after the other and loads the code once. */
const PURE = [
  'test/core/**/*.test.ts',
  'test/report/**/*.test.ts',
  'test/rules/*.test.ts',
  'test/laws.test.ts',
  'test/azure/codec/{permissions,place-names,pool-codec,pool-parts,secret-places}.test.ts',
  'test/azure/{facets,files}/*.test.ts',
  'test/azure/state/finding-rows.test.ts',
  'test/docs/{architecture,links}.test.ts',
  'test/infra/{deploy-page,event-filter,kql}.test.ts',
  'test/local/azure/{contract,estate}.test.ts',
  'test/scripts/roles.test.ts',
  'test/{examples,lock-file,messages,no-secrets,project-files,reconcile-results}.test.ts',
];

const common = {
  pool: 'forks' as const,
  // Only what hangs takes so long: a machine seven times slower has time.
  testTimeout: 300_000,
  hookTimeout: 300_000,
  expect: { poll: { timeout: 60_000 } },
};

export default defineConfig({
  test: {
    maxWorkers: 5, // most tests wait for servers, not for a core
    reporters: ['default', './scripts/tally.ts'],
    projects: [
      { test: { ...common, name: 'pure', include: PURE, isolate: false } },
      { test: { ...common, name: 'rest', include: ['test/**/*.test.ts'], exclude: PURE } },
    ],
  },
});
