import { describe, expect, test } from 'vitest';
import { after, MINUTE } from '../shared/core/model/time.ts';
import type { LogLine } from '../shared/core/plan/log-line.ts';
import { NO_MEMORY } from '../shared/core/plan/memory.ts';
import { ReconcileMessage, SweepMessage } from '../shared/messages.ts';
import type { ChangeHint, Ports } from '../shared/ports.ts';
import { takeEvent } from '../shared/take-event.ts';
import { takeListing } from '../shared/take-listing.ts';
import { takePoison } from '../shared/take-poison.ts';
import { takeWish } from '../shared/take-wish.ts';
import { ACCOUNT_ID } from './support/snapshots.ts';

const now = new Date('2026-11-22T12:00:00Z');
const FUTURE = '2101-01-01T00:00:00Z';

/** Ports that do nothing; what is called is noted. What is not there fails: it was not expected. */
function portsThat(has: Partial<Ports> = {}) {
  const lines: LogLine[] = [];
  const hints: ChangeHint[] = [];
  const wished: string[] = [];
  const ports = {
    isWatched: () => true,
    isLastTry: false,
    now: () => now,
    signal: new AbortController().signal,
    correlationId: 'c',
    version: 'v',
    log: (line: LogLine) => void lines.push(line),
    noteEvent: async (hint: ChangeHint) => void hints.push(hint),
    enqueueLook: async (id: string) => void wished.push(id),
    ...has,
  };
  const missing = new Proxy(ports, {
    get(target, name) {
      if (name in target) return Reflect.get(target, name);
      throw new Error(`${String(name)} was called`);
    },
  });
  return { ports: missing as unknown as Ports, lines, hints, wished }; // what is missing throws
}

const event = (subject: string, changes: object = {}) => ({
  id: '1',
  subject,
  eventType: 'Microsoft.Resources.ResourceWriteSuccess',
  eventTime: '2026-11-22T11:59:00Z',
  data: {},
  ...changes,
});

describe('4: of a subscription that is not watched', () => {
  const unwatched = { isWatched: () => false };

  test('an event is logged, and nothing is read, kept or wished', async () => {
    const { ports, lines, hints, wished } = portsThat(unwatched);
    await takeEvent(ports, event(`${ACCOUNT_ID}/pools/p`));
    expect(lines).toEqual([{ event: 'event-ignored', subject: `${ACCOUNT_ID}/pools/p`, reason: 'not watched' }]);
    expect([hints, wished]).toEqual([[], []]);
  });

  test('so is a message of the queue reconcile, and one of the queue sweep', async () => {
    const { ports, lines } = portsThat(unwatched);
    await takeWish(ports, { accountId: ACCOUNT_ID, since: now });
    await takeListing(ports, { subscription: 's', since: now });
    expect(lines).toEqual([
      { event: 'event-ignored', subject: ACCOUNT_ID, reason: 'not watched' },
      { event: 'event-ignored', subject: '/subscriptions/s', reason: 'not watched' },
    ]);
  });
});

describe('4: a subscription that will not be listed', () => {
  test.each(['subscription-gone', 'subscription-unreadable'] as const)(
    '%s: is told once and with its reason, what is kept of it ends, and nothing is thrown',
    async (code) => {
      const calls: unknown[] = [];
      const { ports } = portsThat({
        listAccounts: async () => ({ code, refused: 'its accounts could not be listed: SubscriptionNotFound' }),
        recordListingFailure: async (...given) => {
          calls.push(given);
          return [];
        },
        async *closeSubscription(...given) {
          calls.push(given);
          yield { account: ACCOUNT_ID, news: [], unpublished: [] };
        },
        tellFailure: async (id) => void calls.push(id),
        tellEnded: async ({ account }) => void calls.push(account),
      });
      await takeListing(ports, { subscription: 's', since: after(now, -15 * MINUTE) });
      expect(calls).toEqual([
        ['s', 'its accounts could not be listed: SubscriptionNotFound'],
        '/subscriptions/s',
        ['s', code],
        ACCOUNT_ID,
      ]);
    },
  );
});

test('4: a refusal of a list is asked again in five minutes, for a quarter of an hour', async () => {
  const asked: unknown[] = [];
  const { ports } = portsThat({
    listAccounts: async () => ({ code: 'subscription-gone', refused: 'SubscriptionNotFound' }),
    enqueueListing: async (...given) => void asked.push(given),
  });
  const since = after(now, -14 * MINUTE);
  await takeListing(ports, { subscription: 's', since });
  expect(asked).toEqual([['s', since, after(now, 5 * MINUTE)]]);
});

