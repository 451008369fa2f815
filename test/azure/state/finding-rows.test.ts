import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeFindings, encodeFinding } from '../../../shared/azure/state/finding-rows.ts';
import { type Change, manual, setAccount, setPool } from '../../../shared/core/model/change.ts';
import { UNKNOWN_CODES } from '../../../shared/core/model/reading.ts';
import { CLOSED_CODES } from '../../../shared/core/plan/closing.ts';
import { HELD_CODES, type HeldCode, type RetryCode } from '../../../shared/core/plan/held.ts';
import { sameToReader } from '../../../shared/core/plan/news.ts';
import { anyAccount, anyPoolNamed } from '../../support/arbitraries.ts';
import { exempt, finding, NOW, unknown } from '../../support/cli/findings.ts';
import { ACCOUNT_ID, anAccount, aPool, natPool, POOL_ID, poolId, securityRule } from '../../support/snapshots.ts';

function decodeFinding(row: unknown) {
  const [only, ...others] = decodeFindings([row]);
  if (only === undefined || others.length > 0) throw new Error('not one finding');
  return only;
}

/** The finding's row, with other columns. */
function read(columns: Record<string, unknown>, changes: Parameters<typeof finding>[0] = {}) {
  return decodeFinding({ ...encodeFinding('partition', finding(changes)), ...columns });
}

describe('why it is held', () => {
  test('is read as it was written, whatever the code', () => {
    const all = HELD_CODES.map((code) => finding({ held: { code, message: 'It is so.', until: NOW } }));
    for (const one of all) expect(decodeFinding(encodeFinding('partition', one))).toEqual(one);
    const free = finding({ held: null });
    expect(decodeFinding(encodeFinding('partition', free))).toEqual(free);
  });

  const OLD: readonly (readonly [words: string, code: HeldCode])[] = [
    ['policy invalid: line 3, column 1: mode: no such mode', 'policy-invalid'],
    ['the policy is frozen', 'frozen'],
    ['audit mode', 'audit'],
    ['approval is not available yet', 'needs-approval'],
    ['the account could not be read whole: pool a: no properties', 'incomplete'],
    ['the pool was not read', 'incomplete'],
    ['not judged: its body is partial', 'not-judged'],
    ['refused: ScopeLocked - The scope is locked.', 'refused'],
    ['accepted, yet not in effect: the answer does not show endpoints', 'not-effective'],
    ['failed: InternalError', 'failed'],
    ['its body has no etag, so that a write could not be guarded', 'no-etag'],
    ['waits for a drain: it has 4 nodes', 'waits-for-zero'],
    ['another change of this resource goes first', 'other-change-first'],
    ['another change of the same setting goes first', 'other-change-first'],
    ['the moon is full', 'unspecified'],
    ['', 'unspecified'],
  ];

  test.each(OLD)('in a row without a code, %j is %s', (words, code) => {
    const { heldCode: _code, heldMessage: _message, ...row } = encodeFinding('partition', finding());
    expect(decodeFinding({ ...row, held: words }).held).toEqual({ code, message: words, until: null });
    expect(decodeFinding({ ...row, held: words, heldUntil: NOW }).held?.until).toEqual(NOW);
    expect(decodeFinding(row).held).toBeNull();
  });

  test('has an example in old words for each code', () => {
    const never: readonly HeldCode[] = [
      'keys-in-use',
      'undone',
      'exempt',
      'owned-by-pipeline',
      'owner-unknown',
      'contested',
      'drain-announced',
      'window',
      'resting',
      'drain-slot',
      'draining',
      'breaker',
      'budget',
    ];
    expect(new Set(OLD.map(([, code]) => code))).toEqual(new Set(HELD_CODES.filter((code) => !never.includes(code))));
  });

  test('in a code of another version stops nothing', () => {
    expect(read({ heldCode: 'full-moon' }).held).toEqual({ code: 'audit', message: 'audit mode', until: null });
    expect(read({ heldCode: 'full-moon', heldMessage: 'the moon is full' }).held?.code).toBe('unspecified');
  });

  test.each<[string, RetryCode]>([
    ['refused: ScopeLocked', 'refused'],
    ['accepted, yet not in effect: x', 'not-effective'],
    ['failed: x', 'failed'],
    ['audit mode', 'failed'],
    ['x', 'failed'],
  ])('and of the attempts too: %j is %s', (reason, code) => {
    const refusals = [
      { count: 2, reason, nextTry: NOW },
      { count: 2, code: 'full-moon', message: reason, nextTry: NOW },
    ];
    for (const refused of refusals) {
      const attempts = JSON.stringify({ accepted: [], refused });
      expect(read({ attempts }).attempts.refused).toEqual({ count: 2, code, message: reason, nextTry: NOW });
    }
  });
});

