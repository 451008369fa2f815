import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { makeCertificate, trust } from '../../local/certificate.ts';
import { type Preparation, prepare } from '../../local/installation.ts';
import { encodeFinding } from '../../shared/azure/state/finding-rows.ts';
import { memoryIn } from '../../shared/azure/state/memory.ts';
import { tableKey } from '../../shared/azure/state/storage.ts';
import { begin, isRest } from '../../shared/core/drain/begin.ts';
import { after, DAY, HOUR } from '../../shared/core/model/time.ts';
import type { Finding } from '../../shared/core/plan/finding.ts';
import { findingId } from '../../shared/core/plan/finding-id.ts';
import { held } from '../../shared/core/plan/held.ts';
import { ReconcileMessage } from '../../shared/messages.ts';
import { answering } from '../support/cli/answering.ts';
import { finding } from '../support/cli/findings.ts';
import { inProcess } from '../support/cli/harness.ts';
import { ANY_DRAINS, aDrain, fixed, nodes } from '../support/drains/examples.ts';
import { ACCOUNT_ID, aPool, poolId } from '../support/snapshots.ts';

const FRAMES = poolId('frames');
const SIM = poolId('sim');
const CONTESTED = held(
  'contested',
  'accepted writes of 2026-11-27T01:00:00.000Z and 2026-11-27T02:00:00.000Z did not last; last changed by application 1: settle it, then release it',
);
const never = new AbortController().signal;
const certificate = await makeCertificate();
let local: Preparation;

beforeAll(async () => {
  local = await prepare({ accounts: [] });
  trust(certificate.cert);
  const of = (ruleId: string, resourceId: string, changes: Partial<Finding>): Finding =>
    finding({ id: findingId(ruleId, resourceId, String(changes.path)), ruleId, resourceId, ...changes });
  const waits = { ...held('contested', ''), ...drainsOf(2) };
  const rows = [
    of('pool-remote-access', FRAMES, { path: 'ssh', held: CONTESTED }),
    of('pool-remote-access', FRAMES, { path: 'rdp', held: CONTESTED }),
    of('pool-remote-access', FRAMES, { path: 'gone', held: CONTESTED, status: 'closed' }),
    of('pool-public-ip', FRAMES, { path: 'ip', held: waits }),
    of('pool-identity', SIM, { path: 'identity', held: held('frozen', 'the policy is frozen') }),
    of('pool-public-ip', SIM, { path: 'ip', held: { ...held('resting', ''), ...drainsOf(1) } }),
    of('account-aad-only', ACCOUNT_ID, { path: 'modes', held: CONTESTED }),
  ];
  for (const row of rows) await local.storage.findings.createEntity(encodeFinding(tableKey(ACCOUNT_ID), row));
});
afterAll(() => local.stop());
afterEach(async () => {
  await local.storage.reconcile.clearMessages();
});

/** Why a pool waits after so many drains that changed nothing, as the app says it. */
function drainsOf(many: number) {
  const creationTime = new Date('2026-01-10T00:00:00Z');
  const now = new Date('2026-11-28T08:00:00Z');
  const pool = aPool({ creationTime, scale: fixed(4), nodes: nodes(4) });
  const ended = { how: 'restored', changes: 0, at: after(now, -HOUR) } as const;
  const drains = Array.from({ length: many }, (_, index) =>
    aDrain({ id: `d${index}`, poolId: pool.id, creationTime, ended: { ...ended, at: after(ended.at, -index * DAY) } }),
  );
  const common = { secrets: [], announced: null, waitingSince: null, released: null, id: 'd', hasSlot: true, now };
  const hold = begin({ pool, drains, policy: ANY_DRAINS, ...common });
  if (!('code' in hold)) throw new Error('The pool does not wait.');
  const { code, message, until } = hold;
  return { code, message, until };
}

const releases = async () => (await memoryIn(local.storage, never, () => {}).load(ACCOUNT_ID)).releases;

/** Releases, and gives what was left beside what it says. */
async function releasing(...args: readonly string[]) {
  const before = await releases();
  const ended = await inProcess(['release', ...args], '', 80);
  const known = new Set(before.map(({ at }) => at.getTime()));
  const all = await releases();
  const words = ended.out.replaceAll(/\s+/g, ' ');
  return { ...ended, words, added: all.length - before.length, last: all.find(({ at }) => !known.has(at.getTime())) };
}

test('a release is left that the next look sees, and the look is asked for', async () => {
  const start = Date.now();
  const { code, err, words, out, added, last } = await releasing(FRAMES, 'pool-remote-access', '--by', ' Ada Example ');
  expect({ code, err, added }).toEqual({ code: 0, err: '', added: 1 });
  expect(last).toMatchObject({ ruleId: 'pool-remote-access', resourceId: FRAMES });
  // By the clock of the storage, so that it is not dated ahead of the look.
  expect(last?.at.getTime()).toBeLessThanOrEqual(Date.now());
  expect(last?.at.getTime()).toBeGreaterThan(start - 60_000);
  const rows = await Array.fromAsync(local.storage.requests.listEntities<{ when?: Date }>());
  expect(rows).toMatchObject([{ action: 'release', who: 'Ada Example' }]);
  const when = rows[0]?.when;
  expect(when?.getMilliseconds()).toBe(0);
  const { receivedMessageItems } = await local.storage.reconcile.receiveMessages({ numberOfMessages: 10 });
  const wishes = receivedMessageItems.map(({ messageText }) =>
    ReconcileMessage.parse(JSON.parse(Buffer.from(messageText, 'base64').toString())),
  );
  expect(wishes).toMatchObject([{ accountId: ACCOUNT_ID.toLowerCase(), since: when }]);
  expect(words).toContain('Released pool-remote-access on acct1/frames. by Ada Example, ');
  expect(words).toContain(`What it ends held 2 findings, contested: ${CONTESTED.message} What`);
  expect(words).toContain('1. The next look counts only the writes after this time.');
  expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
});

