import { describe, expect, test } from 'vitest';
import type { Change, SecretSettings } from '../../../shared/core/model/change.ts';
import { type Intent, intentOf } from '../../../shared/core/plan/journal.ts';
import type { Write } from '../../../shared/core/plan/write.ts';
import { finding } from '../../support/cli/findings.ts';
import { aDrain } from '../../support/drains/examples.ts';
import { VAULT, versionId } from '../../support/rotations/examples.ts';
import { aPool, POOL_ID, snapshotOf } from '../../support/snapshots.ts';

const look = { at: new Date('2026-11-28T08:00:00Z'), correlationId: 'c', version: '1.0.0', policy: 'built-in' };
const setPool: Change = { kind: 'set-pool', id: POOL_ID, set: { endpoints: null } };

function intended(write: Partial<Write>, snapshot = snapshotOf({})): Intent {
  return intentOf({ change: setPool, was: {}, findings: [], drain: null, ...write }, snapshot, look);
}

function setSecret(set: SecretSettings): Change {
  return { kind: 'set-secret', id: `${VAULT}/secrets/a`, poolId: POOL_ID, user: 'render', set };
}

test('the journal has what was, what is meant and why, each rule and reason once, and no secret', () => {
  const why = 'It is open. password=hunter2hunter2';
  const findings = [
    finding({ id: '1', ruleId: 'a', why }),
    finding({ id: '2', ruleId: 'a', why }),
    finding({ id: '3', ruleId: 'b', why: 'It is old.' }),
  ];
  const metadata = [{ name: 'a', value: 'password=hunter2hunter2', unmodelled: {} }];
  const intent = intended({ findings, was: { metadata }, change: { ...setPool, set: { metadata } } });
  expect(intent).toMatchObject({
    ...look,
    resourceId: POOL_ID,
    drain: null,
    before: { metadata: [{ name: 'a' }] },
    after: { metadata: [{ name: 'a' }] },
    rules: ['a', 'b'],
    findings: ['1', '2', '3'],
    why: expect.stringMatching(/^It is open\. password=\S+ It is old\.$/),
  });
  expect(JSON.stringify(intent)).not.toContain('hunter2');
});

test('why is cut', () => {
  expect(intended({ findings: [finding({ why: 'x'.repeat(1001) })] }).why).toBe(`${'x'.repeat(1000)} …`);
});

describe('the class of a write', () => {
  const steps = (step: 'empty' | 'change' | 'restore' | 'unmark'): Partial<Write> => ({
    drain: { drain: aDrain(), step, isNew: false },
  });
  test.each<[string, Partial<Write>, Intent['writeClass']]>([
    ['of a rule', {}, 'begin'],
    ['of a mark of no drain', { change: { ...setPool, set: { metadata: [] } } }, 'finish'],
    ['of metadata and more', { change: { ...setPool, set: { endpoints: null, metadata: [] } } }, 'begin'],
    ['that begins a drain', { drain: { drain: aDrain(), step: 'empty', isNew: true, gives: [] } }, 'begin'],
    ['that empties once more', steps('empty'), 'continue'],
    ['that changes', steps('change'), 'continue'],
    ['that gives back', steps('restore'), 'finish'],
    ['that takes the mark away', steps('unmark'), 'finish'],
    ['that makes a version', { change: setSecret({ minted: { kind: 'both', replaces: 'none', maxAge: 1 } }) }, 'begin'],
    [
      'that makes a version current',
      { change: setSecret({ promoted: { vault: VAULT, name: 'a', version: versionId('1') } }) },
      'finish',
    ],
    ['that disables versions', { change: setSecret({ disabled: [] }) }, 'finish'],
  ])('%s', (_, write, writeClass) => {
    expect(intended(write).writeClass).toBe(writeClass);
  });

  test('of a drain has its id and its step', () => {
    expect(intended(steps('restore')).drain).toEqual({ id: 'd1', step: 'restore' });
  });
});

test('the hash tells a change of a resource, as it was, from every other', () => {
  const hash = (write: Partial<Write>, snapshot = snapshotOf({})) => intended(write, snapshot).changeHash;
  const usual = hash({});
  expect(usual).toMatch(/^[0-9a-f]{16}$/);
  expect([
    hash({ change: { ...setPool, id: POOL_ID.toUpperCase() } }),
    hash({ findings: [finding()] }),
    hash({ drain: { drain: aDrain(), step: 'change', isNew: false } }),
  ]).toEqual([usual, usual, usual]);
  const others = [
    hash({ change: { ...setPool, id: `${POOL_ID}2` } }, snapshotOf({ pools: [aPool({ id: `${POOL_ID}2` })] })),
    hash({ change: { ...setPool, set: { metadata: [] } } }),
    hash({ was: { metadata: [] } }),
    hash({ change: { kind: 'set-account', id: POOL_ID, set: {} } }),
    hash({}, snapshotOf({ pools: [aPool({ creationTime: new Date(0) })] })),
    hash({}, snapshotOf({ pools: [] })),
  ];
  expect(new Set([usual, ...others]).size).toBe(7);
});