test('why it was closed is read as it was written; before there were codes it is not said', () => {
  for (const closedCode of CLOSED_CODES)
    expect(read({}, { status: 'closed', closedCode })).toMatchObject({ closedCode });
  expect(read({}, { status: 'closed', why: 'compliant' }).closedCode).toBeNull();
  expect(read({ closedCode: 'full-moon' }).closedCode).toBeNull();
});

describe('by whose word it is exempt', () => {
  test('is read as it was written', () => {
    expect(decodeFinding(encodeFinding('partition', exempt()))).toEqual(exempt());
    expect(encodeFinding('partition', finding())).not.toHaveProperty('exemption');
  });

  test.each([
    ['that nobody gave', undefined],
    ['that is no JSON', 'Ada'],
    ['without an owner', '{"reason":"it moves","until":"2026-03-01T00:00:00Z"}'],
    ['without an end', '{"owner":"Ada","reason":"it moves"}'],
    ['that ends at no time', '{"owner":"Ada","reason":"it moves","until":"soon"}'],
  ])('a word %s exempts nothing', (_, exemption) => {
    expect(read({ exemption }, exempt())).toMatchObject({ status: 'open', exemption: null });
  });

  test('a word beside another status is none', () => {
    for (const status of ['open', 'unknown', 'closed', 'of another version'])
      expect(read({ status }, exempt()).exemption).toBeNull();
  });
});

describe('why it is unknown', () => {
  test.each([...UNKNOWN_CODES, null])('is read as it was written: %s', (unknownCode) => {
    const kept = unknown({ unknownCode });
    expect(decodeFinding(encodeFinding('partition', kept))).toEqual(kept);
  });

  test('is in no column of a finding that is not', () => {
    expect(encodeFinding('partition', finding())).not.toHaveProperty('unknownCode');
  });

  test.each(['words', '', 7, null])('is not said in a row with %j, which another version wrote', (unknownCode) => {
    const row = { ...encodeFinding('partition', unknown()), unknownCode };
    expect(decodeFinding(row)).toEqual(unknown({ unknownCode: null }));
  });
});

describe('the fix', () => {
  const LEFT = { kind: 'manual', why: expect.stringMatching(/no fix of its resource; the next look plans it anew/) };
  const change = setPool(aPool(), { endpoints: [natPool({ rules: [securityRule()] })] });

  test('is read as it was written, whatever it sets', () => {
    let settings = 0;
    const some = (all: object) =>
      fc.subarray(Object.entries(all), { minLength: 1 }).map((entries) => Object.fromEntries(entries));
    const anyChange = fc.oneof(
      anyAccount.chain((account) => some(account.settings).map((set): Change => setAccount(account, set))),
      anyPoolNamed('p')
        .filter(({ settings }) => settings.scale !== null) // what is not known is never set
        .chain((pool) => some(pool.settings).map((set): Change => setPool(pool, set))),
    );
    fc.assert(
      fc.property(anyChange, (fix) => {
        settings += Object.keys(fix.set).length;
        const one = finding({ fix, resourceId: fix.id });
        const decoded = decodeFinding(encodeFinding('partition', one));
        expect(decoded.fix).toEqual(fix);
        expect(sameToReader(one, decoded)).toBe(true);
      }),
    );
    console.log(`fixes: ${settings} settings written and read`);
    for (const fix of [manual('Do it.'), null]) expect(read({ fix: JSON.stringify(fix) }).fix).toEqual(fix);
  });

  const [pool] = change.set.endpoints ?? [];
  const set = (value: unknown) => ({ ...change, set: value });
  test.each<[string, unknown]>([
    ['no JSON', '{"kind":'],
    ['a text', '"set-pool"'],
    ['a list', [change]],
    ['an unknown kind', { ...change, kind: 'delete-pool' }],
    ['a kind of another row', { ...change, kind: 'set-account' }],
    ['no kind', { id: change.id, set: change.set }],
    ['more than a change has', { ...change, etag: '*' }],
    ['a manual one that sets', { ...change, kind: 'manual', why: 'x' }],
    ['nothing to set', set({})],
    ['a nonsense key', set({ endpoints: null, nonsense: 1 })],
    ['a setting of an account', set({ publicNetworkAccess: 'Enabled' })],
    ['a value of another kind', set({ endpoints: 'none' })],
    ['a setting without a value', set({ endpoints: null, publicIp: undefined, users: null })],
    ['a proto key', `{"kind":"set-pool","id":"${POOL_ID}","set":{"endpoints":null,"__proto__":{"publicIp":"x"}}}`],
    ['a change in a proto key', `{"__proto__":${JSON.stringify(change)}}`],
    ['a constructor', set({ endpoints: null, constructor: { prototype: { publicIp: 'x' } } })],
    ['more than a NAT pool has', set({ endpoints: [{ ...pool, password: 'x' }] })],
    ['a rule that is none', set({ endpoints: [{ ...pool, rules: [{ priority: '150' }] }] })],
    ['rules that are not shown', set({ endpoints: [{ ...pool, unmodelled: { networkSecurityGroupRules: [] } }] })],
    [
      'ports that are not shown',
      set({ endpoints: [{ ...pool, rules: [securityRule({ unmodelled: { sourcePortRanges: ['22'] } })] }] }),
    ],
    ['fewer than no nodes', set({ scale: { kind: 'fixed', dedicated: -5, lowPriority: 0 } })],
    ['another pool', { ...change, id: poolId('other') }],
    ['the account of the pool', setAccount(anAccount(), { publicNetworkAccess: 'Enabled' })],
  ])('never becomes a change from %s', (_what, column) => {
    const fix = typeof column === 'string' ? column : JSON.stringify(column);
    expect(read({ fix: JSON.stringify(change) }, { resourceId: POOL_ID }).fix).toEqual(change);
    const one = read({ fix }, { resourceId: POOL_ID });
    expect(one).toEqual({ ...finding({ resourceId: POOL_ID }), fix: LEFT });
  });

  test.each([ACCOUNT_ID, `${POOL_ID}/../other`, `https://example.com${POOL_ID}`, ''])(
    'never becomes a change from a pool with the id %j, though the row says the same',
    (id) => {
      expect(read({ fix: JSON.stringify({ ...change, id }) }, { resourceId: id }).fix).toEqual(LEFT);
      expect(
        read({ fix: JSON.stringify({ ...change, kind: 'manual', why: 'x', id }) }, { resourceId: id }).fix,
      ).toEqual(LEFT);
    },
  );

  test.each([POOL_ID, `${ACCOUNT_ID}/..`, ''])('nor from an account with the id %j', (id) => {
    const fix = { ...setAccount(anAccount(), { publicNetworkAccess: 'Enabled' }), id };
    expect(read({ fix: JSON.stringify(fix) }, { resourceId: id }).fix).toEqual(LEFT);
  });

  test('is of the row whose resource it names in whatever case', () => {
    const { fix } = read({ fix: JSON.stringify(change) }, { resourceId: POOL_ID.toUpperCase() });
    expect(fix).toEqual(change);
  });

  test('leaves nothing of a proto key that its unknown fields hold', () => {
    const unmodelled = JSON.parse('{"note":1,"__proto__":{"polluted":true}}');
    const fix = read(
      { fix: JSON.stringify(set({ endpoints: [natPool({ unmodelled })] })) },
      { resourceId: POOL_ID },
    ).fix;
    expect(fix).toEqual(set({ endpoints: [natPool({ unmodelled: { note: 1 } })] }));
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });
});

