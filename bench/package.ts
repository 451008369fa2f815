import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { build } from 'rolldown';
import { z } from 'zod';
import { BARE_SETTINGS } from '../local/bare-settings.ts';
import { functionFiles } from '../local/function-files.ts';
import { NODES } from '../local/nodes.ts';
import { plainTable } from '../local/plain-table.ts';
import packageJson from '../package.json' with { type: 'json' };
import { makePackage } from '../scripts/package.ts';

/*
 * What a cold start waits for: the load of the app, as the package and as separate files with `node_modules`. Each load in
 * a bare process of its own: the two in turn, and the Nodes in turn.
 */

const ROOT = join(import.meta.dirname, '..');
const RUNS = 9;
const MEGABYTE = 1024 * 1024;

/** What is measured, in what it is told, and what the package may take of what separate files take. */
const MEASURES = [
  { what: 'time', title: 'load, ms', unit: 1, goal: 0.3 },
  { what: 'memory', title: 'resident memory, MB', unit: MEGABYTE, goal: 0.65 },
] as const;

/** As the worker does: it requires what ends in .cjs, and imports the rest. */
const PROBE = `
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
const require = createRequire(import.meta.url);
const before = process.memoryUsage.rss();
const begun = performance.now();
for (const file of process.argv.slice(1)) {
  if (file.endsWith('.cjs')) require(file);
  else await import(pathToFileURL(file).href);
}
const time = performance.now() - begun;
const memory = process.memoryUsage.rss() - before;
console.log(JSON.stringify({ node: process.versions.node, time, memory, functions: globalThis.registered }));
`;

const STUB = `
globalThis.registered = 0;
module.exports = {
  version: '3.0.0',
  hostVersion: '4.0.0',
  getProgrammingModel() {},
  setProgrammingModel() {},
  registerHook() {},
  registerFunction() {
    globalThis.registered += 1;
    return {};
  },
};
`;

/** Milliseconds and bytes. */
const Load = z.object({ node: z.string(), time: z.number(), memory: z.number(), functions: z.number() });
type Load = z.infer<typeof Load>;

/** The separate files as JavaScript, with their packages beside them. */
async function makeUnbundled(folder: string): Promise<string[]> {
  const app = join(folder, 'app');
  await build({
    input: functionFiles(),
    cwd: ROOT,
    platform: 'node',
    external: Object.keys(packageJson.dependencies).map((name) => new RegExp(`^${name}(?:/|$)`)),
    treeshake: false,
    transform: { target: 'node22' },
    output: { dir: app, preserveModules: true, preserveModulesRoot: ROOT },
  });
  writeFileSync(join(app, 'package.json'), '{ "type": "module" }');
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
  return functionFiles().map((file) => join(app, 'functions', `${basename(file, '.ts')}.js`));
}

function load(node: string, files: readonly string[], core: string): Load {
  const env = { NODE_PATH: core, ...BARE_SETTINGS };
  const out = execFileSync(node, ['--input-type=module', '--eval', PROBE, ...files], { env, encoding: 'utf8' });
  const result = Load.parse(JSON.parse(out));
  if (result.functions !== functionFiles().length) throw new Error(`${result.functions} functions were registered`);
  return result;
}

/** The quartiles. */
function quartiles(values: readonly number[]): [low: number, median: number, high: number] {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part: number) => sorted[Math.round((sorted.length - 1) * part)] ?? Number.NaN;
  return [at(0.25), at(0.5), at(0.75)];
}

/** One load of each; which goes first changes from run to run. */
function pair(run: number, loadFiles: () => Load, loadPackage: () => Load): { files: Load; packaged: Load } {
  if (run % 2 === 0) return { files: loadFiles(), packaged: loadPackage() };
  const packaged = loadPackage();
  return { files: loadFiles(), packaged };
}

function rowsOf(pairs: readonly { files: Load; packaged: Load }[]): string[][] {
  return MEASURES.map(({ what, title, unit, goal }) => {
    const median = (which: 'files' | 'packaged') => quartiles(pairs.map((each) => each[which][what] / unit))[1];
    const [low, middle, high] = quartiles(pairs.map(({ files, packaged }) => packaged[what] / files[what]));
    return [
      pairs[0]?.files.node ?? '',
      title,
      median('files').toFixed(0),
      median('packaged').toFixed(0),
      middle.toFixed(2),
      `${low.toFixed(2)} to ${high.toFixed(2)}`,
      `at most ${goal.toFixed(2)}`,
    ];
  });
}

/** A table and a sentence. */
export async function packageReport(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'batch-warden-'));
  try {
    const core = join(folder, 'worker');
    mkdirSync(join(core, '@azure', 'functions-core'), { recursive: true });
    writeFileSync(join(core, '@azure', 'functions-core', 'index.js'), STUB);
    const unbundled = await makeUnbundled(join(folder, 'unbundled'));
    await makePackage(join(folder, 'package'));
    const packaged = join(folder, 'package', 'dist', 'main.cjs');
    const measured = NODES.map(([, node]) => ({ node, pairs: [] as ReturnType<typeof pair>[] }));
    for (let run = 0; run < RUNS; run++) {
      for (const { node, pairs } of measured) {
        pairs.push(
          pair(
            run,
            () => load(node, unbundled, core),
            () => load(node, [packaged], core),
          ),
        );
      }
    }
    const head = ['Node', '', 'files', 'package', 'ratio', 'quartiles', 'goal'];
    const size = (statSync(packaged).size / MEGABYTE).toFixed(2);
    return `${plainTable(
      head,
      measured.flatMap(({ pairs }) => rowsOf(pairs)),
    )}
The package against separate files, medians of ${RUNS} pairs. dist/main.cjs has ${size} MB.
`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
