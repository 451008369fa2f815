import { execFile } from 'node:child_process';
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import tls from 'node:tls';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { BARE_SETTINGS } from '../../local/bare-settings.ts';
import { accountIdOf, estate } from '../../local/estate/estate.ts';
import { functionFiles } from '../../local/function-files.ts';
import { type Preparation, prepare } from '../../local/installation.ts';
import { NODE_22, NODES } from '../../local/nodes.ts';
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

const folders: string[] = [];
let main: string;

beforeAll(async () => {
  main = await stage(functionFiles());
});
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'batch-warden-'));
  folders.push(folder);
  return folder;
}

/** The entry point of a package that was copied alone to an empty folder. */
async function stage(files: readonly string[]): Promise<string> {
  const made = join(emptyFolder(), 'package');
  await makePackage(made, files);
  const copy = emptyFolder();
  cpSync(made, copy, { recursive: true });
  rmSync(made, { recursive: true });
  return join(copy, mainIn(copy));
}

const BROKEN = join(import.meta.dirname, '..', 'support', 'host', 'broken.ts');

/** The entry point of a package with a broken function. */
function planted(place: 'first' | 'last'): Promise<string> {
  const files = place === 'first' ? [BROKEN, ...functionFiles()] : [...functionFiles(), BROKEN];
  return stage(files);
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

describe('what is staged', () => {
  test('is one file with its map, and what the host reads', () => {
    const folder = join(main, '..', '..');
    const files = globSync('**/*.*', { cwd: folder }).toSorted();
    expect(files).toEqual(['dist/main.cjs', 'dist/main.cjs.map', 'host.json', 'package.json']);
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

  const place = major === 22 ? 'first' : 'last'; // each place under one of them: a package more is seconds more
  test(`a function that throws while it loads is seen, planted ${place}`, async () => {
    const found = await registered(node, [await planted(place)]);
    expect(found.failed).toBe(true);
    expect(found.err).toMatch(/broken on purpose/);
    expect(found.err).toMatch(/test\/support\/host\/broken\.ts:1:/);
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

  /** Runs one function; tells which clients were loaded for it. */
  async function run(node: string, name: string, input: unknown) {
    const coverage = emptyFolder();
    const watched = { ...env, NODE_V8_COVERAGE: coverage };
    const ended = await runScript(node, RUN, [main, name, JSON.stringify(input)], watched);
    return {
      ...ended,
      loadedBlobs: ran(coverage, main, OF_BLOB_CLIENT),
      loadedArm: ran(coverage, main, OF_ARM_CLIENT),
      loadedEventGrid: ran(coverage, main, OF_EVENT_GRID_CLIENT),
    };
  }

  test.each(NODES)(
    'Node %i takes an event without loading the clients of blobs, ARM and Event Grid',
    async (_major, node) => {
      const taken = await run(node, 'onResourceEvent', {
        id: 'e1',
        subject: `${idKey(accountIdOf('contosorender'))}/pools/some`,
        eventType: 'Microsoft.Resources.ResourceWriteSuccess',
        eventTime: '2026-11-22T12:00:00Z',
        data: { operationName: 'Microsoft.Batch/batchAccounts/pools/write' },
      });
      expect(taken).toMatchObject({ failed: false, out: expect.stringContaining('"event-taken"') });
      expect(taken).toMatchObject({ loadedBlobs: false, loadedArm: false, loadedEventGrid: false });
      expect((await local.storage.reconcile.getProperties()).approximateMessagesCount).toBe(1);
      expect(local.azure.log.calls).toEqual([]);
    },
  );

  test.each(NODES)('Node %i takes an account through one look', async (major, node) => {
    const accountId = idKey(accountIdOf(major === 22 ? 'contosorender' : 'contosolegacy'));
    const looked = await run(node, 'reconcile', { accountId, since: new Date() });
    expect(looked).toMatchObject({
      failed: false,
      out: expect.stringContaining('"looked"'),
      loadedBlobs: true,
      loadedArm: true,
      loadedEventGrid: true,
    });
    const { lookedFrom, findings } = await memoryIn(local.storage, new AbortController().signal).load(accountId);
    const writes = local.azure.log.writes();
    console.log(`package: Node ${major}, one look, ${findings.length} findings, ${writes.length} writes`);
    expect(lookedFrom).not.toBeNull();
    expect(findings.length).toBeGreaterThan(0);
    expect(writes.length).toBeGreaterThan(0);
    expect(writes.map(({ status }) => status)).toEqual(writes.map(() => 200));
    expect(local.azure.specViolations).toEqual([]);
  });

  test.each(NODES)('Node %i tells the line of the source where it fails', async (_major, node) => {
    const failed = await run(node, 'reconcile', { accountId: 7 });
    expect(failed).toMatchObject({ failed: true, loadedBlobs: false, loadedArm: false });
    expect(failed.out).toMatch(/at .*functions\/reconcile\.ts:\d+:\d+/);
  });
});
