import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { after, MINUTE, SECOND } from '../shared/core/model/time.ts';
import type { LogLine } from '../shared/core/plan/log-line.ts';
import { NO_MEMORY } from '../shared/core/plan/memory.ts';
import { changesSince } from '../shared/core/plan/news.ts';
import type { WriteOutcome } from '../shared/core/plan/write.ts';
import { parsePolicy } from '../shared/core/policy/parse-policy.ts';
import type { LoadedMemory } from '../shared/ports.ts';
import { type LookPorts, reconcile } from '../shared/reconcile.ts';
import { rules } from '../shared/rules/index.ts';
import { NO_DRAINS } from './support/no-drains.ts';
import { NO_LIMITS } from './support/no-limits.ts';
import { ACCOUNT_ID, anAccount, snapshotOf } from './support/snapshots.ts';
import { UNASKED } from './support/unasked.ts';

const since = new Date('2026-11-22T12:00:00Z');
const now = after(since, MINUTE);
const retryAt = after(now, 10 * MINUTE);
const NONE: ReadonlySet<string> = new Set();
const TOLD = `told until ${now.toISOString()}`;
const policy = parsePolicy('mode: off\nkeyUse: { graceDays: 0 }\nrules: { account-aad-only: enforce }', rules);
const compliant = snapshotOf({});
const keyed = snapshotOf({ account: anAccount({ authenticationModes: ['SharedKey', 'AAD'] }) });

function memory(changes: Partial<LoadedMemory> = {}): LoadedMemory {
  return { ...NO_MEMORY, indexed: null, etag: null, ...changes };
}

/** What the outside answers, where it is not the usual: an account that accepts keys, and nobody else at it. */
interface Answers {
  readonly loads?: readonly LoadedMemory[];
  readonly leased?: false;
  readonly policy?: Awaited<ReturnType<LookPorts['policy']>>;
  readonly seen?: Awaited<ReturnType<LookPorts['observe']>>;
  /** Whether a conditional write of state takes effect. */
  readonly kept?: boolean;
  /** Whether the topic takes what it is told. */
  readonly published?: boolean;
  readonly outcome?: WriteOutcome;
}

/** An outside of plain objects, with all that was asked of it and logged, in order. */
function outside(answers: Answers = {}, changes: Partial<LookPorts> = {}) {
  const {
    loads = [],
    leased,
    seen = keyed,
    kept = true,
    published = true,
    outcome = { kind: 'applied', alsoMoved: [] },
  } = answers;
  const asked: string[] = [];
  const lines: LogLine[] = [];
  async function answer<T>(call: string, value: T): Promise<T> {
    asked.push(call);
    return value;
  }
  const lease = { [Symbol.asyncDispose]: () => answer('release', undefined) };
  const left = [...loads];
  const ports: LookPorts = {
    ...UNASKED,
    ...NO_DRAINS,
    ...NO_LIMITS,
    correlationId: 'run-1',
    version: '1.2.3',
    signal: new AbortController().signal,
    now: () => now,
    policy: () => answer('policy', answers.policy ?? { ...policy, hash: 'h1' }),
    lease: () => answer('lease', leased === false ? null : lease),
    lookedFrom: () => answer('looked from', (left.shift() ?? memory()).lookedFrom),
    receivedSince: () => answer('received since', { known: null }),
    load: () => answer('load', left.shift() ?? memory()),
    save: (_, plan) => answer(`save ${plan.findings.length}`, kept ? NONE : null),
    gone: (_, closed) => answer(`gone ${closed.length}`, kept),
    defer: (_, until) => answer(`defer to ${until.toISOString()}`, kept),
    told: (_, at, isPublished) =>
      answer(`told until ${at.toISOString()}${isPublished ? '' : ' in the log'}`, undefined),
    record: (_, results) => answer(`record ${results.map((each) => each.outcome.kind).join()}`, undefined),
    observe: () => answer('observe', seen),
    readSecrets: async () => [],
    indexSecrets: async (_, __, memory) => memory,
    apply: ({ change }) => answer(`apply ${Object.keys(change.set).join()}`, outcome),
    enqueueAgain: (id, date, from) =>
      answer(`again ${id === ACCOUNT_ID && date === since}${from ? ` from ${from.toISOString()}` : ''}`, undefined),
    log: (line) => lines.push(line),
    tell: (account, news, unpublished) => {
      const events = [...unpublished, ...news].map(({ event }) => event);
      return answer(`tell ${events.join() || 'nothing'} of ${account}`, published);
    },
    ...changes,
  };
  return { ports, asked, lines };
}

