import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { untilAtRest, untilIdle } from '../../local/at-rest.ts';
import { CLIENT_ID, type Preparation, prepare } from '../../local/installation.ts';
import { letPass } from '../../local/let-pass.ts';
import { logLineOf } from '../../local/log-in-words.ts';
import { HOUR, MINUTE, SECOND } from '../../shared/core/model/time.ts';
import { count } from '../../shared/core/model/words.ts';
import { seeded } from '../seeded.ts';
import { type Disturbances, disturb } from './disturb.ts';
import { startFleet } from './fleet.ts';
import { passTime } from './pass-time.ts';
import type { Run, Told } from './tally.ts';
import { startWireCutter } from './wire-cutter.ts';
import { isMarked, makeWorld, POLICY, sizeOf, type World } from './world.ts';

const CHANGES_A_MINUTE = 120;
/** Long enough for windows of looks. */
const SETTLING_SECONDS = 6;
/** As Azure, Event Grid goes on for longer than an instance is away. */
const DELIVERY = { backOff: Array.from({ length: 60 }, () => SECOND) };
const PATIENCE = 5 * MINUTE;
/** In Azure ten minutes: how long a message stays hidden whose instance was killed. */
const HOLD_SECONDS = 8;

export interface CampaignOptions {
  /** Processes of the app. */
  readonly instances: number;
  /** In which people make changes. */
  readonly minutes: number;
  readonly seed: number;
  readonly isDisturbed: boolean;
  /** Is told what goes on. */
  readonly progress: (what: string) => void;
}

export interface Campaign extends Run, Disturbances {
  /** What is to be repaired. */
  readonly changes: number;
  readonly looks: number;
  readonly poison: number;
  /** Drains that began. */
  readonly drains: number;
  /** Pools whose size is not what their owners want. */
  readonly lostSizes: readonly string[];
  /** Pools that still say that a drain holds them. */
  readonly marked: readonly string[];
  /** How it stood at rest, before the sweep that each night brings. */
  readonly beforeSweep: Run;
  /** From the start of its processes to the last rest. */
  readonly seconds: number;
}

/** Changes that must be repaired, while the app is disturbed; then rest, a sweep, and rest again. */
export async function campaign(options: CampaignOptions): Promise<Campaign> {
  const { instances, minutes, seed, isDisturbed, progress } = options;
  const began = Date.now();
  const random = seeded(seed);
  const world = makeWorld(minutes * CHANGES_A_MINUTE);
  const folder = mkdtempSync(join(tmpdir(), 'chaos-'));
  const log = join(folder, 'log');
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rmSync(folder, { recursive: true }));
  const local = await prepare({ ...world, policy: POLICY, settlingSeconds: SETTLING_SECONDS, delivery: DELIVERY });
  stack.defer(() => local.stop());
  const wires = await startWireCutter(local.endpoints);
  stack.defer(() => wires.stop());
  const { blob, queue, table } = wires.endpoints;
  const environment = {
    AzureWebJobsStorage__blobServiceUri: blob,
    AzureWebJobsStorage__queueServiceUri: queue,
    AzureWebJobsStorage__tableServiceUri: table,
  };
  const order = { certificates: [local.certificate], queues: queue, options: { holdSeconds: HOLD_SECONDS } };
  const fleet = await startFleet(instances, order, environment, log, seeded(seed + 1));
  stack.defer(() => fleet.stop());
  await local.azure.eventGrid.subscribe({ url: fleet.url, schema: 'EventGridSchema' });

  progress(`${count(world.changes.length, 'change')} of ${count(world.accounts.length, 'account')} begin`);
  const calm = new AbortController();
  const disturbing = isDisturbed
    ? disturb({ local, fleet, wires, sizes: world.sizes }, calm.signal, seeded(seed + 2))
    : null;
  const pause = (minutes * MINUTE) / world.changes.length;
  for (const { make } of shuffled(world.changes, random)) {
    make(local.azure.asPerson());
    if (isDisturbed) await sleep(pause);
  }
  progress('all changes are made');
  calm.abort();
  const disturbances = (await disturbing) ?? { kills: 0, brokenLeases: 0, faults: 0, cuts: 0, scaled: 0 };
  progress('no more disturbances: until all is at rest');
  const atRest = { ...local, host: { busy: false } }; // what it works on is in a queue, or with Event Grid
  await untilIdle(atRest, PATIENCE, nowAndThen(progress));
  progress(`idle: the time comes for ${count(await passTime(local.storage), 'finding')} to be tried again`);
  await untilAtRest(atRest, PATIENCE, nowAndThen(progress));
  const beforeSweep = await read(local, world, log);
  progress('at rest: now the sweep');
  // Pools that rest after a drain whose owner ended it, and drains that were cut before they began, go on.
  await letPass(local.storage, 25 * HOUR);
  await fleet.sweep();
  await untilAtRest(atRest, PATIENCE, nowAndThen(progress));
  if (local.azure.eventGrid.deadLettered.length > 0) throw new Error('Event Grid gave events up.');
  const lines = linesOf(log);
  return {
    ...(await read(local, world, log)),
    ...disturbances,
    changes: world.changes.length + world.sizes.size,
    looks: lines.filter(({ event }) => event === 'look').length,
    poison: lines.filter(({ event }) => event === 'poison').length,
    ...(await drained(local, world)),
    beforeSweep,
    seconds: (Date.now() - began) / SECOND,
  };
}

