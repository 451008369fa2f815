import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';
import { plainTable } from '../local/plain-table.ts';
import { burstReport } from './bursts.ts';
import { costReport } from './cost.ts';
import { judgingReport } from './judging.ts';
import { packageReport } from './package.ts';

/* `npm run bench`: measured, not asserted. Each size in a process of its own, one after the other. */

const Run = z.object({
  accounts: z.number(),
  pools: z.number(),
  rules: z.number(),
  outcomes: z.number(),
  parsePool: z.number(),
  judgePool: z.number(),
  judgeAccount: z.number(),
  defaultRulesPool: z.number(),
  compliantPool: z.number(),
  schemaCheck: z.number(),
  peakHeap: z.number(),
  peakRss: z.number(),
});

const SIZES = [
  [1000, 20],
  [5000, 20],
  [10_000, 20],
] as const;

const HEAD = [
  'accounts',
  'pools',
  'parse, µs a pool',
  'judge, µs a pool',
  'judge, µs an account',
  'peak heap, MB',
  'peak memory, MB',
];
const micro = (nanoseconds: number) => (nanoseconds / 1000).toFixed(1);
const mega = (bytes: number) => (bytes / 1024 / 1024).toFixed(0);

const runs = SIZES.map((size) => {
  const script = join(import.meta.dirname, 'judge.ts');
  return Run.parse(JSON.parse(execFileSync(process.execPath, [script, ...size.map(String)], { encoding: 'utf8' })));
});
const rows = runs.map(({ accounts, pools, parsePool, judgePool, judgeAccount, peakHeap, peakRss }) => [
  String(accounts),
  String(pools),
  micro(parsePool),
  micro(judgePool),
  micro(judgeAccount),
  mega(peakHeap),
  mega(peakRss),
]);
const [first] = runs;
const last = runs.at(-1);
if (first === undefined || last === undefined) throw new Error('nothing was run');
const ratio = (what: 'defaultRulesPool' | 'compliantPool') => (last[what] / last.schemaCheck).toFixed(0);
const growth = (what: 'judgePool' | 'peakRss') => (last[what] / first[what]).toFixed(2);
process.stdout.write(`${plainTable(HEAD, rows)}
All ${last.rules} rules; ${last.outcomes} outcomes at the largest size.
From ${first.accounts} to ${last.accounts} accounts: time a pool × ${growth('judgePool')}, peak memory × ${growth('peakRss')}.
All default rules on one pool take ${ratio('defaultRulesPool')} times, on one that complies ${ratio('compliantPool')} times one compiled JSON-schema check of the authentication modes (${last.schemaCheck.toFixed(0)} ns); the target is 200.
`);
process.stdout.write(judgingReport());
const sweep = join(import.meta.dirname, 'sweep.ts');
process.stdout.write(`\n${execFileSync(process.execPath, [sweep], { encoding: 'utf8' })}\n`);
process.stdout.write(`${burstReport()}\n`);
process.stdout.write(await packageReport());
process.stdout.write(`\n${await costReport()}`);
const drain = join(import.meta.dirname, 'drain.ts');
process.stdout.write(`\n${execFileSync(process.execPath, [drain], { encoding: 'utf8' })}\n`);
