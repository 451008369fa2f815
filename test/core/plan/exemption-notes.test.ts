import { expect, test } from 'vitest';
import { after, DAY, HOUR } from '../../../shared/core/model/time.ts';
import { exemptionNotes } from '../../../shared/core/plan/exemption-notes.ts';
import type { Finding } from '../../../shared/core/plan/finding.ts';
import type { Exemption } from '../../../shared/core/policy/exemption.ts';
import { exemptInWords } from '../../../shared/core/policy/exemption-words.ts';
import { exempt, finding, unknown } from '../../support/cli/findings.ts';
import { ACCOUNT_ID, POOL_ID } from '../../support/snapshots.ts';

const now = new Date('2026-11-28T12:00:00Z');
const exemption: Exemption = {
  rule: 'account-aad-only',
  covers: { resource: ACCOUNT_ID },
  owner: 'Ada',
  reason: 'it moves',
  until: after(now, 60 * DAY),
};
const codes = (exemptions: readonly Exemption[], findings: readonly Finding[]) =>
  exemptionNotes(exemptions, findings, now).map(({ code }) => code);

test.each<[string, readonly Finding[], readonly string[]]>([
  ['an exempt finding', [exempt()], []],
  ['one that no look has seen since', [finding()], []],
  ['one whose rule cannot judge', [unknown()], []],
  ['one whose id is written in other letters', [finding({ resourceId: ACCOUNT_ID.toUpperCase() })], []],
  ['a finding of another rule', [finding({ ruleId: 'account-identity' })], ['matches-nothing']],
  ['a finding of another resource', [finding({ resourceId: POOL_ID })], ['matches-nothing']],
  ['nothing', [], ['matches-nothing']],
])('of one that is for %s', (_, findings, expected) => {
  expect(codes([exemption], findings)).toEqual(expected);
});

test.each<[number, readonly string[]]>([
  [30 * DAY + 1, []],
  [30 * DAY, ['ends-soon']],
  [1, ['ends-soon']],
  [0, ['over']],
  [-30 * DAY, ['over']],
])('of one that ends in %d ms', (untilEnd, expected) => {
  const one = { ...exemption, until: after(now, untilEnd) };
  expect(codes([one], [exempt()])).toEqual(expected);
  expect(codes([one], [])).toEqual(expected[0] === 'over' ? expected : ['matches-nothing', ...expected]);
});

test('they are told in the order of the exemptions, and say what to do', () => {
  const covers = { scope: { account: 'prod-*', pool: '*' } };
  const notes = exemptionNotes(
    [
      { ...exemption, covers },
      { ...exemption, until: after(now, 12 * DAY + HOUR) },
      { ...exemption, until: after(now, -HOUR) },
    ],
    [finding()],
    now,
  );
  expect(notes.map(({ message }) => message)).toEqual([
    'the exemption of account-aad-only for account prod-*, pool * (owner: Ada) matches no finding: is it needed still, and named right?',
    `the exemption of account-aad-only for ${ACCOUNT_ID} (owner: Ada) ends in 12 days, at 2026-12-10T13:00Z: mend what it is for, or renew it`,
    `the exemption of account-aad-only for ${ACCOUNT_ID} (owner: Ada) ended at 2026-11-28T11:00Z and exempts nothing: take it out, or give it a date to come`,
  ]);
});

test.each([
  [60 * DAY, 'exempt until 2027-01-27T12:00Z'],
  [30 * DAY, 'exempt until 2026-12-28T12:00Z, ends in 30 days'],
  [DAY, 'exempt until 2026-11-29T12:00Z, ends in 1 day'],
  [DAY - 1, 'exempt until 2026-11-29T11:59:59.999Z, ends within a day'],
])('%d ms before the end', (left, words) => {
  const ending = { owner: 'Ada', reason: 'it moves', until: after(now, left) };
  expect(exemptInWords(ending, now)).toBe(`${words}; owner: Ada; reason: it moves`);
});
