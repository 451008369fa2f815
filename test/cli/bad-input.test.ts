import { truncate } from 'node:fs/promises';
import * as fc from 'fast-check';
import { type Node, parseTree } from 'jsonc-parser';
import { expect, test } from 'vitest';
import { parseJson } from '../../cli/parse-json.ts';
import { accountBody, keyedAccount, openPool, poolBody } from '../support/cli/bodies.ts';
import { file, inProcess, reportOf, SCAN } from '../support/cli/harness.ts';

const good = await file('good.json', [accountBody(), poolBody()]);

/** The errors of a scan of bad and good input: the good is judged all the same. */
async function errorsBesideGood(...paths: readonly string[]) {
  const ended = await inProcess([...SCAN, '--format', 'json', '--input', ...paths, '--input', good]);
  const { accounts, findings, errors } = reportOf(ended);
  expect({ code: ended.code, accounts }).toEqual({ code: 2, accounts: 1 });
  expect(findings.filter(({ status }) => status === 'open')).toEqual([]);
  for (const { source, message } of errors)
    expect(ended.err).toMatch(new RegExp(`^${escaped(source)}: .*${escaped(message)}$`, 'm'));
  return errors;
}

function escaped(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
}

test('a file that is not there', async () => {
  expect(await errorsBesideGood('nowhere.json')).toEqual([
    { source: 'nowhere.json', path: '', message: 'no such file' },
  ]);
});

test('a folder without bodies', async () => {
  expect(await errorsBesideGood('test/local')).toEqual([
    { source: 'test/local', path: '', message: 'has no file that ends in .json, .jsonl, .ndjson' },
  ]);
});

test.each([
  ['', 'is empty: expected JSON'],
  [' \n', 'is empty: expected JSON'],
  ['{"a": 1,\n "b": oops }', 'is not JSON: invalid symbol at line 2, column 7'],
  [`[\n${'1,\n'.repeat(100)} foo ]`, 'is not JSON: invalid symbol at line 102, column 2'],
  ['oops', 'is not JSON: invalid symbol at line 1, column 1'],
  ['[1, 2', 'is not JSON: close bracket expected at line 1, column 6'],
  ['{"a": ', 'is not JSON: value expected at line 1, column 7'],
  [
    '{} {}',
    'no Batch resource in it: expected the ARM body of a Batch account or pool, an array of them, or a page { "value": [...] }',
  ],
  ['{"a": 1,\n "b": [{"c": 1, "d": {"c": 2}, "c": 3}]}', 'has a key twice: at line 2, column 32'],
  ['{"a": "x\\"", "\\u0061": 2}', 'has a key twice: at line 1, column 14'],
])('a file with %j', async (text, message) => {
  const source = await file('bad.json', text);
  expect(await errorsBesideGood(source)).toEqual([{ source, path: '', message }]);
});

test('9: a file that is larger than what is said is not read', async () => {
  const source = await file('large.json', '');
  await truncate(source, 100 * 1024 * 1024 + 1);
  expect(await errorsBesideGood(source)).toEqual([
    { source, path: '', message: 'is larger than 100 MiB: give its parts in files of their own' },
  ]);
});

test('a file that is nested too deep to say where its fault is', async () => {
  const source = await file('deep.json', '['.repeat(100_000));
  expect(await errorsBesideGood(source)).toEqual([{ source, path: '', message: 'is not JSON: where is not known' }]);
});

