import { ManagedIdentityCredential } from '@azure/identity';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { part } from '../../local/azure/json.ts';
import { accountIdOf, estate } from '../../local/estate/estate.ts';
import { type Preparation, prepare, putPolicy } from '../../local/installation.ts';
import { logLineOf } from '../../local/log-in-words.ts';
import { findingsTopic } from '../../shared/azure/findings-topic.ts';
import { idKey } from '../../shared/core/model/resource-id.ts';
import type { FindingLine, LogLine } from '../../shared/core/plan/log-line.ts';
import type { News } from '../../shared/core/plan/news.ts';
import { reconcile } from '../../shared/reconcile.ts';
import { ocsfOfNews } from '../../shared/report/ocsf-news.ts';
import { rules } from '../../shared/rules/index.ts';
import { wire } from '../../shared/wire.ts';
import { ocsfIn } from '../support/cli/readers.ts';

const RENDER = accountIdOf('contosorender');
const LEGACY = accountIdOf('contosolegacy');
const GENOMICS = accountIdOf('contosogenomics');
const at = new Date('2026-11-22T12:00:00Z');

let local: Preparation;
const lines: LogLine[] = [];
const logs = (text: string) => void lines.push(...[logLineOf(text) ?? []].flat());
const context = (invocationId: string) => ({ invocationId, log: logs, warn: logs, error: logs });

beforeAll(async () => {
  local = await prepare({ ...estate(), findingsTopic: true });
});
afterAll(() => local.stop());
beforeEach(() => {
  lines.length = 0;
  local.azure.topic.requests.length = 0;
  local.azure.topic.faults.clear();
});

const events = () => local.azure.topic.requests.flat();
const told = (event: FindingLine['event']) => lines.filter((line) => line.event === event);
const look = async (accountId: string) =>
  reconcile(await wire(context('look')), { accountId: idKey(accountId), since: new Date() });

function aNews(finding: string, changes: Partial<News> = {}): News {
  return {
    event: 'finding-opened',
    resource: `${RENDER}/pools/p`,
    rule: 'pool-identity',
    newsId: `${finding}-${at.toISOString()}`,
    at: at.toISOString(),
    finding,
    path: 'identity',
    severity: 'high',
    severityBefore: null,
    status: 'open',
    why: 'It has no identity.',
    unknownCode: null,
    heldCode: 'audit',
    heldMessage: 'audit mode',
    exemption: null,
    closedCode: null,
    ...changes,
  };
}

