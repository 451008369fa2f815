import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { plainTable } from '../local/plain-table.ts';

const ROOT = join(import.meta.dirname, '..');
/** The last commit before judging was made fast. */
const BEFORE = '46b4b1fa31c611f42546ae1b53ad2745def76d2e';

const GOALS = {
  violating: { title: 'all default rules on a violating pool', goal: 0.3 },
  compliant: { title: 'all default rules on a compliant pool', goal: 0.45 },
  decode: { title: 'decoding the body of a pool', goal: 0.4 },
} as const;

const Comparisons = z.array(
  z.object({
    what: z.enum(['violating', 'compliant', 'decode']),
    times: z.number(),
    before: z.number(),
    after: z.number(),
    ratio: z.tuple([z.number(), z.number(), z.number()]),
  }),
);

/** What judging takes beside what it took before, and the goals. */
export function judgingReport(): string {
  const folder = mkdtempSync(join(tmpdir(), 'batch-warden-before-'));
  try {
    const fault = takeOut(folder);
    if (fault !== null) return `Judging beside commit ${BEFORE.slice(0, 7)}: skipped, ${fault}.\n`;
    return reportOf(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Puts the code of before into the folder, outside node_modules: there Node strips no types. Why not, where it cannot. */
function takeOut(folder: string): string | null {
  const git = { cwd: ROOT, stdio: ['ignore', 'pipe', 'ignore'] as ['ignore', 'pipe', 'ignore'] };
  try {
    execFileSync('git', ['cat-file', '-e', `${BEFORE}^{commit}`], git);
  } catch {
    return 'which this copy does not have, or there is no git: a whole clone has it';
  }
  execFileSync('git', ['archive', '--output', join(folder, 'before.tar'), BEFORE, 'package.json', 'shared'], git);
  execFileSync('tar', ['-xf', 'before.tar'], { cwd: folder });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
  return null;
}

function reportOf(folder: string): string {
  const script = join(import.meta.dirname, 'interleaved.ts');
  const comparisons = Comparisons.parse(
    JSON.parse(execFileSync(process.execPath, ['--expose-gc', script, folder], { encoding: 'utf8' })),
  );
  const rows = comparisons.map(({ what, times, before, after, ratio: [lower, median, upper] }) => {
    const { title, goal } = GOALS[what];
    return [
      title,
      String(times),
      before.toFixed(1),
      after.toFixed(1),
      `${median.toFixed(2)} (${lower.toFixed(2)} to ${upper.toFixed(2)})`,
      `${goal.toFixed(2)}: ${median <= goal ? 'reached' : 'missed'}`,
    ];
  });
  const head = ['judging', 'pools', `${BEFORE.slice(0, 7)}, µs`, 'now, µs', 'ratio, with quartiles', 'goal at most'];
  return `\n${plainTable(head, rows)}\nCPU, medians; both codes in one process, in turn.\n`;
}
