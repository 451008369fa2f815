import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { after, DAY } from '../../../shared/core/model/time.ts';
import { exempting, standingOf } from '../../../shared/core/policy/exemption.ts';
import { exemptionsJsonSchema } from '../../../shared/core/policy/exemptions-document.ts';
import { parseExemptions } from '../../../shared/core/policy/parse-exemptions.ts';
import { rules } from '../../../shared/rules/index.ts';
import { exemptionFaults } from '../../support/policy-faults.ts';
import { ACCOUNT_ID, POOL_ID, poolId } from '../../support/snapshots.ts';

const NOW = new Date('2026-11-28T12:00:00Z');
const SAID = 'owner: Ada, reason: it moves';
const EXPIRES = 'expires: 2027-03-31';
const list = (...entries: readonly string[]) => `exemptions:\n${entries.map((entry) => `  - { ${entry} }\n`).join('')}`;
const faultsOf = (text: string) => exemptionFaults(text, rules, NOW);
const read = (...entries: readonly string[]) => parseExemptions(list(...entries), rules, NOW);
const forPool = (expires = EXPIRES) => `rule: pool-remote-access, resource: ${POOL_ID}, ${SAID}, ${expires}`;
const scoped = (scope: string, rule = 'pool-remote-access') => `rule: ${rule}, scope: ${scope}, ${SAID}, ${EXPIRES}`;

const DATE =
  /^exemptions\.0\.expires: must be a date, such as 2027-03-31 .*, or a time with its zone, such as .*; here it is/;

