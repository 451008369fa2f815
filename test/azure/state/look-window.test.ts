import { RestError } from '@azure/core-rest-pipeline';
import { beforeEach, expect, test } from 'vitest';
import { lookWindows } from '../../../shared/azure/state/look-window.ts';
import { after, DAY, SECOND } from '../../../shared/core/model/time.ts';
import { ReconcileMessage, UNTIL_SHOWN } from '../../../shared/messages.ts';

const SETTLING = 30 * SECOND;
const now = new Date('2026-11-28T12:00:00Z');
const ID = '/subscriptions/s/resourcegroups/g/providers/microsoft.batch/batchaccounts/a';

const rows = new Map<string, { until: Date }>();
let messages: (ReconcileMessage & { readonly hidden: number })[] = [];
let failures = 0;

const storage = {
  hints: {
    async getEntity(partitionKey: string, rowKey: string) {
      const row = rows.get(`${partitionKey} ${rowKey}`);
      if (row === undefined) throw new RestError('none', { statusCode: 404 });
      return row;
    },
    async upsertEntity(row: { partitionKey: string; rowKey: string; until: Date }) {
      rows.set(`${row.partitionKey} ${row.rowKey}`, row);
    },
  },
  reconcile: {
    async sendMessage(text: string, { visibilityTimeout: hidden }: { visibilityTimeout: number }) {
      if (failures-- > 0) throw new Error('down');
      const message = ReconcileMessage.parse(JSON.parse(Buffer.from(text, 'base64').toString()));
      messages.push({ ...message, hidden });
    },
    createIfNotExists: async () => {},
  },
};

beforeEach(() => {
  rows.clear();
  messages = [];
  failures = 0;
});

test('6: a burst is one message, on other instances too, until the last moment that its look answers', async () => {
  const [one, other] = [lookWindows(storage, SETTLING), lookWindows(storage, SETTLING)];
  await Promise.all(Array.from({ length: 1000 }, () => one(ID, now)));
  const until = after(now, SETTLING - UNTIL_SHOWN);
  await other(ID, after(now, SECOND));
  await other(ID, until);
  expect(messages).toEqual([{ accountId: ID, since: until, hidden: 30 }]);
  await one(ID, after(until, 1));
  expect(messages).toHaveLength(2);
});

test('6: a look that its message begins answers every event of the window, and no earlier look does', async () => {
  await lookWindows(storage, SETTLING)(ID, now);
  const [since = now] = messages.map((message) => message.since);
  expect(after(since, UNTIL_SHOWN)).toEqual(after(now, SETTLING));
});

test('6: accounts have windows of their own, and a window that nobody can have opened is none', async () => {
  const ask = lookWindows(storage, SETTLING);
  await ask(ID, now);
  for (const [key] of rows) rows.set(key, { until: after(now, DAY) });
  await Promise.all([lookWindows(storage, SETTLING)(ID, now), ask(`${ID}b`, now)]);
  expect(messages).toHaveLength(3);
});

test('6: what could not be asked for is asked for by the next event, and by those that waited', async () => {
  const ask = lookWindows(storage, SETTLING);
  failures = 1;
  const asked = await Promise.allSettled([ask(ID, now), ask(ID, now)]);
  expect(asked.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  await ask(ID, now);
  expect(messages).toHaveLength(1);
});

test('6: where the settling time is shorter than Azure takes to show a change, each event asks for itself', async () => {
  const ask = lookWindows(storage, SECOND);
  await Promise.all([ask(ID, now), ask(ID, now)]);
  expect(messages).toMatchObject([{ since: now }, { since: now }]);
  expect(rows.size).toBe(0);
});