const wish = { accountId: ACCOUNT_ID, since };
const looks = (lines: readonly LogLine[]) => lines.filter(({ event }) => event === 'look');
const finding = await findingOf();

/** The finding that a look at the account leaves. */
async function findingOf() {
  let saved: LoadedMemory['findings'] = [];
  const save: LookPorts['save'] = async (_, plan) => {
    saved = plan.findings;
    return NONE;
  };
  await reconcile(outside({}, { save }).ports, wish);
  const [only, ...others] = saved;
  if (only === undefined || others.length > 0) throw new Error(`not one finding: ${saved.length}`);
  return only;
}

const SEEN = memory({ lookedFrom: after(since, 6 * SECOND) });
const OPEN = memory({ findings: [finding], etag: 'e' });
const BEFORE_SAVING = ['looked from', 'lease', 'load', 'policy', 'observe'];

test.each<[string, Answers, string[], object]>([
  ['a look has seen it', { loads: [SEEN] }, ['looked from'], { result: 'looked-already' }],
  [
    'a look has seen it meanwhile',
    { loads: [memory(), SEEN] },
    ['looked from', 'lease', 'load', 'policy', 'release'],
    { result: 'looked-already' },
  ],
  ['another instance looks', { leased: false }, ['looked from', 'lease', 'again true'], { result: 'busy' }],
  [
    'the account is gone',
    { loads: [OPEN, OPEN], seen: null },
    [...BEFORE_SAVING, 'gone 1', `tell finding-closed of ${ACCOUNT_ID}`, TOLD, 'release'],
    { result: 'gone' },
  ],
  [
    'it is gone, and another look said so first',
    { loads: [OPEN, OPEN], seen: null, kept: false },
    [...BEFORE_SAVING, 'gone 1', 'again true', 'release'],
    { result: 'overtaken' },
  ],
  [
    'Azure asks for patience',
    { seen: { retryAt } },
    [...BEFORE_SAVING, `defer to ${retryAt.toISOString()}`, 'release'],
    { result: 'throttled', wakeAt: retryAt.toISOString() },
  ],
  [
    'Azure asks for patience, and another look moved the alarm first',
    { seen: { retryAt }, kept: false },
    [...BEFORE_SAVING, `defer to ${retryAt.toISOString()}`, `again true from ${retryAt.toISOString()}`, 'release'],
    { result: 'throttled', wakeAt: retryAt.toISOString() },
  ],
  [
    'another look saved first: nothing is told and nothing written',
    { kept: false },
    [...BEFORE_SAVING, 'save 1', 'again true', 'release'],
    { result: 'overtaken' },
  ],
  [
    'there is something to write',
    {},
    [
      ...BEFORE_SAVING,
      'save 1',
      `tell finding-opened of ${ACCOUNT_ID}`,
      'apply authenticationModes',
      'record applied',
      TOLD,
      'release',
    ],
    { result: 'looked', pools: 1, open: 1, unknown: 0, writes: 1, wakeAt: after(now, 2 * MINUTE).toISOString() },
  ],
  [
    'what was written is refused',
    { outcome: { kind: 'refused', message: 'a lock' } },
    [
      ...BEFORE_SAVING,
      'save 1',
      `tell finding-opened of ${ACCOUNT_ID}`,
      'apply authenticationModes',
      'record refused',
      TOLD,
      'release',
    ],
    { result: 'looked', writes: 1 },
  ],
  [
    'there is nothing to write',
    { seen: compliant },
    [...BEFORE_SAVING, 'save 0', 'release'],
    { result: 'looked', pools: 1, open: 0, unknown: 0, writes: 0, wakeAt: null, problems: [] },
  ],
  [
    '7: an earlier look was cut before it told: this one tells, though a look had seen what was wished',
    { loads: [memory(), { ...OPEN, lookedFrom: SEEN.lookedFrom, untold: changesSince([], [finding], since) }] },
    [
      ...BEFORE_SAVING,
      'save 1',
      `tell finding-opened of ${ACCOUNT_ID}`,
      'apply authenticationModes',
      'record applied',
      TOLD,
      'release',
    ],
    { result: 'looked' },
  ],
  [
    '7: what the topic did not take is noted as told in the log alone',
    { published: false, seen: null, loads: [OPEN, OPEN] },
    [...BEFORE_SAVING, 'gone 1', `tell finding-closed of ${ACCOUNT_ID}`, `${TOLD} in the log`, 'release'],
    { result: 'gone' },
  ],
  [
    '7: Azure asks for patience, and the topic is told what it did not take before',
    { loads: [memory(), memory({ unpublished: changesSince([], [finding], since) })], seen: { retryAt } },
    [...BEFORE_SAVING, `tell finding-opened of ${ACCOUNT_ID}`, `defer to ${retryAt.toISOString()}`, TOLD, 'release'],
    { result: 'throttled' },
  ],
  [
    'the policy is invalid: nothing is judged, and what is remembered is kept',
    { loads: [OPEN, OPEN], policy: { invalid: 'line 1', hash: 'h2' } },
    [...BEFORE_SAVING, 'save 1', `tell finding-changed of ${ACCOUNT_ID}`, TOLD, 'release'],
    { result: 'looked', open: 1, writes: 0, wakeAt: after(now, 5 * MINUTE).toISOString() },
  ],
])('%s', async (_, answers, asks, line) => {
  const { ports, asked, lines } = outside(answers);
  await reconcile(ports, wish);
  expect(asked).toEqual(asks);
  expect(looks(lines)).toMatchObject([{ event: 'look', account: ACCOUNT_ID, correlationId: 'run-1', ...line }]);
});