describe('faults, with line and column', () => {
  test.each<[string, number, number, RegExp]>([
    ['', 1, 1, /^the file of exemptions is empty; without exemptions, leave the file out or write "exemptions: \[\]"$/],
    ['{}', 1, 1, /^exemptions: must be a list; it is missing$/],
    ['exemptions: {}', 1, 1, /^exemptions: must be a list; here it is a map: begin each entry with "- "$/],
    ['exemption: []', 1, 1, /^exemptions: must be a list; it is missing$/],
    ['exemptions: []\nmode: audit', 2, 1, /^"mode" is not known here; known are exemptions$/],
    ['exemptions: []\n---\na: 1', 2, 1, /^a file of exemptions is one document/],
    [`exemptions: [] #${'x'.repeat(300_000)}`, 1, 1, /^the file of exemptions is longer than 262144 characters/],
    [
      list(`rule: pool-remot-access, resource: ${POOL_ID}, ${SAID}, ${EXPIRES}`),
      2,
      7,
      /^exemptions\.0\.rule: must be the id of a rule; here it is "pool-remot-access": did you mean "pool-remote-access"\?$/,
    ],
    [
      list(`rule: drain, resource: ${POOL_ID}, ${SAID}, ${EXPIRES}`),
      2,
      7,
      /must be the id of a rule; here it is "drain"/,
    ],
    [
      list(`resource: ${POOL_ID}, ${SAID}, ${EXPIRES}`),
      2,
      5,
      /^exemptions\.0\.rule: must be the id of a rule; it is missing$/,
    ],
    [
      list(`rule: pool-remote-access, ${SAID}, ${EXPIRES}`),
      2,
      5,
      /^exemptions\.0: must have a resource .* or a scope; it has none of both$/,
    ],
    [
      list(`rule: pool-remote-access, resource: ${POOL_ID}, scope: { pool: a }, ${SAID}, ${EXPIRES}`),
      2,
      45 + POOL_ID.length,
      /^exemptions\.0\.scope: must not stand beside a resource/,
    ],
    [
      list(`rule: pool-remote-access, resource: pool1, ${SAID}, ${EXPIRES}`),
      2,
      33,
      /^exemptions\.0\.resource: must be the ARM id of a Batch account, or of a pool; here it is "pool1"$/,
    ],
    [
      list(`rule: account-aad-only, resource: ${POOL_ID}, ${SAID}, ${EXPIRES}`),
      2,
      31,
      /^exemptions\.0\.resource: account-aad-only judges accounts, and this is the id of a pool$/,
    ],
    [
      list(`rule: pool-remote-access, resource: ${ACCOUNT_ID}, ${SAID}, ${EXPIRES}`),
      2,
      33,
      /pool-remote-access judges pools, and this is the id of an account; for all pools of an account, use a scope$/,
    ],
    [
      list(scoped('{ pool: a }', 'account-aad-only')),
      2,
      40,
      /^exemptions\.0\.scope\.pool: account-aad-only judges accounts: leave pool out$/,
    ],
    [list(scoped('{}')), 2, 33, /^exemptions\.0\.scope: must name a subscription, resourceGroup, account or pool; /],
    [
      list(scoped('{ tags: { env: prod } }')),
      2,
      42,
      /^exemptions\.0\.scope: "tags" is not known here; known are subscription, resourceGroup, account, pool$/,
    ],
    [list(scoped('{ acount: a }')), 2, 42, /"acount" is not known here: did you mean "account"\?$/],
    [
      list(`${forPool()}, until: 2027-01-01`),
      2,
      5 + 3 + forPool().length + 1,
      /^exemptions\.0: "until" is not known here/,
    ],
    [
      list(forPool().replace('Ada', '""')),
      2,
      45 + POOL_ID.length,
      /^exemptions\.0\.owner: must be one line of 1 to 200 characters that says who answers for it; here it is ""$/,
    ],
    [list(forPool().replace('Ada', '" "')), 2, 45 + POOL_ID.length, /owner: must be one line/],
    [
      list(forPool().replace('it moves', `"a\\nb"`)),
      2,
      57 + POOL_ID.length,
      /^exemptions\.0\.reason: must be one line of 1 to 500 characters that says why; here it is "a\\nb"$/,
    ],
    [
      list(forPool().replace('it moves', 'x'.repeat(501))),
      2,
      57 + POOL_ID.length,
      /reason: must be one line of 1 to 500/,
    ],
    [list(forPool('expires: soon')), 2, 75 + POOL_ID.length, DATE],
    [list(forPool('expires: 9999-12-31')), 2, 75 + POOL_ID.length, DATE],
    [list(forPool('expires: 2027-02-30')), 2, 75 + POOL_ID.length, DATE],
    [list(forPool('expires: 2027-02-01T10:00:00')), 2, 75 + POOL_ID.length, DATE],
    [list(forPool('expires: 2027')), 2, 75 + POOL_ID.length, DATE],
    [
      list(forPool('expires: 2026-10-28')),
      2,
      75 + POOL_ID.length,
      /^exemptions\.0\.expires: it ended at 2026-10-29T00:00Z, more than 30 days ago \("2026-10-28"\): take the exemption out, or give it a date to come$/,
    ],
    [
      list(
        forPool(),
        forPool('expires: 2027-04-01')
          .toUpperCase()
          .replaceAll(/RULE|RESOURCE|OWNER|REASON|EXPIRES|POOL-REMOTE-ACCESS/g, (key) => key.toLowerCase()),
      ),
      3,
      5,
      /^exemptions\.1: the same rule and the same resource as exemptions\.0: keep one of them$/,
    ],
    [
      list(scoped("{ account: 'a*' }"), scoped("{ pool: '*', account: 'A*' }")),
      3,
      5,
      /^exemptions\.1: the same rule and the same scope as exemptions\.0/,
    ],
    [
      list(...Array.from({ length: 501 }, (_, n) => scoped(`{ account: a${n} }`))),
      1,
      1,
      /^exemptions: must have at most 500 entries; here it has 501 entries$/,
    ],
  ])('%j', (text, line, column, message) => {
    expect(faultsOf(text)).toContainEqual({ line, column, message: expect.stringMatching(message) });
  });

  test('all of them are told, in the order of lines, those between entries among them', () => {
    const text = `exemptions:
  - rule: pool-remot-access
    resource: ${POOL_ID}
    scope: { pool: a }
    owner: ''
    expires: 2026-01-31
    why: x
  - a text
  - ${scoped('{ pool: b }').replaceAll(', ', '\n    ')}
  - ${scoped('{ pool: b }').replaceAll(', ', '\n    ')}
rules: {}
`;
    expect(faultsOf(text).map(({ line }) => line)).toEqual([2, 2, 4, 5, 6, 7, 8, 14, 19]);
  });

  test.each([
    ['two rules for one resource', [forPool(), forPool().replace('remote-access', 'public-ip')]],
    ['one rule for two resources', [forPool(), forPool().replace('pool1', 'pool2')]],
    ['a resource and a scope that fits it', [forPool(), scoped('{ pool: pool1 }')]],
    ['an account', [`rule: account-aad-only, resource: ${ACCOUNT_ID}, ${SAID}, ${EXPIRES}`]],
    [
      'a scope of accounts with any pool, which says nothing',
      [scoped("{ account: a, pool: '*' }", 'account-aad-only')],
    ],
    ['one that ended 30 days ago', [forPool("expires: '2026-10-29T12:00:00Z'")]],
  ])('%s are right', (_, entries) => {
    expect(faultsOf(list(...entries))).toEqual([]);
    expect(read(...entries)).toHaveLength(entries.length);
  });

  test('the JSON schema takes what is right, and refuses what is not', () => {
    const validate = new Ajv2020({ strict: false }).compile(exemptionsJsonSchema(rules));
    expect(validate(parse(list(forPool(), scoped('{ pool: a }'))))).toBe(true);
    for (const wrong of [
      '{}',
      list('rule: pool-remote-access'),
      list(`${forPool()}, scope: { pool: a }`),
      list(`rule: a, ${SAID}`),
    ])
      expect(validate(parse(wrong))).toBe(false);
  });
});

