import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Tests that may share a process, since none minds what another left there: the code is loaded once for many. */
const PURE = [
  'test/core/**/*.test.ts',
  'test/report/**/*.test.ts',
  'test/rules/*.test.ts',
  'test/laws*.test.ts',
  'test/azure/{codec,facets,files,http}/*.test.ts',
  'test/azure/{edge,hidden-fields,settings,throttling}.test.ts',
  'test/azure/key-vault/*.test.ts',
  'test/azure/state/*.test.ts',
  'test/bench/*.test.ts',
  'test/docs/*.test.ts',
  'test/infra/{deploy-hooks,deploy-page,event-filter,kql,operators,roles-enforced,vault-events}.test.ts',
  'test/local/{azure,key-vault}/*.test.ts',
  'test/local/host/options.test.ts',
  'test/local/estate.test.ts',
  'test/cli/{approve,bad-input,baseline,choosing,completion,contract,exemptions,explain,explain-*,formats,freeze,help,hostile-formats,init,input-places,journal,loaded-modules,outputs,plan,plan-accounts,policy,reading,release,rotate,secrets,status,transcripts,undo}.test.ts',
  'test/scripts/{pages,ready,roles}.test.ts',
  'test/{begin-order,cures,drained-estate,examples,intake,lock-file,messages,no-lock-out,no-secrets}.test.ts',
  'test/{project-files,reconcile,reconcile-results,rotation-steps,sweep,take-alarm,take-secret-event,take-sweep}.test.ts',
];

/** They take the longest. On a fresh machine Vitest knows no times, and would run some of them last and alone. */
const FIRST = [
  'scripts/package',
  'check',
  'end-to-end',
  'azure/edge',
  'drain-killed',
  'functions/functions',
  'azure/findings-topic',
  'scripts/new-rule',
  'local/host/host',
  'cli/process',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isFirst = ({ moduleId }: TestSpecification) =>
      FIRST.some((name) => moduleId.endsWith(`/test/${name}.test.ts`));
    const { true: first = [], false: others = [] } = Object.groupBy(
      await super.sort(files),
      (file) => `${isFirst(file)}`,
    );
    return [...first, ...others];
  }
}

const common = {
  pool: 'forks' as const,
  // Only what hangs takes so long: a machine seven times slower has time.
  testTimeout: 300_000,
  hookTimeout: 300_000,
  expect: { poll: { timeout: 60_000 } },
};

export default defineConfig({
  test: {
    maxWorkers: 3, // some tests wait for servers; each worker more loads all code once more
    globalSetup: ['test/support/temporary-folder.ts', 'test/support/shared-storage.ts'],
    sequence: { sequencer: LongestFirst },
    reporters: ['default', './scripts/tally.ts'],
    projects: [
      { test: { ...common, name: 'pure', include: PURE, isolate: false } },
      { test: { ...common, name: 'rest', include: ['test/**/*.test.ts'], exclude: PURE } },
    ],
  },
});