test('1: what could not be kept is not written', async () => {
  const save: LookPorts['save'] = async (_, { findings }) => new Set(findings.map(({ id }) => id));
  const { ports, asked } = outside({}, { save });
  await reconcile(ports, wish);
  expect(asked.filter((call) => /^(apply|record)/.test(call))).toEqual([]);
  expect(asked).toContain(`tell finding-opened of ${ACCOUNT_ID}`);
});

test('a look that is stopped once it saved begins no write', async () => {
  const stop = new AbortController();
  const save: LookPorts['save'] = async () => {
    stop.abort();
    return NONE;
  };
  const { ports, asked } = outside({}, { save, signal: stop.signal });
  await reconcile(ports, wish);
  expect(asked.filter((call) => call.startsWith('apply'))).toEqual([]);
  expect(asked.at(-1)).toBe('release');
});

test('no write waits until it is told, and the lease is held until then', async () => {
  const { promise: told, resolve } = Promise.withResolvers<boolean>();
  const { promise: recorded, resolve: record } = Promise.withResolvers<void>();
  const { ports, asked } = outside({}, { tell: () => told, record: async () => record() });
  const looking = reconcile(ports, wish);
  await recorded;
  await setImmediate(); // long enough for a look that does not wait to end
  expect(asked.at(-1)).toBe('apply authenticationModes');
  resolve(true);
  await looking;
  expect(asked.at(-1)).toBe('release');
});

test.each(['policy', 'observe', 'save', 'record'] as const)(
  '%s fails: so does the look, and the lease is given back',
  async (port) => {
    const { ports, asked, lines } = outside({}, { [port]: () => Promise.reject(new Error('no answer')) });
    await expect(reconcile(ports, wish)).rejects.toThrow('no answer');
    expect(asked.at(-1)).toBe('release');
    expect(looks(lines)).toHaveLength(port === 'record' ? 1 : 0);
  },
);