/** Of what is told all the time. */
function nowAndThen(progress: (what: string) => void): (what: string) => void {
  let last = Date.now();
  return (what) => {
    if (Date.now() < last + 10 * SECOND) return;
    last = Date.now();
    progress(what);
  };
}

async function drained({ azure, storage }: Preparation, { pools, sizes }: World) {
  const ends = await Array.fromAsync(storage.drains.listEntities<{ how?: string }>());
  const ids = pools.map(({ id }) => String(id));
  return {
    drains: ends.filter(({ how }) => how !== undefined && how !== 'not-begun').length,
    lostSizes: ids.filter((id) => sizeOf(azure.world.pool(id)) !== (sizes.get(id) ?? 0)),
    marked: ids.filter((id) => isMarked(azure.world.pool(id))),
  };
}

async function read({ azure, storage }: Preparation, { accounts, pools }: World, log: string): Promise<Run> {
  const rows = await Array.fromAsync(storage.findings.listEntities<{ status: string }>());
  const told = linesOf(log).flatMap((line): Told[] => ('finding' in line ? [line] : []));
  const settingsOf = ([id, body]: [string, Body | null]): [string, string] => [id, JSON.stringify(setting(body))];
  return {
    settings: new Map(
      [
        ...accounts.map(({ id }): [string, Body | null] => [String(id), azure.world.account(String(id))]),
        ...pools.map(({ id }): [string, Body | null] => [String(id), azure.world.pool(String(id))]),
      ].map(settingsOf),
    ),
    findings: new Map(rows.map(({ rowKey = '', status }) => [rowKey, status])),
    writes: azure.log
      .writes()
      .filter(({ caller }) => caller === CLIENT_ID)
      .map(({ path, requestBody, status }) => ({ resource: path, body: JSON.stringify(requestBody), status })),
    told,
  };
}

type Body = Readonly<Record<string, unknown>>;

const Settings = z.object({
  properties: z.object({
    allowedAuthenticationModes: z.unknown().optional(),
    networkConfiguration: z.unknown().optional(),
  }),
});

function setting(body: Body | null): unknown {
  return body === null ? null : Settings.parse(body).properties;
}

const Line = z.object({ at: z.number(), message: z.string() });

/** In the order in which they were logged. */
function linesOf(log: string) {
  const lines = readFileSync(log, 'utf8').trim().split('\n').filter(Boolean);
  return lines
    .map((line) => Line.parse(JSON.parse(line)))
    .toSorted((a, b) => a.at - b.at)
    .flatMap(({ message }) => logLineOf(message) ?? []);
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, place: random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
