import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import tls from 'node:tls';
import { fileURLToPath } from 'node:url';
import { Ajv, type AnySchemaObject } from 'ajv';
import formats from 'ajv-formats';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { BARE_SETTINGS } from '../../local/bare-settings.ts';
import { accountIdOf, estate } from '../../local/estate/estate.ts';
import { functionFiles } from '../../local/function-files.ts';
import { type Preparation, prepare } from '../../local/installation.ts';
import { NODE_22, NODES } from '../../local/nodes.ts';
import lock from '../../package-lock.json' with { type: 'json' };
import { makePackage } from '../../scripts/package.ts';
import { memoryIn } from '../../shared/azure/state/memory.ts';
import { idKey } from '../../shared/core/model/resource-id.ts';
import { ran } from '../support/package/coverage.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const REGISTERED = new URL('../support/package/registered.ts', import.meta.url);
const RUN = new URL('../support/package/run.ts', import.meta.url);
/** Texts of the clients of blobs, of ARM and of Event Grid, and of nothing else. */
const OF_BLOB_CLIENT = 'AppendBlob_createHeaders';
const OF_ARM_CLIENT = 'Microsoft.Batch/batchAccounts/{accountName}/pools/{poolName}';
const OF_EVENT_GRID_CLIENT = 'eventgrid.azure.net/.default';

/** Licences that ask that their text is handed on, and for nothing else. */
const ONLY_NAMES = ['0BSD', 'Apache-2.0', 'BSD-3-Clause', 'ISC', 'MIT'];

const Sbom = z.object({
  components: z.array(
    z.object({
      name: z.string(),
      version: z.string(),
      hashes: z.tuple([z.object({ content: z.string() })]),
      licenses: z.tuple([z.object({ license: z.object({ id: z.string() }) })]),
    }),
  ),
});
const Lock = z.object({ packages: z.record(z.string(), z.object({ integrity: z.string().optional() })) });

function sbomSchema() {
  const ajv = new Ajv({ strict: false, validateSchema: false });
  formats.default(ajv);
  for (const format of ['idn-email', 'iri-reference']) ajv.addFormat(format, true);
  const read = (name: string): AnySchemaObject =>
    JSON.parse(readFileSync(join(ROOT, 'test', 'contract', 'cyclonedx', `${name}.SNAPSHOT.schema.json`), 'utf8'));
  for (const name of ['spdx', 'jsf-0.82'])
    ajv.addSchema(read(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
  return ajv.compile(read('bom-1.6'));
}

const folders: string[] = [];
let main: string;
/** What is made beside the package: `cdx.json` and `sha256`. */
let beside: Readonly<Record<'cdx.json' | 'sha256', string>>;

beforeAll(async () => {
  const staged = await stage(functionFiles());
  main = staged.main;
  beside = staged.beside;
});
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'batch-warden-'));
  folders.push(folder);
  return folder;
}

/** A package that was copied alone to an empty folder: its entry point, and what was made beside it. */
async function stage(files: readonly string[]) {
  const made = join(emptyFolder(), 'package');
  await makePackage(made, files);
  const copy = emptyFolder();
  cpSync(made, copy, { recursive: true });
  rmSync(made, { recursive: true });
  const textOf = (ending: string) => readFileSync(`${made}.${ending}`, 'utf8');
  const beside = { 'cdx.json': textOf('cdx.json'), sha256: textOf('sha256') };
  return { main: join(copy, mainIn(copy)), beside };
}

const broken = (place: 'first' | 'last') =>
  fileURLToPath(new URL(`../support/host/broken-${place}.ts`, import.meta.url));

let planted: Promise<string> | null = null;

/** The entry point of a package with a function in each place that throws where the environment names its place. */
function withBroken(): Promise<string> {
  planted ??= stage([broken('first'), ...functionFiles(), broken('last')]).then((staged) => staged.main);
  return planted;
}

function mainIn(folder: string): string {
  return z.object({ main: z.string() }).parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))).main;
}

