import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { makeCertificate, trust } from '../../local/certificate.ts';
import { type Preparation, prepare } from '../../local/installation.ts';
import { openPolicy } from '../../shared/azure/state/open-policy.ts';
import { answering } from '../support/cli/answering.ts';
import { inProcess } from '../support/cli/harness.ts';

const POLICY = '# of the farm\nmode: enforce   # all\nscopes: []\n';
const AT = / at \d{4}-\d\d-\d\dT[\d:.]+Z/;
const certificate = await makeCertificate();
let local: Preparation;
const blob = async () => (await local.storage.config()).getBlockBlobClient('policy.yaml');

beforeAll(async () => {
  local = await prepare({ accounts: [] });
  trust(certificate.cert);
});
afterAll(() => local.stop());
beforeEach(async () => {
  const options = {
    blobHTTPHeaders: { blobContentType: 'text/yaml', blobCacheControl: 'no-cache' },
    metadata: { a: 'b' },
  };
  await (await blob()).upload(POLICY, POLICY.length, options);
});

async function doing(command: string, ...args: readonly string[]) {
  const ended = await inProcess([command, '--by', 'Ada Example', ...args], '', 80);
  return { ...ended, words: ended.out.replaceAll(/\s+/g, ' ') };
}
const textNow = async () => (await (await blob()).downloadToBuffer()).toString();

test('freeze and unfreeze set the one word, and keep all else of the blob', async () => {
  const { code, err, out, words } = await doing('freeze', '--reason', 'INC-4711');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const frozen = await textNow();
  expect(frozen.replace(AT, '')).toBe(`# Frozen by Ada Example: INC-4711\nfreeze: true\n${POLICY}`);
  const { contentType, cacheControl, metadata } = await (await blob()).getProperties();
  expect({ contentType, cacheControl, metadata }).toEqual({
    contentType: 'text/yaml',
    cacheControl: 'no-cache',
    metadata: { a: 'b' },
  });
  expect(words).toContain(
    'Frozen. policy config/policy.yaml says freeze: true, and in its first line who says so. All else in it is as it was. by Ada Example, 2',
  );
  expect(words).toContain('reason INC-4711');
  expect(words).toContain('Drains give their pools the size back, without a change.');
  expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);

  const { etag } = await (await blob()).getProperties();
  const again = await doing('freeze', '--reason', 'once more');
  expect(again.code).toBe(0);
  expect(again.words).toContain('Frozen already: nothing was written. before Frozen by Ada Example at 2');
  expect((await (await blob()).getProperties()).etag).toBe(etag);

  const back = await doing('unfreeze');
  expect(back.code).toBe(0);
  expect((await textNow()).replace(AT, '')).toBe(`# Unfrozen by Ada Example\nfreeze: false\n${POLICY}`);
  expect(back.words).toContain('Unfrozen. policy config/policy.yaml says freeze: false, and');
  expect(back.words).toMatch(/rules \d+ rules report, \d+ write, .* drains none, as max is 0\./);

  const json = JSON.parse((await doing('unfreeze', '--format', 'json')).out);
  const common = { schema: 1, who: 'Ada Example', at: expect.any(String), reason: null };
  expect(json).toEqual({ ...common, freeze: false, changed: false, before: expect.stringMatching(/^Unfrozen by /) });
});

test('without a policy unfreezing writes none, and freezing one that only reports', async () => {
  await (await blob()).delete();
  const none = await doing('unfreeze');
  expect(none).toMatchObject({ code: 0, words: expect.stringContaining('Not frozen already: nothing was written.') });
  expect(await (await blob()).exists()).toBe(false);
  const { code, words } = await doing('freeze');
  expect(code).toBe(0);
  expect(words).toContain('policy there was none. config/policy.yaml now only reports');
  expect(await textNow()).toMatch(/\nmode: audit\nfreeze: true\n$/);
});

describe('nothing is written', () => {
  test.each([
    [
      'of a policy that is not valid',
      'mode: loud\nfrezee: true\n',
      ['The app begins nothing while it is so', 'policy.yaml:1:1: mode', 'policy.yaml:2:1: "frezee" is not known here'],
    ],
    ['of one that is empty', '', ['the policy is empty']],
    [
      'of one in which more would change',
      'freeze: &f false\ntrustTags: *f\n',
      ['Write "freeze: true" into it and upload it'],
    ],
    ['of what is no text', '# \xff\nmode: audit\n', ['Write "freeze: true" into it']],
  ])('%s', async (_, text, expected) => {
    const bytes = Buffer.from(text, 'latin1');
    await (await blob()).upload(bytes, bytes.length);
    const { code, out, err } = await doing('freeze');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^Nothing was frozen: /);
    for (const words of expected) expect(err).toContain(words);
    expect(await (await blob()).downloadToBuffer()).toEqual(bytes);
  });

  test.each([
    [['freeze'], "required option '--by <who>' not specified"],
    [['freeze', '--by', ' '], 'Say with --by who asks'],
    [['freeze', '--by', 'me', '--reason', 'a\nmode: enforce'], 'Say with --reason why, in one line'],
    [['unfreeze', '--by', 'me', '--reason', ''], 'Say with --reason why, in one line'],
    [['unfreeze', '--by', 'me', '--storage', 'My_Storage'], 'Not a storage account: My_Storage.'],
    [['freeze', '--by', 'me', '--storage', 'https://localhost:1/a'], 'Nothing was frozen: its endpoint is not known.'],
  ])('for %j', async (args, message) => {
    const { code, out, err } = await inProcess(args, '', 80);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
    expect(await textNow()).toBe(POLICY);
  });
});