describe('15: a row of another version', () => {
  const attempts = { accepted: [NOW], refused: { count: 1, code: 'refused' as const, message: 'x', nextTry: NOW } };
  const whole = finding({ held: { code: 'audit', message: 'audit mode', until: NOW }, attempts });
  const row = encodeFinding('partition', whole);
  const others = [finding({ id: 'before' }), finding({ id: 'after' })];
  const [before, after] = others.map((one) => encodeFinding('partition', one));
  const among = (one: unknown) => decodeFindings([before, one, after]);

  test('with more columns, and more in those that are JSON, is read as this version knows it', () => {
    const more = { tags: '["a"]', etag: 'W/1', attempts: JSON.stringify({ ...attempts, undone: [NOW] }), weight: 7 };
    expect(among({ ...row, ...more })).toEqual([others[0], whole, others[1]]);
  });

  const values = ['of another version', '', 7, true, null, undefined, {}, [], '{}', '[7, null]'];
  const known = Object.keys(row).filter((key) => !['partitionKey', 'rowKey', 'rule', 'resource'].includes(key));

  test.each(known)('with nonsense in %s is read but for that, and stops no other', (column) => {
    const wide = ['fix', 'status', 'heldMessage', 'heldCode', 'heldUntil'].includes(column)
      ? ['fix', 'held', 'status']
      : [];
    for (const value of values) {
      const [first, one, last, ...rest] = among({ ...row, [column]: value });
      expect([first, last, ...rest]).toEqual(others);
      const affected = Object.entries(whole).filter(([name]) => name === column || wide.includes(name));
      expect({ ...one, ...Object.fromEntries(affected) }).toEqual(whole);
    }
  });

  test.each(['rule', 'resource'])('without a %s is left out, and stops no other', (column) => {
    expect(among({ ...row, [column]: 7 })).toEqual(others);
    expect(among(null)).toEqual(others);
  });

  test('that has a status of its own is of a violation, and of no more than it was tried', () => {
    expect(read({ status: 'exempt' })).toMatchObject({ status: 'open', exemption: null });
    expect(read({ attempts: JSON.stringify({ accepted: [NOW, 'soon'], refused: 'by the moon' }) }).attempts).toEqual({
      accepted: [NOW],
      refused: null,
    });
    console.log(`rows: ${known.length} columns with ${values.length} values each`);
  });
});