interface Ended {
  readonly failed: boolean;
  readonly out: string;
  readonly err: string;
}

function runScript(node: string, script: URL, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  const { promise, resolve } = Promise.withResolvers<Ended>();
  const child = execFile(node, [fileURLToPath(script), ...args], { env }, (error, out, err) =>
    resolve({ failed: error !== null, out, err }),
  );
  onTestFinished(() => void child.kill());
  return promise;
}

const Ran = z.array(z.object({ failed: z.boolean(), out: z.string() }));

const Registered = z.object({
  node: z.string(),
  functions: z.array(
    z.object({ name: z.string(), bindings: z.record(z.string(), z.looseObject({ type: z.string() })) }),
  ),
});

async function registered(node: string, files: readonly string[], env: NodeJS.ProcessEnv = BARE_SETTINGS) {
  const ended = await runScript(node, REGISTERED, files, env);
  return { ...ended, ...Registered.parse(JSON.parse(ended.out)) };
}

let sources: ReturnType<typeof registered> | null = null;

/** What the sources register, which only Node 24 can run. */
function ofSources(): ReturnType<typeof registered> {
  sources ??= registered(process.execPath, functionFiles());
  return sources;
}

describe('11: what a person can check of it', () => {
  const isSbom = sbomSchema();
  const folder = () => join(main, '..', '..');
  const packages = () => Sbom.parse(JSON.parse(beside['cdx.json'])).components;
  const notices = () => readFileSync(join(folder(), 'THIRD-PARTY-NOTICES'), 'utf8');

  test('a build of the same sources in another folder has the same hashes and the same SBOM', async () => {
    expect((await stage(functionFiles())).beside).toEqual(beside);
  });

  test('the hashes are of all files, as sha256sum writes them', () => {
    const files = globSync('**', { cwd: folder(), withFileTypes: true }).filter((entry) => entry.isFile());
    const lines = beside.sha256.trimEnd().split('\n');
    const wrong = lines.filter((line) => {
      const [hash, path = ''] = line.split('  ');
      return (
        createHash('sha256')
          .update(readFileSync(join(folder(), path)))
          .digest('hex') !== hash
      );
    });
    expect(wrong).toEqual([]);
    expect(lines).toHaveLength(files.length);
  });

  test('the SBOM is CycloneDX 1.6, and names what is bundled, by the hash of the lock file', () => {
    const document: unknown = JSON.parse(beside['cdx.json']);
    expect([isSbom(document), isSbom.errors]).toEqual([true, null]);
    expect(isSbom({ ...Object(document), components: [{ name: 'no type' }] })).toBe(false);
    const named = packages().map(({ name }) => name);
    // What a plugin leaves out, and what is only for tests, is not there; what the bundler adds of its own is.
    expect(named).toEqual(expect.arrayContaining(['@azure/arm-batch', '@azure/identity', 'rolldown', 'zod']));
    expect(named.filter((name) => ['apache-arrow', 'azurite', 'vitest', 'commander'].includes(name))).toEqual([]);
    const locked = new Set(Object.values(Lock.parse(lock).packages).map(({ integrity }) => integrity));
    const hashes = packages().map(({ hashes: [hash] }) => Buffer.from(hash.content, 'hex').toString('base64'));
    expect(hashes.filter((hash) => !locked.has(`sha512-${hash}`))).toEqual([]);
    console.log(`package: ${named.length} packages in the SBOM`);
    expect(named.length).toBeGreaterThan(50);
  });

  test('the notices have a licence for each package, and each licence asks for no more than that', () => {
    const text = notices();
    const parts = text.split(`\n${'-'.repeat(80)}\n\n`).slice(1);
    expect(parts).toHaveLength(packages().length);
    const heads = packages().map(({ name, version, licenses: [{ license }] }) => `${name} ${version} (${license.id})`);
    expect(parts.map((part) => part.split('\n')[0])).toEqual(heads);
    expect(parts.filter((part) => !/permi(?:tted|ssion)|apache license/i.test(part))).toEqual([]);
    const asking = packages().filter(({ licenses: [{ license }] }) => !ONLY_NAMES.includes(license.id));
    expect(asking).toEqual([]);
  });
});

