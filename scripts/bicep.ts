import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';

/*
 * `npm run bicep`: formats, lints and compiles every template of infra/ without a warning, and writes the compiled ones to
 * infra/compiled/. With `-- --check` it writes nothing and fails where a file is not as it would be written.
 */

const ROOT = join(import.meta.dirname, '..');
const PROJECT = join(ROOT, 'infra', 'tools', 'bicep.csproj');
/** Of the compiler's packages, as `sha512sum` writes it. */
const HASHES = join(ROOT, 'infra', 'tools', 'bicep.sha512');
const CACHE = join(ROOT, 'node_modules', '.cache', 'bicep');
const COMPILED = join(ROOT, 'infra', 'compiled');

const SYSTEMS: Partial<Record<NodeJS.Platform, string>> = { linux: 'linux', darwin: 'osx', win32: 'win' };

/** The compiler, restored from NuGet once for each version. @throws Error when it is not the one whose hash is kept */
function restoreCompiler(): string {
  const platform = `${SYSTEMS[process.platform] ?? process.platform}-${process.arch}`;
  const version = /Version="\[([\d.]+)\]"/.exec(readFileSync(PROJECT, 'utf8'))?.[1];
  if (version === undefined) throw new Error(`${PROJECT} names no version of the compiler`);
  const packageFolder = join(CACHE, `azure.bicep.commandline.${platform}`, version);
  const compiler = join(packageFolder, 'tools', process.platform === 'win32' ? 'bicep.exe' : 'bicep');
  if (!existsSync(compiler)) {
    const objects = `-p:BaseIntermediateOutputPath=${join(CACHE, 'obj')}/`;
    run('dotnet', ['restore', PROJECT, '--packages', CACHE, '-v:q', `-p:BicepPlatform=${platform}`, objects]);
  }
  checkHash(join(packageFolder, `azure.bicep.commandline.${platform}.${version}.nupkg`));
  return compiler;
}

/** A lock file of NuGet knows nothing of what is only downloaded: so the hash is checked here, before anything of it runs. */
function checkHash(file: string): void {
  const line = `${createHash('sha512').update(readFileSync(file)).digest('hex')}  ${basename(file)}`;
  const lines = readFileSync(HASHES, 'utf8').split('\n');
  if (lines.includes(line)) return;
  const isKnown = lines.some((known) => known.endsWith(`  ${basename(file)}`));
  throw new Error(
    isKnown
      ? `${file} is not the package whose SHA-512 is kept in infra/tools/bicep.sha512: delete it, and look where it came from`
      : `no SHA-512 of ${basename(file)} is kept. Compare with what nuget.org tells of it, and add to infra/tools/bicep.sha512:\n${line}`,
  );
}

/** What the program says. @throws Error with all of it when it fails */
function run(program: string, args: readonly string[], cwd = ROOT): string {
  const environment = {
    DOTNET_CLI_TELEMETRY_OPTOUT: '1',
    DOTNET_NOLOGO: '1',
    DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1',
  };
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...environment },
  });
  if (error) throw error;
  const said = `${stdout}${stderr}`.trim();
  if (status !== 0) throw new Error(`${basename(program)} ${args[0]}:\n${said}`);
  return said;
}

/** A file as it would be written, and where. */
type Written = readonly [from: string, to: string];

/** The templates, formatted. */
function format(compiler: string, templates: readonly string[], folder: string): Written[] {
  const copy = join(folder, 'formatted');
  cpSync(join(ROOT, 'infra'), join(copy, 'infra'), { recursive: true });
  run(compiler, ['format', '--pattern', 'infra/**/*.bicep'], copy);
  return templates.map((name) => [join(copy, name), join(ROOT, name)]);
}

/** What is deployed by itself, compiled. */
function compile(compiler: string, folder: string): Written[] {
  const output = join(folder, 'compiled');
  mkdirSync(output);
  const said = run(compiler, ['build', '--pattern', 'infra/*.bicep', '--outdir', output]);
  if (said !== '') throw new Error(said);
  return globSync('*.json', { cwd: output }).map((name) => [join(output, name), join(COMPILED, name)]);
}

function isStale([from, to]: Written): boolean {
  return !existsSync(to) || readFileSync(from, 'utf8') !== readFileSync(to, 'utf8');
}

function main(check: boolean): string {
  if (spawnSync('dotnet', ['--version']).error) return 'bicep: skipped, there is no dotnet here to bring the compiler';
  const templates = globSync('infra/**/*.bicep', { cwd: ROOT });
  if (templates.length === 0) throw new Error('infra/ has no templates');
  const compiler = restoreCompiler();
  const folder = mkdtempSync(join(tmpdir(), 'bicep-'));
  try {
    const said = run(compiler, ['lint', '--pattern', 'infra/**/*.bicep']);
    if (said !== '') throw new Error(said);
    const compiled = compile(compiler, folder);
    const stale = [...format(compiler, templates, folder), ...compiled].filter(isStale);
    const orphans = globSync('*.json', { cwd: COMPILED })
      .map((name) => join(COMPILED, name))
      .filter((path) => compiled.every(([, to]) => to !== path));
    const names = [...stale.map(([, to]) => to), ...orphans].map((path) => relative(ROOT, path));
    if (check && names.length > 0) throw new Error(`not up to date, npm run bicep writes them: ${names.join(', ')}`);
    for (const [from, to] of stale) cpSync(from, to);
    for (const path of orphans) rmSync(path);
    return `bicep: ${templates.length} templates without a warning, ${compiled.length} compiled`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

try {
  console.log(main(process.argv.includes('--check')));
} catch (error) {
  console.error(`bicep: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