describe('what it ends', () => {
  test.each([
    [
      'the wait of a pool after two drains that changed nothing',
      FRAMES,
      'drain',
      'held pool-public-ip, contested: the last two drains of the pool changed nothing',
    ],
    [
      'the rest of a pool after a drain',
      SIM,
      'drain',
      'held pool-public-ip, resting: after a drain the pool rests for a day',
    ],
    ['a contest, however the id is written', ACCOUNT_ID.toUpperCase(), 'account-aad-only', 'held contested: '],
    [
      'nothing, of what is held otherwise',
      SIM,
      'pool-identity',
      'nothing pool-identity was not contested on acct1/sim at the last look. The release is left all the same, and counts. held frozen: the policy is frozen others what waits for a release there: drain',
    ],
    [
      'nothing, of a rule whose change waits for its drain',
      FRAMES,
      'pool-public-ip',
      'others what waits for a release there: drain, pool-remote-access',
    ],
    [
      'nothing, of what is not known',
      poolId('frame'),
      'drain',
      'nothing the app keeps no finding about acct1/frame: see that the id is right',
    ],
  ])('%s', async (_, resource, rule, expected) => {
    const { code, words, added } = await releasing(resource, rule, '--by', 'me');
    expect({ code, added }).toEqual({ code: 0, added: 1 });
    expect(words).toContain(expected);
  });

  test('is told as JSON', async () => {
    const { code, out, added } = await releasing(FRAMES, 'drain', '--by', 'me', '--format', 'json');
    expect({ code, added }).toEqual({ code: 0, added: 1 });
    const { message } = drainsOf(2);
    expect(JSON.parse(out)).toEqual({
      schema: 1,
      rule: 'drain',
      resource: FRAMES,
      who: 'me',
      at: expect.stringMatching(/^2\d{3}-.*\.000Z$/),
      look: null,
      ends: [{ rule: 'pool-public-ip', path: 'ip', held: { code: 'contested', message, until: null } }],
      unread: null,
    });
  });

  test('is not known to who may not read the findings: it is released all the same', async () => {
    const left: unknown[] = [];
    const endpoint = await answering(certificate, ({ method, url }) => {
      if (method === 'GET') return { status: 403, code: 'AuthorizationPermissionMismatch' };
      left.push(url);
      return { status: 204 };
    });
    const { code, out } = await inProcess(['release', FRAMES, 'drain', '--by', 'me', '--storage', endpoint], '', 80);
    expect({ code, left }).toEqual({ code: 0, left: ['/account/requests'] });
    const words = out.replaceAll(/\s+/g, ' ');
    expect(words).toContain('the next sweep sees it; no look could be asked for: its endpoint is not known');
    expect(words).toContain('unknown the findings of the app could not be read: you may not use the table findings');
    expect(words).toContain('you need the role Storage Table Data Reader on that table');
  });
});

describe('nothing is released', () => {
  test.each([
    [['frames', 'drain', '--by', 'me'], 'Not the ARM id of a Batch account or pool: frames'],
    [[FRAMES, 'pool-remote-acces', '--by', 'me'], 'No such rule: pool-remote-acces. Did you mean pool-remote-access?'],
    [[FRAMES, 'drains', '--by', 'me'], 'No such rule: drains. Did you mean drain?'],
    [[ACCOUNT_ID, 'drain', '--by', 'me'], 'Drains are of pools, and this is the id of an account'],
    [[ACCOUNT_ID, 'pool-identity', '--by', 'me'], 'pool-identity is of pools, and this is the id of an account'],
    [[FRAMES, 'account-aad-only', '--by', 'me'], 'give that of its account, without /pools/frames'],
    [[FRAMES, 'drain'], "required option '--by <who>' not specified"],
    [[FRAMES, 'drain', '--by', 'a\nb'], 'Say with --by who asks'],
    [[FRAMES, 'drain', '--by', 'me', '--format', 'csv'], 'Allowed choices are text, json'],
  ])('for %j', async (args, message) => {
    const { code, out, err, added } = await releasing(...args);
    expect({ code, out, added }).toEqual({ code: 2, out: '', added: 0 });
    expect(err.replaceAll('\n', ' ')).toContain(message);
    expect((await local.storage.reconcile.peekMessages()).peekedMessageItems).toEqual([]);
  });

  test('in a storage without the table', async () => {
    await local.storage.requests.deleteTable();
    const { code, out, err } = await inProcess(['release', FRAMES, 'drain', '--by', 'me'], '', 80);
    await local.storage.requests.createTable();
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('Nothing was released: there is no such thing at');
    expect(err).toContain('name the storage account of the app');
  });
});

test('what only looks like a rest is none', () => {
  expect(isRest(CONTESTED)).toBe(false);
});