describe('5: times ahead of now', () => {
  test('of an event are taken for now, and those that no table takes for the first', async () => {
    const { ports, hints } = portsThat();
    for (const eventTime of [FUTURE, '0001-01-01T00:00:00Z', '2026-11-22T11:59:00Z'])
      await takeEvent(ports, event(ACCOUNT_ID, { eventTime }));
    expect(hints.map(({ time }) => time)).toEqual([now, new Date(0), new Date('2026-11-22T11:59:00Z')]);
  });

  test('of a wish are taken for now: a listing that Azure puts off ends after an hour', async () => {
    let since: Date | null = null;
    const { ports } = portsThat({
      listAccounts: async () => ({ retryAt: now }),
      enqueueListing: async (_subscription, given) => {
        since = given;
      },
    });
    await takeListing(ports, { subscription: 's', since: FUTURE });
    expect(since).toEqual(now);
  });

  test('of a look are not believed: the account is looked at, the log says so, and the row is overwritten', async () => {
    const saved: Date[] = [];
    const { ports, lines } = portsThat({
      lookedFrom: async () => new Date(FUTURE),
      lease: async () => ({ [Symbol.asyncDispose]: async () => undefined }),
      load: async () => ({
        ...NO_MEMORY,
        lookedFrom: new Date(FUTURE),
        indexed: null,
        etag: null,
      }),
      policy: async () => ({ invalid: 'x', hash: 'h' }),
      observe: async () => null,
      gone: async (_id, _closed, lookedFrom) => {
        saved.push(lookedFrom);
        return true;
      },
      tell: async () => true,
    });
    await takeWish(ports, { accountId: ACCOUNT_ID, since: now });
    expect(saved).toEqual([now]);
    expect(lines.filter((line) => line.event === 'time-ahead')).toMatchObject([
      { account: ACCOUNT_ID, lookedFrom: '2101-01-01T00:00:00.000Z' },
    ]);
  });
});

test('5: a look that hangs although it is stopped frees its slot', async () => {
  const { ports } = portsThat({
    lookedFrom: () => new Promise(() => undefined),
    signal: AbortSignal.abort(new Error('too long')),
  });
  await expect(takeWish(ports, { accountId: ACCOUNT_ID, since: now }, 1)).rejects.toThrow(/stopped and did not end/);
});

describe('9: what could not be looked at says why', () => {
  test('at the last try, and not before', async () => {
    const whys: unknown[] = [];
    const failing = {
      lookedFrom: () => Promise.reject(new Error('AuthorizationFailed - no\nmore')),
      recordLookFailure: async (...given: unknown[]) => {
        whys.push(given);
        return [];
      },
      tellFailure: async () => undefined,
    };
    const message = { accountId: ACCOUNT_ID, since: now };
    await expect(takeWish(portsThat(failing).ports, message)).rejects.toThrow('AuthorizationFailed');
    expect(whys).toEqual([]);
    await expect(takeWish(portsThat({ ...failing, isLastTry: true }).ports, message)).rejects.toThrow(/Authorization/);
    expect(whys).toEqual([[ACCOUNT_ID, 'Error: AuthorizationFailed - no']]);
  });

  test('of a subscription too', async () => {
    const whys: unknown[] = [];
    const { ports } = portsThat({
      isLastTry: true,
      listAccounts: () => Promise.reject(new TypeError('odd')),
      recordListingFailure: async (...given) => {
        whys.push(given);
        return [];
      },
      tellFailure: async () => undefined,
    });
    await expect(takeListing(ports, { subscription: 's', since: now })).rejects.toThrow('odd');
    expect(whys).toEqual([['s', 'TypeError: odd']]);
  });
});

describe('9: a hostile event', () => {
  const LONG = 'x'.repeat(70_000);

  test.each([
    ['a subject of any length', LONG],
    ['an account of any length', `${ACCOUNT_ID}${LONG}`],
    ['an account that no table key holds', `${ACCOUNT_ID}${'x'.repeat(600)}`],
    ['half a surrogate pair', `${ACCOUNT_ID}\ud800`],
    ['a NUL', `${ACCOUNT_ID}\u0000`],
    ['a folder up', `${ACCOUNT_ID}/../..`],
  ])('with %s is answered, and wishes nothing that is no id', async (_name, subject) => {
    const { ports, lines, hints, wished } = portsThat();
    await takeEvent(ports, event(subject));
    expect(lines).toHaveLength(1);
    expect(JSON.stringify(lines).length).toBeLessThan(2000);
    for (const id of wished) expect(id).toBe(ACCOUNT_ID);
    for (const hint of hints) expect(hint.subject.length).toBeLessThanOrEqual(1000);
  });

  test('has no hints that a table would not take', async () => {
    const { ports, hints } = portsThat();
    for (const appid of [LONG, '\ud800', 'a\u0000b', ''])
      await takeEvent(ports, event(ACCOUNT_ID, { data: { operationName: appid, claims: { appid } } }));
    expect(hints.map(({ application, operation }) => [application, operation])).toEqual(
      Array.from({ length: 4 }, () => [null, null]),
    );
  });
});

test('9: of poison the log has the beginning, and what is no message is none', () => {
  const { ports, lines } = portsThat();
  expect(takePoison(ports, 'sweep', SweepMessage, { subscription: 's', since: now.toISOString() })).toMatchObject({
    subscription: 's',
  });
  for (const message of ['\ud800'.repeat(60_000), { deep: 'x'.repeat(60_000) }, undefined])
    expect(takePoison(ports, 'reconcile', ReconcileMessage, message)).toBeNull();
  for (const line of lines) {
    expect(JSON.stringify(line).length).toBeLessThan(600 * 6);
    expect(JSON.stringify(line).isWellFormed()).toBe(true);
  }
  expect(lines).toHaveLength(4);
});