test('9: whatever JSON.parse refuses is refused with its place, so is a key twice, and all else is taken', async () => {
  const seen = { taken: 0, refused: 0, repeats: 0 };
  // Not a backslash alone: after an object with that key, JSON.parse of Node 24 takes "\\"" for it.
  const key = fc.constantFrom('a', '"', '\u00e9', '__proto__', '');
  const members = fc.array(fc.tuple(key, fc.json()), { minLength: 2, maxLength: 3 });
  const twice = members.map((list) => `{${list.map(([name, value]) => `${JSON.stringify(name)} : ${value}`).join()}}`);
  const marks = '{ } [ ] , : " \\ 0 1 - . e + t n / * x \' // NaN null'.split(' ');
  const mark = fc.constantFrom(...marks, ' ', '\t', '\n', '\r', '\f', '\u00a0', '\u2028', '\ufeff', '\u0000', '\ud800');
  const edits = fc.array(fc.record({ at: fc.nat(), mark, over: fc.nat(2) }), { maxLength: 3 });
  const refusal = { refused: expect.stringMatching(/^is empty: |^is not JSON: [a-z ]+ at line \d+, column \d+$/) };
  const repeat = { refused: expect.stringMatching(/^has a key twice: at line \d+, column \d+$/) };
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.json(), twice, twice), edits, async (json, edits) => {
      const text = edits.reduce((text, { at, mark, over }) => {
        const start = at % (text.length + 1);
        return text.slice(0, start) + mark + text.slice(start + over);
      }, json);
      const expected = taken(text);
      seen[expected === null ? 'refused' : 'taken']++;
      const outcome = await parseJson(text).then(
        (value) => ({ value }),
        (error: Error) => ({ refused: error.message }),
      );
      if (expected !== null && repeats(text)) seen.repeats++;
      expect(outcome).toEqual(expected === null ? refusal : repeats(text) ? repeat : expected);
    }),
    { numRuns: 1000 },
  );
  console.log(
    `JSON: ${seen.taken} texts taken, ${seen.refused} refused, in ${seen.repeats} of those taken a key twice`,
  );
  expect(Math.min(seen.taken, seen.refused)).toBeGreaterThan(100);
  expect(seen.repeats).toBeGreaterThan(20);
});

/** Whether an object in the text, which is JSON, has a key twice. */
function repeats(text: string): boolean {
  const whole = parseTree(text);
  const left: Node[] = whole === undefined ? [] : [whole];
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    left.push(...(node.children ?? []));
    const names = node.type === 'object' ? (node.children ?? []).map(({ children }) => children?.[0]?.value) : [];
    if (new Set(names).size < names.length) return true;
  }
  return false;
}

function taken(text: string): { readonly value: unknown } | null {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
}

test('nothing of a text that is not JSON is repeated: it may hold a secret', async () => {
  const source = await file('secret.json', '{"AccountKey": hunter2hunter2}');
  const { out, err } = await inProcess([...SCAN, '--input', source]);
  expect(out + err).not.toContain('hunter2');
});

test('bytes that are no text', async () => {
  const source = await file('image.json', new Uint8Array([0x89, 0x50, 0xff, 0x00]));
  expect(await errorsBesideGood(source)).toEqual([{ source, path: '', message: 'is not text in UTF-8' }]);
});

test('a file without a Batch resource', async () => {
  const source = await file('none.json', { hello: 'world' });
  expect(await errorsBesideGood(source)).toMatchObject([
    { source, message: expect.stringMatching(/^no Batch resource/) },
  ]);
});

test('a resource that does not parse is an error, not a finding of each rule', async () => {
  const source = await file('broken.json', openPool('broken', { backendPort: 'ssh' }));
  const errors = await errorsBesideGood(source);
  expect(errors).toMatchObject([{ source, path: expect.stringMatching(/inboundNatPools\[0\]\.backendPort$/) }]);
  const { out } = await inProcess([...SCAN, '--input', source, good]);
  expect(out).toMatch(/^1 account, 2 pools: no finding\n {2}to do {6}1 unreadable$/m);
});

test('an account whose body cannot be read leaves its pools judged', async () => {
  const source = await file('account.json', accountBody({ properties: { allowedAuthenticationModes: 'AAD' } }));
  const pools = await file('pools.json', { value: [openPool()] });
  const ended = await inProcess([...SCAN, '--format', 'json', '--input', source, pools]);
  expect(ended.code).toBe(2);
  expect(reportOf(ended).findings.map(({ rule, status }) => [rule, status])).toEqual([['pool-remote-access', 'open']]);
});