describe('when somebody else writes meanwhile', () => {
  test('the storage refuses to put a text in the place of one that is there no more', async () => {
    const policy = openPolicy(local.endpoints.blob);
    const before = await policy.read();
    expect(before?.text).toBe(POLICY);
    expect(await policy.replace(before, 'mode: audit')).toBe(true);
    expect(await policy.replace(before, 'mode: off')).toBe(false);
    expect(await policy.replace(null, 'mode: off')).toBe(false);
    expect(await textNow()).toBe('mode: audit');
  });

  /** A service with the policy; before each write comes what `meanwhile` makes of the text, by the number of the write. */
  async function contended(meanwhile: (write: number, sent: string, text: string) => string) {
    const state = { text: POLICY, version: 1, writes: 0 };
    const endpoint = await answering(certificate, ({ method, headers }, sent) => {
      const etag = `"${state.version}"`;
      if (method === 'GET') return { status: 200, headers: { etag, 'content-type': 'text/yaml' }, body: state.text };
      state.writes += 1;
      const text = meanwhile(state.writes, sent, state.text);
      if (text !== state.text) Object.assign(state, { text, version: state.version + 1 });
      if (headers['if-match'] !== `"${state.version}"`) return { status: 412, code: 'ConditionNotMet' };
      Object.assign(state, { text: sent, version: state.version + 1 });
      return { status: 201, headers: { etag: `"${state.version}"` } };
    });
    vi.stubEnv('AzureWebJobsStorage__blobServiceUri', endpoint);
    const ended = await doing('freeze');
    vi.unstubAllEnvs();
    return { ...ended, ...state };
  }

  test('once, it is frozen as it is then', async () => {
    const { code, text, writes } = await contended((write, _, text) => (write === 1 ? `${text}# theirs\n` : text));
    expect({ code, writes }).toEqual({ code: 0, writes: 2 });
    expect(text.replace(AT, '')).toBe(`# Frozen by Ada Example\nfreeze: true\n${POLICY}# theirs\n`);
  });

  test('again and again, it says so and overwrites nothing', async () => {
    const { code, out, err, text, writes } = await contended((write, _, text) => `${text}# theirs ${write}\n`);
    expect({ code, out, writes }).toEqual({ code: 2, out: '', writes: 2 });
    expect(err).toBe(
      'Nothing was frozen: somebody else changed the policy meanwhile, twice. See who, then run it again.\n',
    );
    expect(text).toBe(`${POLICY}# theirs 1\n# theirs 2\n`);
  });

  test('and froze it too, that is said', async () => {
    const { code, words, writes } = await contended((_, __, text) => `${text}freeze: true\n`);
    expect({ code, writes }).toEqual({ code: 0, writes: 1 });
    expect(words).toContain('Frozen already: nothing was written.');
  });

  test('and it was this one, whose answer was lost, that is no other', async () => {
    const { code, words, writes } = await contended((_, sent) => sent);
    expect({ code, writes }).toEqual({ code: 0, writes: 1 });
    expect(words).toContain('Frozen. policy config/policy.yaml says freeze: true, and');
  });
});

test('an answer that breaks off is no policy', async () => {
  const headers = { 'content-length': '999', connection: 'close', etag: '"1"' };
  const endpoint = await answering(certificate, () => ({ status: 200, headers, body: POLICY }));
  vi.stubEnv('AzureWebJobsStorage__blobServiceUri', endpoint);
  const { code, err } = await doing('freeze');
  vi.unstubAllEnvs();
  expect(code).toBe(2);
  expect(err).toContain('Nothing was frozen: the policy was not read to its end: ');
});

test('who may not write the policy is told which role he needs', async () => {
  const endpoint = await answering(certificate, () => ({ status: 403, code: 'AuthorizationPermissionMismatch' }));
  vi.stubEnv('AzureWebJobsStorage__blobServiceUri', endpoint);
  const { code, err } = await doing('freeze');
  vi.unstubAllEnvs();
  expect(code).toBe(2);
  expect(err).toContain('you need the role Storage Blob Data Contributor on the container config');
});
