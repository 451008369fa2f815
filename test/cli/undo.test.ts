import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeCertificate, trust } from '../../local/certificate.ts';
import { type Preparation, prepare } from '../../local/installation.ts';
import { journalIn } from '../../shared/azure/state/journal.ts';
import { memoryIn } from '../../shared/azure/state/memory.ts';
import type { Change } from '../../shared/core/model/change.ts';
import { intentOf } from '../../shared/core/plan/journal.ts';
import type { WriteOutcome } from '../../shared/core/plan/write.ts';
import { finding } from '../support/cli/findings.ts';
import { inProcess } from '../support/cli/harness.ts';
import { ACCOUNT_ID, POOL_ID, snapshotOf } from '../support/snapshots.ts';

const never = new AbortController().signal;
const now = new Date('2026-11-28T08:15:02.114Z');
const certificate = await makeCertificate();
let local: Preparation;
const ids: Record<string, string> = {};

beforeAll(async () => {
  local = await prepare({ accounts: [] });
  trust(certificate.cert);
  const journal = journalIn(local.storage.journal, never);
  const modes: Change = { kind: 'set-account', id: ACCOUNT_ID, set: { authenticationModes: ['AAD'] } };
  const scale = { kind: 'fixed', dedicated: 0, lowPriority: 0 } as const;
  const size: Change = { kind: 'set-pool', id: POOL_ID, set: { scale } };
  const written: readonly (readonly [string, Change, object, WriteOutcome | null])[] = [
    ['modes', modes, { authenticationModes: null }, { kind: 'applied', alsoMoved: [] }],
    ['refused', modes, { authenticationModes: null }, { kind: 'refused', message: 'locked' }],
    ['size', size, { scale }, { kind: 'applied', alsoMoved: [] }],
  ];
  for (const [name, change, was, outcome] of written) {
    const write = { change, was, findings: [finding({ ruleId: 'account-aad-only' })], drain: null };
    const look = { at: now, correlationId: 'look', version: '1', policy: 'h' };
    const key = await journal.intend(ACCOUNT_ID, intentOf(write, snapshotOf({}), look));
    if (outcome !== null) await journal.conclude(ACCOUNT_ID, key, outcome, now);
    ids[name] = key;
  }
});
afterAll(() => local.stop());

const undos = async () => (await memoryIn(local.storage, never, () => {}).load(ACCOUNT_ID)).undos;

async function undoing(...args: readonly string[]) {
  const { out, ...ended } = await inProcess(['undo', ...args], '', 80);
  return { ...ended, out, words: out.replaceAll(/\s+/g, ' ') };
}

describe('nothing is asked for', () => {
  test.each<[string, string, RegExp]>([
    ['of what is no id', 'last', /^Not the id of a write: last\. batch-warden journal shows it/],
    ['of what the journal has not', '2026-11-28T08:15:02.114Z-0000000000000000', /^The journal has no write/],
    ['of what Azure refused', 'refused', /is not taken back: it was not written \(refused\)/],
    ['of a size', 'size', /scale cannot be taken back/],
  ])('%s', async (_, name, fault) => {
    const { code, err, out } = await undoing(ids[name] ?? name, '--by', 'Ada');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(fault);
    expect(await undos()).toEqual([]);
  });
});

test('a request is left that the next look sees, with what the journal has, and the look is asked for', async () => {
  const id = ids['modes'] ?? '';
  const { code, err, words, out } = await undoing(id, '--by', 'Ada Example');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(words).toContain('~ authentication modes: AAD -> not set');
  expect(words).toContain('1 rule (account-aad-only) does not write to it again until a release');
  expect(Math.max(...out.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
  expect(await undos()).toMatchObject([
    {
      who: 'Ada Example',
      resourceId: ACCOUNT_ID,
      rules: ['account-aad-only'],
      entry: { id, change: { known: { back: { set: { authenticationModes: null } } } } },
    },
  ]);
  const { receivedMessageItems } = await local.storage.reconcile.receiveMessages({ numberOfMessages: 10 });
  expect(receivedMessageItems).toHaveLength(1);
});

test('the same for programs', async () => {
  const { out } = await undoing(ids['modes'] ?? '', '--by', 'Ada', '--format', 'json');
  expect(JSON.parse(out)).toMatchObject({
    schema: 1,
    from: { authenticationModes: ['AAD'] },
    to: { authenticationModes: null },
    held: ['account-aad-only'],
  });
});
