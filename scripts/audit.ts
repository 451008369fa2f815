import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';

/*
 * `npm run audit`: the known weaknesses of the packages in the lock file, as the registry tells them. It needs the network, and
 * a registry that answers: where one does not, it says so and passes.
 */

const ROOT = join(import.meta.dirname, '..');

const Report = z.object({
  metadata: z.object({ dependencies: z.object({ total: z.number() }) }),
  vulnerabilities: z.record(z.string(), z.object({ severity: z.string(), range: z.string() })),
});
const Refusal = z.object({ statusCode: z.number() });

function main(): string {
  const { stdout, error } = spawnSync('npm', ['audit', '--json'], {
    cwd: ROOT,
    encoding: 'utf8',
    shell: process.platform === 'win32', // npm is a script there
  });
  if (error) return `audit: skipped, because npm cannot be run: ${error.message}`;
  const answer = parsed(stdout);
  const report = Report.safeParse(answer);
  if (!report.success) {
    const status = Refusal.safeParse(answer).data?.statusCode;
    return `audit: skipped, because the registry does not answer it${status === undefined ? '' : ` (status ${status})`}`;
  }
  const { vulnerabilities, metadata } = report.data;
  const found = Object.entries(vulnerabilities).map(([name, { severity, range }]) => `${severity}: ${name} ${range}`);
  if (found.length > 0) throw new Error(`npm audit tells more of each:\n${found.join('\n')}`);
  return `audit: nothing known of ${metadata.dependencies.total} packages`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

try {
  console.log(main());
} catch (error) {
  console.error(`audit: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
