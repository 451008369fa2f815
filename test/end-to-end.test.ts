import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { fitted } from '../cli/help-width.ts';
import { untilAtRest } from '../local/at-rest.ts';
import { part } from '../local/azure/json.ts';
import { story } from '../local/demo.ts';
import { estate, poolIdOf, SHOWN_POOL, SHOWN_SECRET, VAULT } from '../local/estate/estate.ts';
import { type Installation, install, putPolicy } from '../local/installation.ts';
import { logLineOf } from '../local/log-in-words.ts';
import { Screen } from '../local/screen.ts';
import type { LogLine } from '../shared/core/plan/log-line.ts';
import { shortName } from '../shared/report/short-name.ts';
import { rules } from '../shared/rules/index.ts';
import { BEYOND_BODIES, FACET_READS_ONCE_REPAIRED, total } from './support/estate/reads.ts';
import { family, listeningAddresses } from './support/host/sockets.ts';
import { leaksIn } from './support/leaks.ts';

const PAGE = 3;
const transcript: string[] = [];
const logged: string[] = [];
const WIDE = 1000;
const screen = new Screen((text) => transcript.push(text), WIDE);
const REPORT = join(tmpdir(), 'demo', 'report.html');
let local: Installation;

beforeAll(async () => {
  const log = (line: Parameters<Screen['hear']>[0]) => {
    logged.push(line.message);
    screen.hear(line);
  };
  // Its listeners are counted.
  vi.stubEnv('SHARED_STORAGE', undefined);
  local = await install({ ...estate(), vaults: [VAULT], pageSize: PAGE, findingsTopic: true, log });
  await story(local, screen, REPORT);
});
afterAll(() => local.stop());

const lines = (): LogLine[] => logged.flatMap((message) => logLineOf(message) ?? []);
/** The text of each of the story's parts. */
const chapters = (): string[] => {
  const starts = transcript.flatMap((text, at) => (/^\n\S*\d\. /.test(text) ? [at] : []));
  return starts.map((start, at) => transcript.slice(start, starts[at + 1]).join('\n'));
};
const said = (pattern: RegExp) => transcript.filter((text) => pattern.test(text));

describe('the story that npm start tells', () => {
  test('nothing fails, and every body was as specified', () => {
    expect(screen.failures).toEqual([]);
    expect(local.azure.specViolations).toEqual([]);
    const { answers, requests } = local.azure.validated;
    console.log(`specification: ${answers} answers and ${requests} requests validated`);
    expect(answers).toBeGreaterThan(30);
  });

  test('the first sweep audits: findings, and no write before there is a policy', () => {
    expect(chapters()).toHaveLength(6);
    const [first] = chapters();
    expect(first).toMatch(/fix available \(policy: audit\)/);
    expect(first).not.toMatch(/applied/);
  });

  test('17.9: it fits 80 columns, but for ids', () => {
    const lines = transcript.flatMap((text) => fitted(text, 80).split('\n'));
    expect(lines.filter((line) => line.length > 80 && !/^ *\S+$/.test(line))).toEqual([]);
    expect(lines.filter((line) => line.startsWith('┌')).length).toBeGreaterThan(1);
  });

  test('17.9: it ends with a page of all that, whose path is told', () => {
    expect(chapters()[5]).toContain(REPORT);
    const page = readFileSync(REPORT, 'utf8');
    expect(page).toMatch(/^<!doctype html>/i);
    for (const there of ['windows-rdp-busy', 'pool-certificates', 'As Batch Warden keeps it at'])
      expect(page).toContain(there);
  });

  test('every write in the log of Azure is told, and no other', () => {
    const written = local.azure.log.writes().map(({ path }) => shortName(path));
    const told = said(/ {2}(?:applied|emptied|changed|restored) /).map((text) => {
      const [, ofWhat, name] = / of ([\w-]+\/?[\w-]*)|(?:emptied|restored) +(\S+)/.exec(text) ?? [];
      return ofWhat ?? name ?? text;
    });
    console.log(`writes: ${written.length} in Azure's log, ${told.length} told`);
    expect(told.map((name) => name.toLowerCase()).toSorted()).toEqual(
      written.map((name) => name.toLowerCase()).toSorted(),
    );
    expect(
      local.azure.log
        .writes()
        .every(({ status, ifMatch, path }) => status === 200 && (ifMatch !== null || !path.includes('/pools/'))),
    ).toBe(true);
  });

  test('an account and an empty pool are repaired, a pool with nodes waits for a drain', () => {
    expect(said(/applied .*authentication modes.* of contosorender$/)).toHaveLength(1);
    expect(said(/applied .*endpoint rules of contosolegacy\/unknown-fields$/)).toHaveLength(1);
    expect(said(/held .*windows-rdp-busy: waits for a drain: it has 4 nodes/)).toHaveLength(1);
    expect(chapters()[1]).not.toMatch(/(?:applied|emptied|changed) .*windows-rdp-busy/);
  });

  test('what somebody opened is closed again because of its event', () => {
    const shown = shortName(SHOWN_POOL);
    const story = chapters()[2] ?? '';
    const order = [`event `, `opened `, `applied `, `closed `].map((word) =>
      story.search(new RegExp(`${word}.*${shown}`)),
    );
    expect(order.every((at) => at >= 0)).toBe(true);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    const rules = JSON.stringify(local.azure.world.pool(SHOWN_POOL));
    expect(rules).not.toContain('"Internet"');
  });

  test('14: that pool is emptied, changed and given its size back, once drains are allowed', () => {
    const story = chapters()[3] ?? '';
    const order = [
      'emptied ',
      'changed .*endpoint rules',
      'restored ',
      'closed .*pool-remote-access',
      'closed .*drain',
    ];
    const found = order.map((words) => [...story.matchAll(new RegExp(`${words}.*windows-rdp-busy`, 'g'))]);
    expect(found.map(({ length }) => length)).toEqual([1, 1, 1, 1, 1]);
    const { scaleSettings, metadata } = part(local.azure.world.pool(poolIdOf('windows-rdp-busy')), 'properties');
    expect(scaleSettings).toMatchObject({ fixedScale: { targetDedicatedNodes: 3, targetLowPriorityNodes: 1 } });
    expect(JSON.stringify(metadata ?? [])).not.toContain('warden:drain');
  });

  test('15: in the same drain the password of its user is rotated, from due to retired, and shown nowhere', () => {
    const story = chapters()[3] ?? '';
    const order = [
      `minted .*${SHOWN_SECRET}-pending`,
      'emptied ',
      'changed .*named users',
      `promoted .*${SHOWN_SECRET}:`,
      'closed .*pool-named-user-secret .*windows-rdp-busy',
      `retired .*${SHOWN_SECRET}:`,
    ].map((words) => story.search(new RegExp(words)));
    expect(order.every((at) => at >= 0)).toBe(true);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    const [old, current] = local.azure.vaults.versions(VAULT.name, SHOWN_SECRET);
    expect([old?.enabled, current?.enabled]).toEqual([false, true]);
    expect(local.azure.world.givenUsers(poolIdOf('windows-rdp-busy')).get('render')?.password).toBe(current?.value);
    const values = local.azure.vaults.allValues();
    expect(values).toHaveLength(3);
    expect(leaksIn([transcript.join('\n'), logged.join('\n')], values)).toEqual([]);
  });

  test('what the log calls opened or closed is what the topic was told', () => {
    const told = local.azure.topic.requests.flat().map(({ type, subject }) => `${type} ${subject ?? ''}`);
    const types = new Map<string, string>([
      ['finding-opened', 'BatchWarden.FindingOpened'],
      ['finding-closed', 'BatchWarden.FindingClosed'],
    ]);
    const logged = lines().flatMap((line) => {
      const type = types.get(line.event);
      return type !== undefined && 'resource' in line ? [`${type} ${line.resource}`] : [];
    });
    console.log(`topic: ${told.length} events`);
    expect(told.toSorted()).toEqual(logged.toSorted());
    expect(told.length).toBeGreaterThan(50);
  });

  test('every line that the program logs is of the one schema', () => {
    const structured = logged.filter((message) => message.startsWith('{'));
    const strange = structured.filter((message) => logLineOf(message) === null);
    console.log(`log: ${structured.length} lines, ${strange.length} of them not of the schema`);
    expect(strange).toEqual([]);
    expect(structured.length).toBeGreaterThan(50);
    const looks = lines().filter((line) => line.event === 'write' || line.event === 'look');
    expect(looks.every((line) => 'correlationId' in line && line.correlationId !== '')).toBe(true);
  });
});

