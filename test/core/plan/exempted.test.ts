import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Fix, manual, setAccount } from '../../../shared/core/model/change.ts';
import { notShown, readingFailed, type UnknownReason } from '../../../shared/core/model/reading.ts';
import { after, DAY, HOUR, MINUTE } from '../../../shared/core/model/time.ts';
import { asOf } from '../../../shared/core/plan/exempted.ts';
import type { Finding } from '../../../shared/core/plan/finding.ts';
import { NO_MEMORY } from '../../../shared/core/plan/memory.ts';
import { type Plan, plan } from '../../../shared/core/plan/plan.ts';
import { evaluate } from '../../../shared/core/policy/evaluate.ts';
import { type Exemption, exempting } from '../../../shared/core/policy/exemption.ts';
import { parsePolicy } from '../../../shared/core/policy/parse-policy.ts';
import type { InvalidPolicy } from '../../../shared/core/policy/policy.ts';
import { defineRule, type Outcome } from '../../../shared/core/policy/rule.ts';
import { exempt, finding } from '../../support/cli/findings.ts';
import { ACCOUNT_ID, anAccount, snapshotOf } from '../../support/snapshots.ts';

const now = new Date('2026-11-28T12:00:00Z');
const word = { owner: 'Ada Example', reason: 'the tool moves', until: after(now, DAY) };
const exemption: Exemption = { rule: 'aad', covers: { resource: ACCOUNT_ID }, ...word };

interface Case {
  readonly fix?: Fix | null;
  readonly unknown?: UnknownReason;
  readonly policy?: string | InvalidPolicy;
  readonly exemptions?: readonly Exemption[];
  readonly memory?: readonly Finding[];
  readonly at?: Date;
}

const CHANGE = setAccount(anAccount(), { authenticationModes: ['AAD'] });

/** A look at an account that violates; `fix: null` complies. */
function looked({
  fix = CHANGE,
  unknown,
  policy = 'mode: enforce',
  exemptions = [exemption],
  memory = [],
  at = now,
}: Case): Plan {
  const outcome: Outcome[] =
    unknown !== undefined
      ? [{ path: 'x', unknown }]
      : fix === null
        ? []
        : [{ path: 'x', observed: 1, desired: 2, why: 'So.', fix }];
  const facts = {
    title: 'A rule',
    advice: 'mend it',
    sources: [],
    permissions: [],
    reads: [],
    sets: [],
    breaks: null,
    severity: 'critical',
  } as const;
  const rule = defineRule({ ...facts, id: 'aad', scope: 'account', options: z.strictObject({}), check: () => outcome });
  const bound = typeof policy === 'string' ? { ...parsePolicy(policy, [rule]), ...exempting(exemptions) } : policy;
  const snapshot = snapshotOf({});
  const verdicts = evaluate(snapshot, bound, at);
  return plan({ snapshot, verdicts, memory: { ...NO_MEMORY, findings: memory }, policy: bound, now: at });
}

const before = looked({}).findings;

describe('what is exempt', () => {
  test('is found as ever, says by whose word, and is not written', () => {
    const { findings, writes, wakeAt } = looked({});
    expect(writes).toEqual([]);
    expect(findings).toMatchObject([
      {
        status: 'exempt',
        severity: 'critical',
        fix: { kind: 'set-account' },
        exemption: word,
        held: {
          code: 'exempt',
          message: 'exempt until 2026-11-29T12:00Z; owner: Ada Example; reason: the tool moves',
          until: word.until,
        },
      },
    ]);
    expect(wakeAt).toEqual(word.until);
  });

  test('is written at the instant at which the exemption ends, and not before', () => {
    expect(looked({ memory: before, at: after(word.until, -1) }).writes).toEqual([]);
    const { findings, writes } = looked({ memory: before, at: word.until });
    expect(writes).toHaveLength(1);
    expect(findings).toMatchObject([{ status: 'open', exemption: null, held: null, firstSeen: now }]);
  });

  test.each<[string, Case, string | undefined]>([
    ['what freezes all', { policy: 'mode: enforce\nfreeze: true' }, 'frozen'],
    ['the mode', { policy: 'mode: audit' }, 'audit'],
    ['the exemption, where a person is to mend it', { fix: manual('Do it.') }, undefined],
  ])('says so whatever else holds it, and is looked at when that ends: %s', (_, given, code) => {
    const { findings, wakeAt } = looked(given);
    expect(findings).toMatchObject([{ status: 'exempt', exemption: word }]);
    expect(findings[0]?.held?.code).toBe(code);
    expect(wakeAt).toEqual(word.until);
  });

  test('closes as ever', () => {
    expect(looked({ fix: null, memory: before }).findings).toMatchObject([
      { status: 'closed', closedCode: 'compliant', exemption: null, held: null },
    ]);
  });

  test('stays so while a reading fails, until its end', () => {
    const unknown = readingFailed('403');
    expect(looked({ unknown, memory: before }).findings).toMatchObject([
      { status: 'exempt', exemption: word, held: { code: 'not-judged' } },
    ]);
    expect(looked({ unknown, memory: before, at: word.until }).findings).toMatchObject([
      { status: 'open', exemption: null, held: { code: 'not-judged' } },
    ]);
  });

  test('stays so while the policy is not valid, until its end', () => {
    const policy = { invalid: 'exemptions.yaml: line 1' };
    const held = { code: 'policy-invalid' };
    expect(looked({ policy, memory: before }).findings).toMatchObject([{ status: 'exempt', exemption: word, held }]);
    const { findings, writes } = looked({ policy, memory: before, at: word.until });
    expect(findings).toMatchObject([{ status: 'open', exemption: null, held }]);
    expect(writes).toEqual([]);
  });

  test('is open where the exemption is taken out', () => {
    expect(looked({ exemptions: [], memory: before }).findings).toMatchObject([
      { status: 'open', exemption: null, held: null },
    ]);
  });
});

test('an open finding is exempt from the look on that sees the exemption', () => {
  const open = looked({ exemptions: [], at: after(now, -HOUR) }).findings;
  expect(open).toMatchObject([{ status: 'open' }]);
  expect(looked({ memory: open }).findings).toMatchObject([{ status: 'exempt', firstSeen: after(now, -HOUR) }]);
});

test('what is unknown stays unknown', () => {
  expect(looked({ unknown: notShown('not shown') }).findings).toMatchObject([{ status: 'unknown', exemption: null }]);
});

test('another rule, another resource and an exemption that is over exempt nothing', () => {
  const others = [
    { ...exemption, rule: 'other' },
    { ...exemption, covers: { resource: `${ACCOUNT_ID}2` } },
    { ...exemption, until: now },
  ];
  for (const one of others) expect(looked({ exemptions: [one] }).writes).toHaveLength(1);
});

test('what a look left is shown as it stands now', () => {
  const { exemption: given } = exempt();
  const until = given?.until ?? now;
  const held = { code: 'exempt', message: 'exempt', until } as const;
  expect(asOf(exempt({ held }), after(until, -1))).toEqual(exempt({ held }));
  expect(asOf(exempt({ held }), until)).toEqual(finding({ held: null }));
  expect(asOf(exempt(), after(until, MINUTE))).toEqual(finding());
  expect(asOf(finding(), until)).toEqual(finding());
});