test('two different bodies with one id, and a page that is not the last', async () => {
  const other = await file('other.json', keyedAccount());
  const page = await file('page.json', { value: [poolBody('p2')], nextLink: 'https://x' });
  expect(await errorsBesideGood(page)).toMatchObject([{ source: page, path: 'nextLink' }]);
  const ended = await inProcess([...SCAN, '--input', other, good]);
  expect(ended.code).toBe(2);
  expect(ended.err).toContain(`${good}: [0]: a different body of the same account`);
  expect(ended.err).toContain(other);
});

test('the same file twice is read once; files as PowerShell writes them are read', async () => {
  const text = JSON.stringify(keyedAccount());
  const utf16 = await file('utf16.json', Buffer.from(`\ufeff${text}`, 'utf16le'));
  const utf8 = await file('utf8.json', `\ufeff${text}`);
  const ended = await inProcess([...SCAN, '--format', 'json', '--input', utf16, utf8, utf8]);
  expect(reportOf(ended)).toMatchObject({ accounts: 1, errors: [], findings: [{ rule: 'account-aad-only' }] });
});

test.each([
  [['scan'], 'Say what to scan'],
  [['scan', '--input'], 'argument missing'],
  [['scan', '--input', good, '--subscription', 's'], 'cannot be used with'],
  [['doctor', '--subscription', 'a/b'], 'letters, digits and hyphens'],
  [['doctor', '--subscription', 'x/../y'], "'x/../y' is invalid. A subscription id has letters"],
  [['scan', '--management-group', 'x/../y'], "x/../y' is invalid. Not the id of a management group"],
  [['scan', '--all-subscriptions', '--input', good], 'cannot be used with'],
  [['explain', '--input', good, 'acct1'], '--input takes every word up to the next option'],
  [['scan', '--input', good, '--rule', 'pool-subnet', good], 'files stand behind --input'],
  [['scan', '--input', good, '--fail-on', 'severe'], 'Allowed choices are info, low, medium, high, critical'],
  [['scan', '--input', good, '--format', 'xml'], 'Allowed choices are table, json, sarif, html, csv'],
  [['scan', '--input', good, '--rule', 'nope'], 'No such rule: nope. The rules are: account-aad-only, '],
  [['scan', '--input', good, '--rule', 'pool-identty'], 'Did you mean pool-identity? The rules are: '],
  [['scan', '--input', good, '--policy', 'nowhere.yaml'], 'nowhere.yaml: no such file'],
  [['scan', '--input', good, '--nope'], 'unknown option'],
  [['scan', good], 'too many arguments'],
  [['scann'], 'unknown command'],
  [['policy'], 'Name a policy file'],
  [['explain'], "missing required argument 'name'"],
  [['explain', 'a', 'b'], 'too many arguments'],
  [['explain', 'nope'], 'No such rule: nope. The rules are: account-aad-only, '],
  [['explain', 'nope'], '--input PATH, --subscription ID'],
  [['explain', 'pool-identty'], 'Did you mean pool-identity? '],
  [['explain', 'remote'], 'Did you mean pool-remote-access? '],
  [['explain', 'acct1/pool1'], 'say where to look for its name'],
  [['explain', '/subscriptions/s/resourceGroups/g'], 'Not the id of a Batch account or pool: /subscriptions/s/'],
  [['explain', 'pool-identity', '--input', good], 'pool-identity is a rule: its page needs no options'],
  [['explain', 'acct1', '--input', good, '--policy', 'nowhere.yaml'], 'nowhere.yaml: no such file'],
  [['explain', 'acct1', '--input', good, '--subscription', 's'], 'cannot be used with'],
  [[], 'Usage: batch-warden'],
])('batch-warden %j is a fault of usage', async (args, message) => {
  const { code, out, err } = await inProcess(args);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(message);
});