describe('a look', () => {
  test('publishes what it opened in one request, each finding once', async () => {
    await look(RENDER);
    const opened = told('finding-opened');
    console.log(`findings: ${opened.length} opened, ${events().length} published`);
    expect(opened.length).toBeGreaterThan(5);
    expect(local.azure.topic.requests).toHaveLength(1);
    expect(events().map(({ data }) => data)).toEqual(
      opened.map((line) => {
        if (line.event !== 'finding-opened') throw new Error('of another kind');
        const { finding: id, rule, resource, path, severity, status, why } = line;
        const { unknownCode, heldCode, heldMessage, exemption, closedCode } = line;
        const codes = { unknownCode, heldCode, heldMessage, exemption, closedCode };
        return { schema: 1, id, rule, resource, path, severity, status, why, ...codes };
      }),
    );
    expect(events().every(({ type }) => type === 'BatchWarden.FindingOpened')).toBe(true);
  });

  test('that sees nothing new publishes nothing', async () => {
    await look(RENDER);
    expect(lines).toMatchObject([{ event: 'look', result: 'looked' }]);
    expect(local.azure.topic.requests).toEqual([]);
  });

  test('publishes what it closed, and not what only changed', async () => {
    await putPolicy(local.storage, 'mode: audit\nrules: { account-aad-only: off }\nfreeze: true');
    await look(RENDER);
    expect(told('finding-changed').length).toBeGreaterThan(0);
    expect(events()).toMatchObject([
      {
        type: 'BatchWarden.FindingClosed',
        source: RENDER,
        subject: RENDER,
        data: { rule: 'account-aad-only', status: 'closed', closedCode: 'rule-off', why: 'rule off' },
      },
    ]);
  });

  test('of an account that is gone closes its findings', async () => {
    await look(GENOMICS);
    const open = events().map(({ data }) => data);
    local.azure.topic.requests.length = 0;
    local.azure.world.deleteAccount(GENOMICS, 'AccountNotFound');
    await look(GENOMICS);
    expect(events()).toHaveLength(open.length);
    expect(events().every(({ type }) => type === 'BatchWarden.FindingClosed')).toBe(true);
    expect(events().every(({ data }) => part(data)['closedCode'] === 'account-gone')).toBe(true);
  });

  test('is not lost when the topic is down: it remembers, it writes, and the log says what was not told', async () => {
    await putPolicy(local.storage, 'mode: enforce\nkeyUse: { graceDays: 0 }');
    local.azure.topic.faults.add({ times: 99, do: { drop: 'before' } });
    await look(LEGACY);
    expect(events()).toEqual([]);
    const { findings } = await (await wire(context('after'))).load(idKey(LEGACY));
    const opened = told('finding-opened').map((line) => (line.event === 'finding-opened' ? line.finding : ''));
    expect(findings.map(({ id }) => id).toSorted()).toEqual(opened.toSorted());
    expect(lines.filter(({ event }) => event === 'write').length).toBeGreaterThan(0);
    const failed = lines.filter(({ event }) => event === 'publish-failed');
    expect(failed).toMatchObject([{ account: LEGACY, correlationId: 'look', findings: opened }]);
    const order = lines.map(({ event }) => event);
    expect(order.lastIndexOf('write')).toBeLessThan(order.indexOf('publish-failed'));
    expect(order.indexOf('look')).toBeLessThan(order.indexOf('publish-failed'));

    // 7: the next look tells it the topic, in the words and with the ids of then, and the log not again.
    const ids = told('finding-opened').map((line) => (line.event === 'finding-opened' ? line.newsId : ''));
    local.azure.topic.faults.clear();
    lines.length = 0;
    await look(LEGACY);
    const isOfThen = ({ id }: { readonly id: string }) => ids.includes(id);
    const again = events().filter(isOfThen);
    console.log(`topic down: ${ids.length} findings opened, ${again.length} published by the look after`);
    expect(again.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    expect(again.every(({ data }) => part(data)['status'] === 'open')).toBe(true);
    expect(events().length).toBeGreaterThan(again.length); // what was repaired meanwhile is closed
    expect(told('finding-opened').filter((line) => 'newsId' in line && ids.includes(line.newsId))).toEqual([]);
    local.azure.topic.requests.length = 0;
    await look(LEGACY);
    expect(events().filter(isOfThen)).toEqual([]);
  });
});

test('an account that could not be looked at is published, and so is the look that closes it', async () => {
  const ports = await wire(context('poison'));
  await ports.tellFailure(idKey(RENDER), await ports.recordLookFailure(idKey(RENDER)));
  expect(events()).toMatchObject([
    { type: 'BatchWarden.FindingOpened', subject: idKey(RENDER), data: { rule: 'could-not-look', status: 'unknown' } },
  ]);
  await look(RENDER);
  const rules = events().map(({ type, data }) => [type, data]);
  expect(rules).toContainEqual(['BatchWarden.FindingClosed', expect.objectContaining({ rule: 'could-not-look' })]);
});

test('a subscription that could not be listed is published, and so is the listing that closes it', async () => {
  const ports = await wire(context('poison'));
  await ports.tellFailure('/subscriptions/sub-1', await ports.recordListingFailure('sub-1'));
  await ports.tellFailure('/subscriptions/sub-1', await ports.closeListingFailure('sub-1'));
  expect(events()).toMatchObject([
    { type: 'BatchWarden.FindingOpened', source: '/subscriptions/sub-1', subject: '/subscriptions/sub-1' },
    { type: 'BatchWarden.FindingClosed', source: '/subscriptions/sub-1', subject: '/subscriptions/sub-1' },
  ]);
});

describe('publishing', () => {
  const publish = (news: readonly News[], patience?: number) =>
    findingsTopic(
      local.azure.topic.endpoint,
      new ManagedIdentityCredential(),
      patience === undefined ? {} : { patience },
    )(news);

  test('a CloudEvent says which finding, of what, and when', async () => {
    expect(await publish([aNews('f1')])).toEqual([]);
    expect(local.azure.topic.requests).toEqual([
      [
        {
          specversion: '1.0',
          id: 'f1-2026-11-22T12:00:00.000Z',
          source: RENDER,
          type: 'BatchWarden.FindingOpened',
          subject: `${RENDER}/pools/p`,
          time: '2026-11-22T12:00:00.000Z',
          datacontenttype: 'application/json',
          data: {
            schema: 1,
            id: 'f1',
            rule: 'pool-identity',
            resource: `${RENDER}/pools/p`,
            path: 'identity',
            severity: 'high',
            status: 'open',
            why: 'It has no identity.',
            unknownCode: null,
            heldCode: 'audit',
            heldMessage: 'audit mode',
            exemption: null,
            closedCode: null,
          },
        },
      ],
    ]);
  });

  test('a CloudEvent says that something is exempt from now on, by whose word and until when', async () => {
    const exemption = { owner: 'Ada', reason: 'it moves', until: '2027-04-01T00:00:00.000Z' };
    const ofExempt = { event: 'finding-exempted', status: 'exempt', exemption } as const;
    await publish([aNews('f1', ofExempt), aNews('f2', { ...ofExempt, event: 'finding-changed' })]);
    expect(events()).toMatchObject([
      { type: 'BatchWarden.FindingExempted', data: { id: 'f1', status: 'exempt', exemption } },
    ]);
  });

  test('a CloudEvent says by a code why something is unknown', async () => {
    await publish([aNews('f1', { status: 'unknown', unknownCode: 'reading-failed' })]);
    expect(events()).toMatchObject([{ data: { status: 'unknown', unknownCode: 'reading-failed' } }]);
  });

  test('many are cut into requests that Event Grid takes', async () => {
    const many = Array.from({ length: 700 }, (_, n) => aNews(`f${n}`, { why: 'é'.repeat(1000) }));
    expect(await publish(many)).toEqual([]);
    const sizes = local.azure.topic.requests.map((batch) => Buffer.byteLength(JSON.stringify(batch)));
    console.log(`requests: ${sizes.length}, the largest of ${Math.max(...sizes)} bytes`);
    expect(sizes.length).toBeGreaterThan(2);
    expect(events().map(({ data }) => data)).toMatchObject(many.map(({ finding: id }) => ({ id })));
    local.azure.topic.requests.length = 0;
    await publish(Array.from({ length: 501 }, (_, n) => aNews(`f${n}`)));
    expect(local.azure.topic.requests.map(({ length }) => length)).toEqual([500, 1]);
  });

  test('a request that is refused is told by its findings, and does not hold up the next', async () => {
    local.azure.topic.faults.add({
      nth: 1,
      do: { status: 403, body: { error: { code: 'Forbidden', message: 'no' } } },
    });
    const lost = await publish(Array.from({ length: 501 }, (_, n) => aNews(`f${n}`)));
    expect(lost).toMatchObject([{ account: RENDER, reason: 'no', isGivenUp: false }]);
    expect(lost[0]?.findings).toHaveLength(500);
    expect(events()).toMatchObject([{ data: { id: 'f500' } }]);
  });

  test('12: what is refused for good is halved down to the event that is at fault, which is given up', async () => {
    for (const nth of [1, 2, 4])
      local.azure.topic.faults.add({
        nth,
        do: { status: 400, body: { error: { code: 'BadRequest', message: 'no' } } },
      });
    const lost = await publish(['f0', 'f1', 'f2', 'f3'].map((id) => aNews(id)));
    expect(lost).toEqual([
      { account: RENDER, findings: ['f1'], reason: 'given up, refused for good: no', isGivenUp: true },
    ]);
    expect(events().map(({ data }) => part(data)['id'])).toEqual(['f0', 'f2', 'f3']);
  });

  test.each([
    ['too large', { why: 'x'.repeat(1024 * 1024) }, {}, true],
    ['not allowed', {}, { status: 403 }, false],
  ])('12: told as far as it can be: %s', async (_, changes, fault, isTold) => {
    if ('status' in fault) local.azure.topic.faults.add({ nth: 1, do: fault });
    const ports = await wire(context('tell'));
    expect(await ports.tell(RENDER, [], [aNews('f1', changes), aNews('f2', changes)])).toBe(isTold);
    const failed = lines.flatMap((line) => (line.event === 'publish-failed' ? line.findings : []));
    expect(failed).toEqual(['f1', 'f2']);
  });

  test('429 is waited out and sent again, as is 503', async () => {
    local.azure.topic.faults.add({ nth: 1, do: { status: 429, headers: { 'Retry-After': '1' } } });
    local.azure.topic.faults.add({ nth: 2, do: { status: 503 } });
    expect(await publish([aNews('f1')])).toEqual([]);
    expect(events()).toHaveLength(1);
  });

  test('an answer that is lost makes the event come twice, with one id', async () => {
    local.azure.topic.faults.add({ do: { drop: 'after' } });
    expect(await publish([aNews('f1')])).toEqual([]);
    expect(events().map(({ id }) => id)).toEqual(Array(2).fill('f1-2026-11-22T12:00:00.000Z'));
  });

  test.each([
    ['no answer', { delay: 60_000 }],
    ['a wait of an hour', { status: 429, headers: { 'Retry-After': '3600' } }],
  ])('patience ends: %s', async (_, fault) => {
    local.azure.topic.faults.add({ times: 99, do: fault });
    expect(await publish([aNews('f1')], 500)).toEqual([
      { account: RENDER, findings: ['f1'], reason: 'not taken within 0.5 seconds', isGivenUp: false },
    ]);
  });

  test('nobody to talk to, or no token: it never throws', async () => {
    const nobody = findingsTopic('https://127.0.0.1:1/api/events', new ManagedIdentityCredential());
    expect(await nobody([aNews('f1')])).toMatchObject([
      { findings: ['f1'], reason: expect.stringMatching(/ECONNREFUSED/) },
    ]);
    const getToken = () => Promise.reject(new Error('no identity'));
    expect(await findingsTopic(local.azure.topic.endpoint, { getToken })([aNews('f1')])).toMatchObject([
      { reason: 'no identity' },
    ]);
  });
});

describe('the local topic refuses what Event Grid refuses', () => {
  const envelope = { specversion: '1.0', id: '1', source: '/s', type: 't', data: {} };
  const batch = 'application/cloudevents-batch+json; charset=utf-8';

  async function post(body: unknown, changes: { audience?: string; query?: string; type?: string } = {}) {
    const { audience = 'https://eventgrid.azure.net', query = '?api-version=2018-01-01', type = batch } = changes;
    const { token } = await new ManagedIdentityCredential().getToken(`${audience}/.default`);
    const headers = { authorization: `Bearer ${token}`, 'content-type': type };
    const url = `${local.azure.topic.endpoint}${query}`;
    return (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).status;
  }

  test('and takes what it takes', async () => {
    expect(await post([envelope])).toBe(200);
    expect(await post([{ ...envelope, traceparent: 'x', time: '2026-11-22T12:00:00Z' }])).toBe(200);
  });

  test.each([
    ['a token for Azure Resource Manager', 401, [envelope], { audience: 'https://management.azure.com' }],
    ['no api-version', 400, [envelope], { query: '' }],
    ['one event that is no batch', 400, envelope, {}],
    ['another content type', 400, [envelope], { type: 'application/json' }],
    ['an Event Grid event', 400, [{ id: '1', eventType: 't', subject: 's', eventTime: 'now', data: {} }], {}],
    ['an event without a source', 400, [{ ...envelope, source: '' }], {}],
    ['an attribute in camel case', 400, [{ ...envelope, traceParent: 'x' }], {}],
    ['a time that is none', 400, [{ ...envelope, time: 'now' }], {}],
    ['more than 1 MB', 413, [{ ...envelope, data: 'x'.repeat(1024 * 1024) }], {}],
  ])('%s: %d', async (_, status, body, changes) => {
    expect(await post(body, changes)).toBe(status);
    expect(events()).toEqual([]);
  });
});

test('17.4: with the format of OCSF, data of each event is a Compliance Finding, with the same id and type', async () => {
  const until = '2027-01-01T00:00:00.000Z';
  const exemption = { owner: 'Ada Example', reason: 'moves', until };
  const news = [
    aNews('f1'),
    aNews('f2', { event: 'finding-exempted', status: 'exempt', exemption }),
    aNews('f3', {
      event: 'finding-closed',
      status: 'closed',
      heldCode: null,
      heldMessage: null,
      closedCode: 'compliant',
    }),
  ];
  const told = { version: '1.2.3', rules };
  const dataOf = (each: News) => ocsfOfNews(each, told);
  expect(await findingsTopic(local.azure.topic.endpoint, new ManagedIdentityCredential(), { dataOf })(news)).toEqual(
    [],
  );
  expect(events().map(({ id, type }) => [id, type])).toEqual([
    [news[0]?.newsId, 'BatchWarden.FindingOpened'],
    [news[1]?.newsId, 'BatchWarden.FindingExempted'],
    [news[2]?.newsId, 'BatchWarden.FindingClosed'],
  ]);
  const lines = events().map(({ data }) => JSON.stringify(data));
  const findings = ocsfIn(lines.join('\n'), 2003);
  expect(findings.map(({ activity_name, status }) => [activity_name, status])).toEqual([
    ['Create', 'New'],
    ['Update', 'Suppressed'],
    ['Close', 'Resolved'],
  ]);
  expect(findings.map(({ metadata }) => Object(metadata).uid)).toEqual(news.map(({ newsId }) => newsId));
});