test.each([
  ['2027-03-31', '2027-04-01T00:00:00.000Z'],
  ['2028-02-29', '2028-03-01T00:00:00.000Z'],
  ["'2027-03-31T18:00:00+02:00'", '2027-03-31T16:00:00.000Z'],
  ['2027-03-31T18:00:00.5Z', '2027-03-31T18:00:00.500Z'],
])('what expires %s holds until %s', (written, until) => {
  expect(read(forPool(`expires: ${written}`))).toEqual([
    {
      rule: 'pool-remote-access',
      covers: { resource: POOL_ID },
      owner: 'Ada',
      reason: 'it moves',
      until: new Date(until),
    },
  ]);
});

const until = new Date('2027-04-01T00:00:00Z');

test.each([
  [-365 * DAY, 'holds'],
  [-30 * DAY - 1, 'holds'],
  [-30 * DAY, 'ending'],
  [-1, 'ending'],
  [0, 'over'],
  [30 * DAY, 'over'],
  [30 * DAY + 1, 'stale'],
] as const)('%d ms from its end an exemption is: %s', (sinceEnd, standing) => {
  expect(standingOf({ until }, after(until, sinceEnd))).toBe(standing);
});

describe('whom an exemption is for', () => {
  const pool2 = poolId('pool2');
  const elsewhere = POOL_ID.replace('acct1', 'acct2');
  test.each<[string, string, readonly string[]]>([
    ['a pool', `resource: ${POOL_ID}`, [POOL_ID]],
    ['a pool in other letters', `resource: ${POOL_ID.replace('pool1', 'POOL1').replace('rg', 'RG')}`, [POOL_ID]],
    ['a scope of an account', 'scope: { account: acct1 }', [POOL_ID, pool2]],
    ['a scope of pools', "scope: { pool: '*2' }", [pool2]],
    ['a scope of which all keys must fit', 'scope: { account: acct2, pool: pool1 }', [elsewhere]],
    ['a scope of a subscription', "scope: { subscription: '00000000-*' }", [POOL_ID, pool2, elsewhere]],
  ])('%s', (_, covers, expected) => {
    const policy = exempting(read(`rule: pool-remote-access, ${covers}, ${SAID}, ${EXPIRES}`));
    const all = [ACCOUNT_ID, POOL_ID, pool2, elsewhere];
    const those = all.filter((id) => policy.exemptionFor('pool-remote-access', id, NOW) !== null);
    expect(those.filter((id) => id !== ACCOUNT_ID)).toEqual(expected);
    expect(all.flatMap((id) => policy.exemptionFor('pool-public-ip', id, NOW) ?? [])).toEqual([]);
    expect(policy.exemptionFor('pool-remote-access', '/subscriptions/a', NOW)).toBeNull();
  });

  test('of several the one that ends last says who and until when', () => {
    const later = scoped('{ pool: pool1 }').replace('Ada', 'Bea').replace('03-31', '06-30');
    const policy = exempting(read(forPool(), later));
    const last = { owner: 'Bea', reason: 'it moves', until: new Date('2027-07-01T00:00:00Z') };
    expect(policy.exemptionFor('pool-remote-access', POOL_ID, NOW)).toEqual(last);
    expect(policy.exemptionFor('pool-remote-access', POOL_ID, until)).toEqual(last);
    expect(policy.exemptionFor('pool-remote-access', POOL_ID, last.until)).toBeNull();
  });
});