describe('what is staged', () => {
  test('is one file with its map, and what the host reads', () => {
    const folder = join(main, '..', '..');
    const files = globSync('**/*.*', { cwd: folder }).toSorted();
    expect(files).toEqual(['dist/main.cjs', 'dist/main.cjs.map', 'host.json', 'package.json']);
    expect(globSync('*', { cwd: folder }).toSorted()).toEqual([
      'THIRD-PARTY-NOTICES',
      'dist',
      'host.json',
      'package.json',
    ]);
    expect(readFileSync(join(folder, 'host.json'))).toEqual(readFileSync(join(ROOT, 'host.json')));
  });

  test('needs nothing but Node and the worker', () => {
    const required = [...readFileSync(main, 'utf8').matchAll(/\b(?:require|import)\(\s*["'`]([^"'`]+)/g)];
    const others = new Set(required.map(([, name = '']) => name).filter((name) => !isBuiltin(name)));
    console.log(`package: ${readFileSync(main).length} bytes, ${required.length} imports`);
    expect([...others]).toEqual(['@azure/functions-core']);
  });

  test('names no path of the machine that made it', () => {
    const { sources } = z
      .object({ sources: z.array(z.string()) })
      .parse(JSON.parse(readFileSync(`${main}.map`, 'utf8')));
    expect(sources).toContain('../functions/reconcile.ts');
    expect(sources.filter((source) => !/^\.\.\/(?:functions|shared)\//.test(source))).toEqual([]);
    expect(readFileSync(main, 'utf8')).not.toContain(ROOT);
  });
});

test.skipIf(NODE_22 === null)(
  `Node 22 is tried too, unless npm has none for ${process.platform}-${process.arch}`,
  () => {
    expect(NODES.map(([major]) => major)).toEqual([22, 24]);
  },
);

describe.each(NODES)('under Node %i', (major, node) => {
  test('every function registers as its source does: name, binding, queue, schedule, connection', async () => {
    const fromSources = await ofSources();
    const found = await registered(node, [main]);
    expect(found).toMatchObject({ failed: false, node: expect.stringMatching(`^${major}\\.`) });
    expect(found.functions).toEqual(fromSources.functions);
    const names = functionFiles().map((file) =>
      basename(file, '.ts').replace(/-(\w)/g, (_, letter) => letter.toUpperCase()),
    );
    // With a hyphen in its name a function cannot be disabled on Linux.
    expect(names.filter((name) => !/^[a-z][A-Za-z]*$/.test(name))).toEqual([]);
    expect(found.functions.map(({ name }) => name)).toEqual(names);
    console.log(`package: Node ${found.node} found ${names.length} functions`);
    const triggers = found.functions.flatMap(({ bindings }) => Object.values(bindings));
    for (const type of ['queueTrigger', 'timerTrigger', 'eventGridTrigger']) {
      expect(triggers.filter((trigger) => trigger.type === type)).not.toEqual([]);
    }
  });

  const place = major === 22 ? 'first' : 'last'; // each place under one of them
  test(`a function that throws while it loads is seen, planted ${place}`, async () => {
    const found = await registered(node, [await withBroken()], { ...BARE_SETTINGS, BROKEN: place });
    expect(found.failed).toBe(true);
    expect(found.err).toMatch(/broken on purpose/);
    expect(found.err).toMatch(new RegExp(`te../support/host/broken-${place}\\.ts:1:`));
  });

  test('one error names every setting that is missing, and the app does not seem to be empty', async () => {
    const found = await registered(node, [main], { ARM_ENDPOINT: 'http://plain' });
    expect(found.failed).toBe(true);
    for (const name of [...Object.keys(BARE_SETTINGS), 'ARM_ENDPOINT']) expect(found.err).toContain(`${name}: `);
    // A worker that finds nothing registered takes the failed file for an app of another kind, and starts without it.
    expect(found.functions).not.toEqual([]);
  });
});

describe('against the local Azure', () => {
  let local: Preparation;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    local = await prepare({ ...estate(), policy: 'mode: enforce', findingsTopic: true });
    const trusted = join(emptyFolder(), 'trusted.pem');
    writeFileSync(trusted, tls.getCACertificates('default').join('\n'));
    env = { ...process.env, NODE_EXTRA_CA_CERTS: trusted, NODE_OPTIONS: '' };
  });
  beforeEach(async () => {
    await local.storage.reconcile.clearMessages();
    local.azure.log.clear();
  });
  afterAll(() => local.stop());

  /** Runs functions one after the other in one process; tells of each how it ended, and which clients were loaded for all. */
  async function run(node: string, calls: readonly (readonly [name: string, input: unknown])[]) {
    const coverage = emptyFolder();
    // V8 tells less of functions that it compiled earlier.
    const watched = { ...env, NODE_V8_COVERAGE: coverage, NODE_DISABLE_COMPILE_CACHE: '1' };
    const args = calls.flatMap(([name, input]) => [name, JSON.stringify(input)]);
    const { out, err } = await runScript(node, RUN, [main, ...args], watched);
    if (out === '') throw new Error(err);
    const texts = [OF_BLOB_CLIENT, OF_ARM_CLIENT, OF_EVENT_GRID_CLIENT];
    const [loadedBlobs, loadedArm, loadedEventGrid] = ran(coverage, main, texts);
    return Ran.parse(JSON.parse(out)).map((one) => ({ ...one, loadedBlobs, loadedArm, loadedEventGrid }));
  }

  test.each(NODES)(
    'Node %i takes an event without loading the clients of blobs, ARM and Event Grid, and tells the line of the source where it fails',
    async (_major, node) => {
      const event = {
        id: 'e1',
        subject: `${idKey(accountIdOf('contosorender'))}/pools/some`,
        eventType: 'Microsoft.Resources.ResourceWriteSuccess',
        eventTime: '2026-11-22T12:00:00Z',
        data: { operationName: 'Microsoft.Batch/batchAccounts/pools/write' },
      };
      const [taken, failed] = await run(node, [
        ['onResourceEvent', event],
        ['reconcile', { accountId: 7 }],
      ]);
      expect(taken).toMatchObject({ failed: false, out: expect.stringContaining('"event-taken"') });
      expect(taken).toMatchObject({ loadedBlobs: false, loadedArm: false, loadedEventGrid: false });
      expect((await local.storage.reconcile.getProperties()).approximateMessagesCount).toBe(1);
      expect(local.azure.log.calls).toEqual([]);
      expect(failed).toMatchObject({ failed: true, loadedBlobs: false, loadedArm: false });
      expect(failed?.out).toMatch(/at .*functions\/reconcile\.ts:\d+:\d+/);
    },
  );

  test.each(NODES)('Node %i takes an account through one look', async (major, node) => {
    const accountId = idKey(accountIdOf(major === 22 ? 'contosorender' : 'contosolegacy'));
    const [looked] = await run(node, [['reconcile', { accountId, since: new Date() }]]);
    expect(looked).toMatchObject({
      failed: false,
      out: expect.stringContaining('"looked"'),
      loadedBlobs: true,
      loadedArm: true,
      loadedEventGrid: true,
    });
    const { lookedFrom, findings } = await memoryIn(local.storage, new AbortController().signal, () => {}).load(
      accountId,
    );
    const writes = local.azure.log.writes();
    console.log(`package: Node ${major}, one look, ${findings.length} findings, ${writes.length} writes`);
    expect(lookedFrom).not.toBeNull();
    expect(findings.length).toBeGreaterThan(0);
    expect(writes.length).toBeGreaterThan(0);
    expect(writes.map(({ status }) => status)).toEqual(writes.map(() => 200));
    expect(local.azure.specViolations).toEqual([]);
  });
});
