import { chmod, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { foundFiles } from '../../cli/found-files.ts';
import { standingsOf } from '../../cli/init-standings.ts';
import { storageEndpoints } from '../../cli/storage-endpoints.ts';
import { parseAccountId } from '../../shared/core/model/resource-id.ts';
import type { Verdict } from '../../shared/core/policy/evaluate.ts';
import { parsePolicy } from '../../shared/core/policy/parse-policy.ts';
import { builtInPolicy, type Policy } from '../../shared/core/policy/policy.ts';
import { rules } from '../../shared/rules/index.ts';
import { accountBody, keyedAccount, openPool, poolBody } from '../support/cli/bodies.ts';
import { file, inProcess, SCAN } from '../support/cli/harness.ts';
import { ACCOUNT_ID } from '../support/snapshots.ts';

const folder = dirname(await file('beside.json', {}));
const printed = await inProcess(['init', '-']);

/** All that a policy says, of an account and a pool. */
function said(policy: Policy) {
  const id = parseAccountId(ACCOUNT_ID);
  if (id === null) throw new TypeError(ACCOUNT_ID);
  const targets = [
    { id, tags: {} },
    { id: { ...id, pool: 'p' }, tags: { env: 'prod' } },
  ] as const;
  return {
    ...Object.fromEntries(Object.entries(policy).filter(([, value]) => typeof value !== 'function')),
    bound: targets.map((target) => policy.rulesFor(target).map(({ rule, mode, options }) => [rule.id, mode, options])),
    users: targets.map((target) => policy.namedUsersFor(target)),
    writes: policy.writesIn(id.subscription),
  };
}

test("17.7: the policy of init judges as without one, with its options too, names all rules, and fits the editors' schema", async () => {
  expect({ code: printed.code, err: printed.err }).toEqual({ code: 0, err: '' });
  const builtIn = said(builtInPolicy(rules));
  expect(said(parsePolicy(printed.out, rules))).toEqual(builtIn);
  const uncommented = printed.out.replaceAll('    # options:', '    options:');
  expect(uncommented.split('\n    options:').length).toBeGreaterThan(10);
  expect(said(parsePolicy(uncommented, rules))).toEqual(builtIn);
  expect(Object.keys(parse(printed.out).rules)).toEqual(rules.map(({ id }) => id));
  const { out } = await inProcess(['policy', '--schema']);
  expect(new Ajv2020({ strict: false }).compile(JSON.parse(out))(parse(printed.out))).toBe(true);
  expect(printed.out).toMatch(/^# yaml-language-server: \$schema=batch-warden\.schema\.json\n/);
  for (const { breaks, title } of rules) {
    const flat = printed.out.replaceAll(/\n {2}# +/g, ' ');
    expect(flat).toContain(title);
    expect(flat).toContain(breaks ?? title);
  }
  expect(printed.out.split('\n').filter((line) => line.length > 112)).toEqual([]);
});

test('17.7: what init comments out is a policy too', () => {
  const live = printed.out.replace('# drains:', 'drains:').replaceAll(/^# (scopes:| {2,4}(?:- match|rules): )/gm, '$1');
  expect(said(parsePolicy(live, rules))).toMatchObject({ drains: { max: 1 } });
  expect(parse(live).scopes).toHaveLength(1);
});

test('17.7: init never writes over a file; --force does, and where nothing is written it says so', async () => {
  const path = join(folder, 'made.yaml');
  const made = await inProcess(['init', path]);
  expect(made).toMatchObject({ code: 0, err: '', out: expect.stringContaining(`batch-warden policy ${path}\n`) });
  expect(await readFile(path, 'utf8')).toBe(printed.out);
  expect(await inProcess(['policy', path])).toMatchObject({
    code: 0,
    err: '',
    out: expect.not.stringMatching(/cut off/),
  });
  await writeFile(path, 'mine');
  expect(await inProcess(['init', path])).toEqual({
    code: 2,
    out: '',
    err: `${path} is there already, and was left as it is: name another file, or give --force.\n`,
  });
  expect(await readFile(path, 'utf8')).toBe('mine');
  expect((await inProcess(['init', path, '--force'])).code).toBe(0);
  expect(await readFile(path, 'utf8')).toBe(printed.out);
  expect((await inProcess(['init', join(folder, 'nowhere', 'a.yaml')])).err).toContain('there is no folder');
});

test('17.7: init --from enforces what has a fix and complies everywhere, and its policy is clean', async () => {
  const good = accountBody({ allowedAuthenticationModes: ['AAD'] });
  const path = await file('good.json', [good, poolBody()]);
  const bad = await file('bad.json', [keyedAccount(), openPool()]);
  const modesOf = async (...from: readonly string[]) => {
    const { code, out, err } = await inProcess(['init', '-', '--from', ...from]);
    expect((await inProcess(['policy', '-'], out)).code).toBe(0);
    const modes = Object.entries<string | { mode: string }>(parse(out).rules).map(([id, entry]) => [
      id,
      typeof entry === 'string' ? entry : entry.mode,
    ]);
    return { code, out, err, modes: Object.fromEntries(modes) };
  };
  const complying = await modesOf(path);
  expect(complying.modes).toMatchObject({
    'account-aad-only': 'enforce',
    'pool-remote-access': 'enforce',
    'pool-plain-secrets': 'audit', // complies, and has no fix
    'account-autostorage-permission': 'audit', // not known of files
    'account-customer-managed-key': 'off',
  });
  expect(complying.out).toMatch(/Made from 1 account and 1 pool: what/);
  const violating = await modesOf(bad);
  expect(violating.modes).toMatchObject({ 'account-aad-only': 'audit', 'pool-remote-access': 'audit' });
  expect(violating.out).toContain('#   Seen:      0 of 1 comply, 1 violate');
  const unread = await modesOf(path, await file('broken.json', '{'));
  expect(Object.values(unread.modes)).not.toContain('enforce');
  expect([complying.code, violating.code, unread.code]).toEqual([0, 0, 2]);
  expect(unread.err).toMatch(/broken\.json: .*\n(?:.*\n)*Not all could be read/);
  expect(await inProcess(['init', '-', '--from', await file('none.json', '[]')])).toMatchObject({ code: 2, out: '' });
});

test('17.7: one verdict that is not known, or nothing judged, is not "complies"', () => {
  const rule = rules.find(({ id }) => id === 'account-aad-only');
  if (rule === undefined) throw new TypeError('there is no such rule');
  const complies: Verdict = { rule, mode: 'audit', resourceId: 'a', outcomes: [] };
  const unknown: Verdict = {
    ...complies,
    outcomes: [{ path: '', unknown: { code: 'not-shown', message: 'not shown' } }],
  };
  const modeBy = (verdicts: readonly Verdict[], isAllRead = true) =>
    standingsOf([rule], verdicts, isAllRead).get(rule.id)?.mode;
  expect(modeBy([complies, complies])).toBe('enforce');
  expect(modeBy([complies, unknown])).toBe('audit');
  expect(modeBy([])).toBe('audit');
  expect(modeBy([complies], false)).toBe('audit');
});

test('17.7: an option wins over the environment, the environment over the folder; standard error says which was taken', async () => {
  const here = join(folder, 'batch-warden.yaml');
  const other = await file('other.yaml', 'mode: audit');
  const exempt = await file('exempt.yaml', 'exemptions: []');
  const found = async (named: object, env: Record<string, string>) => {
    let err = '';
    const files = await foundFiles(named, { err: (text) => void (err += text) }, { env, folder });
    return { files, err };
  };
  expect(await found({}, { BATCH_WARDEN_POLICY: '' })).toEqual({ files: {}, err: '' });
  await writeFile(here, 'mode: audit');
  expect(await found({}, {})).toEqual({
    files: { policy: here },
    err: 'Policy: ./batch-warden.yaml (found in this folder)\n',
  });
  expect(await found({}, { BATCH_WARDEN_POLICY: other, BATCH_WARDEN_EXEMPTIONS: exempt })).toEqual({
    files: { policy: other, exemptions: exempt },
    err: `Policy: ${other} (from BATCH_WARDEN_POLICY)\nExemptions: ${exempt} (from BATCH_WARDEN_EXEMPTIONS)\n`,
  });
  const named = { policy: 'p', exemptions: 'x' };
  expect(await found(named, { BATCH_WARDEN_POLICY: other })).toEqual({ files: named, err: '' });
  await expect(found({}, { BATCH_WARDEN_POLICY: 'gone.yaml' })).rejects.toThrow(
    'BATCH_WARDEN_POLICY names gone.yaml: no such file.',
  );
  await chmod(here, 0o600);
});

test('17.7: BATCH_WARDEN_POLICY is judged by, and --policy wins', async () => {
  const input = await file('keyed.json', keyedAccount());
  const off = await file('off.yaml', 'mode: off');
  const audit = await file('audit.yaml', 'mode: audit');
  process.env['BATCH_WARDEN_POLICY'] = off;
  try {
    expect(await inProcess([...SCAN, '--input', input])).toMatchObject({
      code: 2,
      err: `Policy: ${off} (from BATCH_WARDEN_POLICY)\nNothing was judged: no rule is on for what was read.\n`,
    });
    expect(await inProcess([...SCAN, '--input', input, '--policy', audit])).toMatchObject({ code: 1, err: '' });
    expect((await inProcess(['policy'])).out).toMatch(/off\.yaml: valid, 33 rules off\n/);
    expect((await inProcess(['plan', '--input', input])).err).toContain(`Policy: ${off} (from`);
  } finally {
    delete process.env['BATCH_WARDEN_POLICY'];
  }
});

test('17.7: BATCH_WARDEN_STORAGE names the storage where --storage does not, before the settings of the app', () => {
  const env = {
    BATCH_WARDEN_STORAGE: 'stone',
    AzureWebJobsStorage__tableServiceUri: 'https://sttwo.table.core.windows.net',
  };
  expect(storageEndpoints(undefined, env).table).toBe('https://stone.table.core.windows.net');
  expect(storageEndpoints('stthree', env).table).toBe('https://stthree.table.core.windows.net');
  expect(storageEndpoints(undefined, { ...env, BATCH_WARDEN_STORAGE: '' }).table).toContain('sttwo');
  expect(() => storageEndpoints(undefined, { BATCH_WARDEN_STORAGE: 'No!' })).toThrow('(from BATCH_WARDEN_STORAGE)');
});

test('17.7: policy warns of what is enforced and can cut off, in scopes too, and of what is never written', async () => {
  const text = `rules: { account-aad-only: enforce, pool-subnet: enforce, pool-remote-access: approve }
scopes: [{ match: { resourceGroup: a }, rules: { pool-public-ip: enforce } }]`;
  const { code, out, err } = await inProcess(['policy', '-'], text, 80);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(
    out,
  ).toBe(`standard input: valid, 27 rules report, 1 writes, 1 writes once approved, 4 off, 1 scope says otherwise
Drains: none, as max is 0
Never written, whatever the mode, as there is no fix: pool-subnet.

What is enforced can cut off:
  account-aad-only: callers with shared keys or task tokens: Batch refuses
    them at once
  pool-public-ip (in 1 scope): SSH, RDP and whatever else reaches nodes from
    outside the network; nodes without another way out
"batch-warden plan --policy FILE" shows each write before it is made.
`);
});

test('17.7: policy --schema FILE writes the schema of a policy', async () => {
  const path = join(folder, 'batch-warden.schema.json');
  expect(await inProcess(['policy', '--schema', path])).toEqual({
    code: 0,
    out: '',
    err: `Wrote ${path} (the JSON schema of a policy).\n`,
  });
  expect(await readFile(path, 'utf8')).toBe((await inProcess(['policy', '--schema'])).out);
  expect((await inProcess(['policy', '--schema', 'polcy'])).err).toContain('or a file that ends with .json');
});
