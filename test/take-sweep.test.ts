import { expect, test } from 'vitest';
import { after, DAY } from '../shared/core/model/time.ts';
import { LogLine } from '../shared/core/plan/log-line.ts';
import { type Exemption, exempting } from '../shared/core/policy/exemption.ts';
import { builtInPolicy } from '../shared/core/policy/policy.ts';
import type { PolicyRead } from '../shared/ports.ts';
import { type SweepPorts, takeSweep } from '../shared/take-sweep.ts';
import { exempt } from './support/cli/findings.ts';
import { ACCOUNT_ID } from './support/snapshots.ts';

const now = new Date('2026-11-28T02:00:00Z');
const exemption: Exemption = {
  rule: 'account-aad-only',
  covers: { resource: ACCOUNT_ID },
  owner: 'Ada',
  reason: 'it moves',
  until: after(now, 60 * DAY),
};

async function swept(policy: PolicyRead, changes: Partial<SweepPorts> = {}) {
  const done: string[] = [];
  const logged: LogLine[] = [];
  const taken = takeSweep(
    {
      correlationId: 'run',
      version: '1.2.3',
      signal: new AbortController().signal,
      now: () => now,
      policy: async () => policy,
      async *closeUnwatched() {
        yield { account: '/gone', news: [], unpublished: [] };
      },
      async openFindings() {
        done.push('findings');
        return [exempt()];
      },
      async startSweep() {
        done.push('started');
        return 3;
      },
      enqueueListing: async (subscription) => void done.push(`list ${subscription}`),
      tellEnded: async ({ account }) => void done.push(`ended ${account}`),
      log: (line) => void logged.push(LogLine.parse(line)),
      ...changes,
    },
    ['sub1', 'sub2'],
  );
  return { done, logged, failure: await taken.then(() => null, String) };
}

const by = (...exemptions: readonly Exemption[]) => ({ ...builtInPolicy([]), ...exempting(exemptions), hash: 'h' });
const started = { event: 'sweep-started', subscriptions: 2, notLookedAt: 3 };

test('each subscription is to be listed, what is not watched ends, and the log says so', async () => {
  const { done, logged } = await swept(by());
  expect(done).toEqual(['list sub1', 'list sub2', 'ended /gone', 'started']);
  expect(logged).toEqual([started]);
});

test('exemptions that somebody is to see to are told, and no others', async () => {
  const ending = { ...exemption, until: after(now, 3 * DAY) };
  const over = { ...exemption, rule: 'account-identity', until: after(now, -DAY) };
  const unused = { ...exemption, rule: 'pool-identity', covers: { scope: { account: 'acct2' } } };
  const { done, logged } = await swept(by(exemption, ending, over, unused));
  expect(done.at(-1)).toBe('started');
  const decidedBy = { correlationId: 'run', version: '1.2.3', policy: 'h' };
  const note = { event: 'exemption', ...decidedBy, owner: 'Ada', message: expect.any(String) };
  expect(logged).toEqual([
    { ...note, code: 'ends-soon', rule: 'account-aad-only', covers: ACCOUNT_ID, until: '2026-12-01T02:00:00.000Z' },
    { ...note, code: 'over', rule: 'account-identity', covers: ACCOUNT_ID, until: '2026-11-27T02:00:00.000Z' },
    {
      ...note,
      code: 'matches-nothing',
      rule: 'pool-identity',
      covers: 'account acct2',
      until: exemption.until.toISOString(),
    },
    started,
  ]);
});

test('a policy that is not valid is told by looks, and stops no sweep', async () => {
  expect(await swept({ invalid: 'exemptions.yaml: line 1', hash: 'h' })).toMatchObject({
    logged: [started],
    failure: null,
  });
});

test('where findings cannot be read the run fails before the sweep counts as started, and is tried again', async () => {
  const failing = { openFindings: () => Promise.reject(new Error('no table')) };
  const { done, failure } = await swept(by(exemption), failing);
  expect(failure).toMatch(/no table/);
  expect(done).not.toContain('started');
});
