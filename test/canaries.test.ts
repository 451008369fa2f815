import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FORMAT_NAMES } from '../cli/formats.ts';
import { type Json, part, without } from '../local/azure/json.ts';
import { type Preparation, prepare } from '../local/installation.ts';
import { LEFT_OUT } from '../shared/core/plain-secrets/url-as-told.ts';
import { reconcile } from '../shared/reconcile.ts';
import { rules } from '../shared/rules/index.ts';
import { wire } from '../shared/wire.ts';
import { plantedBody } from './support/canaries/bodies.ts';
import { canaries, secretsSeenIn } from './support/canaries/forms.ts';
import { openPool } from './support/cli/bodies.ts';
import { file, inProcess } from './support/cli/harness.ts';
import { read } from './support/cli/readers.ts';
import { runs } from './support/runs.ts';
import { ACCOUNT_ID, poolId } from './support/snapshots.ts';

const planted = canaries(13);
/** Where every secret has been in every text. */
const ALL = planted.length;

/** In each resource the secrets begin at another, so that each comes to stand in each text. */
function plantingFrom(start: number): () => string {
  let at = start;
  return () => planted[at++ % ALL]?.text ?? '';
}

const POOLS = runs(ALL);
const account = plantedBody('BatchAccount', ACCOUNT_ID, plantingFrom(0));
const pools = Array.from({ length: POOLS }, (_, n) =>
  plantedBody('Pool', poolId(`pool${n}`), plantingFrom(Math.round((n * ALL) / POOLS))),
);
const fields = account.fields.length + (pools[0]?.fields.length ?? 0);
const ENFORCED = `mode: enforce\nkeyUse: { graceDays: 0 }\nrules:\n${rules.map(({ id }) => `  ${id}: enforce\n`).join('')}`;

/** As Batch takes it: it has one way to scale. */
function taken({ body }: { readonly body: Json }): Json {
  const { scaleSettings, ...properties } = part(body, 'properties');
  return { ...body, properties: { ...properties, scaleSettings: without(part(scaleSettings), ['fixedScale']) } };
}

/** What a NAT pool is called, which is closed and keeps its name. */
const NAMED = planted.find(({ text }) => text.startsWith('ghp_'))?.text ?? '';
const BREAKS = ['vmSize', 'creationTime', 'startTask', 'mountConfiguration', 'userAccounts'];

let local: Preparation;
const logged: string[] = [];

beforeAll(async () => {
  local = await prepare({
    accounts: [account.body],
    pools: [...pools.map(taken), openPool('open', { name: NAMED })],
    policy: ENFORCED,
    findingsTopic: true,
  });
});
afterAll(() => local.stop());

function seenIn(outputs: Readonly<Record<string, string>>): string[] {
  return Object.entries(outputs).flatMap(([name, text]) =>
    secretsSeenIn(text, planted).map((form) => `${name}: ${form}`),
  );
}

async function everyRow(): Promise<string> {
  const { accounts, findings, hints, requests, drains, journal, budget, secrets } = local.storage;
  const rows = await Promise.all(
    [accounts, findings, hints, requests, drains, journal, budget, secrets].map((table) =>
      Array.fromAsync(table.listEntities()),
    ),
  );
  return JSON.stringify(rows);
}

test('12: a look that enforces tells none of the secrets that stand in every text of an account and its pools', async () => {
  const write = (text: string) => logged.push(text);
  const ports = await wire({ invocationId: 'canary', log: write, warn: write, error: write });
  // Azure repeats what it refuses.
  planted.forEach(({ text: message }, n) =>
    local.azure.faults.add({
      method: 'PATCH',
      nth: n + 1,
      times: 1,
      do: { status: 403, body: { error: { code: 'RequestDisallowedByPolicy', message: `not allowed: ${message}` } } },
    }),
  );
  await reconcile(ports, { accountId: ACCOUNT_ID.toLowerCase(), since: new Date() });
  const [subscription = ''] = process.env['WATCHED_SUBSCRIPTIONS']?.split(',') ?? [];
  for (const { text } of planted) {
    ports.log({ event: 'poison', queue: 'reconcile', message: JSON.stringify({ accountId: text }) });
    ports.log({ event: 'event-ignored', subject: text, reason: `not about ${text}` });
    const id = `/subscriptions/${subscription}`;
    await ports.tellFailure(id, await ports.recordListingFailure(subscription, `Azure said ${text}`));
    await ports.tellFailure(id, await ports.closeListingFailure(subscription));
  }
  await ports.recordListingFailure(subscription, planted.map(({ text }) => text).join('\n'));
  const rows = await everyRow();
  const events = JSON.stringify(local.azure.topic.requests);
  const writes = local.azure.log.writes().length;
  console.log(
    `canaries: ${ALL} secrets in ${fields} fields, ${POOLS} pools, ${logged.length} lines, ${writes} writes, ` +
      `${rows.length} characters of rows, ${events.length} of events`,
  );
  expect(seenIn({ log: logged.join('\n'), rows, events })).toEqual([]);
  expect(ALL).toBeGreaterThanOrEqual(43);
  expect(fields).toBeGreaterThanOrEqual(130);
  for (const text of [logged.join('\n'), rows, events]) expect(text).toContain('pool-plain-secrets');
  expect(logged.join('\n')).toContain('not allowed: ');
});

test('12: what is written to Azure is whole', () => {
  const [body] = local.azure.log.writes(/\/pools\/open$/).map(({ requestBody }) => JSON.stringify(requestBody));
  expect(body).toContain(NAMED);
  expect(body).not.toContain(LEFT_OUT);
});

describe('12: the command line tells none of them either', () => {
  const bodies = [account.body, ...pools.map(({ body }) => body)];
  /** One value of each is not as specified. */
  const broken = pools.map(({ body }, n) => {
    const field = BREAKS[n % BREAKS.length] ?? '';
    const properties = { ...part(body, 'properties'), [field]: { [planted[n]?.text ?? '']: 1 } };
    return { ...body, id: poolId(`broken${n}`), properties };
  });

  test.each(FORMAT_NAMES)('scan --format %s', async (format) => {
    const input = await file('canaries.json', [...bodies, ...broken]);
    const policy = await file('canaries.yaml', ENFORCED);
    const { out, err } = await inProcess(['scan', '--input', input, '--policy', policy, '--format', format]);
    expect(seenIn({ out, err })).toEqual([]);
    expect(read[format](out)).toBeGreaterThan(ALL);
    expect(out).toContain('pool-plain-secrets');
    expect(err).toContain('cannot be read');
  });

  test.each(['acct1', 'acct1/pool0', 'acct1/pool1'])('explain %s', async (name) => {
    const input = await file('canaries.json', bodies);
    const { out, err } = await inProcess(['explain', name, '--input', input]);
    expect(seenIn({ out, err })).toEqual([]);
    expect(out).toContain('Observed');
  });

  test('a policy with faults', async () => {
    const faults = planted.map(({ text }) => `${JSON.stringify(text)}: ${JSON.stringify(text)}\n`).join('');
    const policy = await file('faults.yaml', faults);
    const { out, err } = await inProcess(['policy', policy]);
    expect(seenIn({ out, err })).toEqual([]);
    expect(err).not.toBe('');
  });
});