test('every listener is on loopback', () => {
  const addresses = listeningAddresses(family(process.pid));
  console.log(`listeners: ${addresses.length}, all on ${[...new Set(addresses)].join(' ')}`);
  expect(new Set(addresses)).toEqual(new Set(['0100007F'])); // 127.0.0.1, as the kernel writes it
  expect(addresses.length).toBeGreaterThanOrEqual(6);
});

test('a sweep at rest with all rules writes nothing, and reads each page and each facet once', async () => {
  await putPolicy(local.storage, readFileSync(join(import.meta.dirname, 'support', 'estate', 'policy.yaml'), 'utf8'));
  await local.host.runTimer('sweep');
  await untilAtRest(local);
  local.azure.log.clear();
  await local.host.runTimer('sweep');
  await untilAtRest(local);
  const { accounts, pools } = estate();
  const pages = (items: number) => Math.max(1, Math.ceil(items / PAGE));
  const subscriptions = Map.groupBy(accounts, ({ id }) => String(id).split('/')[2]);
  const lists = [...subscriptions.values()].reduce((sum, group) => sum + pages(group.length), 0);
  const looks = accounts.map(({ id }) => {
    const own = pools.filter((pool) => String(pool['id']).startsWith(`${String(id)}/`)).length;
    // What the newest api-version no longer shows is read in a list of its own.
    return 1 + pages(own) + (own === 0 ? 0 : pages(own));
  });
  // Beside each list, whether it may lack accounts.
  const bodies = lists + subscriptions.size + looks.reduce((sum, calls) => sum + calls, 0);
  const facets = total(FACET_READS_ONCE_REPAIRED);
  const beyond = local.azure.log.reads(BEYOND_BODIES).length;
  const [reads, writes] = [local.azure.log.reads().length, local.azure.log.writes().length];
  console.log(
    `a sweep at rest with all ${rules.length} rules: ${writes} writes; ${reads} reads, ${bodies + facets} expected; ` +
      `${beyond} of them beyond accounts and pools, ${facets} expected`,
  );
  expect([writes, reads, beyond]).toEqual([0, bodies + facets, facets]);
});

test('no secret and no body of a user account is logged or kept', async () => {
  const rows = await Promise.all(
    [local.storage.accounts, local.storage.findings, local.storage.hints, local.storage.requests].map((table) =>
      Array.fromAsync(table.listEntities()),
    ),
  );
  const published = JSON.stringify(local.azure.topic.requests);
  const kept = `${logged.join('\n')}\n${JSON.stringify(rows)}\n${published}\n${transcript.join('\n')}`;
  expect(kept).not.toMatch(/Bearer |eyJ[A-Za-z0-9_-]{20}|AccountKey=|sig=|"password"/);
});
