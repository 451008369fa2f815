import { beforeEach, expect, test } from 'vitest';
import { lookWindows } from '../../../shared/azure/state/look-window.ts';
import { after, HOUR, SECOND } from '../../../shared/core/model/time.ts';
import { ReconcileMessage, UNTIL_SHOWN } from '../../../shared/messages.ts';

const SETTLING = 30 * SECOND;
const now = new Date('2026-11-28T12:00:00Z');
const ID = '/subscriptions/s/resourcegroups/g/providers/microsoft.batch/batchaccounts/a';

let messages: (ReconcileMessage & { readonly hidden: number })[] = [];
let failures = 0;

const storage = {
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
  messages = [];
  failures = 0;
});

test('6: a burst is one message, until the last moment that its look answers', async () => {
  const ask = lookWindows(storage, SETTLING);
  await Promise.all(Array.from({ length: 1000 }, () => ask(ID, now)));
  const until = after(now, SETTLING - UNTIL_SHOWN);
  await ask(ID, after(now, SECOND));
  await ask(ID.toUpperCase().replace('SUBSCRIPTIONS', 'subscriptions'), until);
  expect(messages).toEqual([{ accountId: ID, since: until, hidden: 30 }]);
  await ask(ID, after(until, 1));
  expect(messages).toHaveLength(2);
});

test('6: events that wait for each other are answered together, up to the last', async () => {
  const ask = lookWindows(storage, SETTLING);
  await Promise.all([ask(ID, now), ask(ID, after(now, SECOND)), ask(ID, after(now, SETTLING))]);
  expect(messages.at(-1)).toMatchObject({ since: after(now, 2 * SETTLING - UNTIL_SHOWN) });
  expect(messages.length).toBeLessThanOrEqual(2);
});

test('6: accounts and instances have windows of their own', async () => {
  const ask = lookWindows(storage, SETTLING);
  await Promise.all([ask(ID, now), ask(`${ID}b`, now), lookWindows(storage, SETTLING)(ID, now)]);
  expect(messages).toHaveLength(3);
});

test('6: a clock that was set back makes no account deaf', async () => {
  const ask = lookWindows(storage, SETTLING);
  await ask(ID, after(now, HOUR));
  await ask(ID, now);
  expect(messages).toHaveLength(2);
});

test('6: what could not be asked for is told to all that asked, and asked for by the next event', async () => {
  const ask = lookWindows(storage, SETTLING);
  failures = 1;
  const asked = await Promise.allSettled([ask(ID, now), ask(ID, now)]);
  expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await ask(ID, now);
  expect(messages).toHaveLength(1);
});

test('6: where the settling time is shorter than Azure takes to show a change, each event asks for itself', async () => {
  const ask = lookWindows(storage, SECOND);
  await Promise.all([ask(ID, now), ask(ID, now)]);
  expect(messages).toMatchObject([{ since: now }, { since: now }]);
});
