import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fileUri } from '../../cli/file-uri.ts';
import { keysTo } from '../../cli/keys-to.ts';
import { accountBody, keyedAccount, openPool } from '../support/cli/bodies.ts';
import { file, inProcess } from '../support/cli/harness.ts';
import { sarifRun } from '../support/cli/sarif.ts';

async function scanned(input: string, stdin = '') {
  return sarifRun((await inProcess(['scan', '--format', 'sarif', '--input', input], stdin)).out).results;
}

test('17.4: SARIF names the line of what is wrong, in bodies, arrays and pages', async () => {
  for (const wrap of [
    (one: unknown) => one,
    (one: unknown) => [accountBody(), one],
    (one: unknown) => ({ value: [{}, one] }),
  ]) {
    const path = await file('places.json', `\n${JSON.stringify(wrap(openPool()), null, 1)}`);
    const lines = readFileSync(path, 'utf8').split('\n');
    const [found] = (await scanned(path)).filter(({ ruleId }) => ruleId === 'pool-remote-access');
    const { artifactLocation, region } = found?.locations[0].physicalLocation ?? {};
    const line = lines[(region?.startLine ?? 0) - 1] ?? '';
    // The NAT pool named ssh: the line on which its object begins.
    expect(line.slice((region?.startColumn ?? 0) - 1)).toBe('{');
    expect(lines[region?.startLine ?? 0]).toContain('"name": "ssh"');
    expect(artifactLocation?.uri).toMatch(/^file:\/\/\/.*\/places\.json$/);
  }
});

test('17.4: of what stands in no file the ARM id is named', async () => {
  const results = await scanned('-', JSON.stringify(keyedAccount()));
  expect(results.length).toBeGreaterThan(0);
  for (const { locations } of results)
    expect(locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: expect.stringMatching(/^subscriptions\//) },
      region: { startLine: 1 },
    });
});

test('17.4: a file that is nested too deep for its lines is named all the same', async () => {
  const body = openPool();
  const text = JSON.stringify({ ...body, properties: { ...Object(body['properties']), deep: 0 } });
  const path = await file('deep.json', text.replace('"deep":0', `"deep":${'['.repeat(20_000)}${']'.repeat(20_000)}`));
  expect((await scanned(path)).length).toBeGreaterThan(0);
});

test('17.4: files are named below the folder that the program runs in, elsewhere from the root on', () => {
  const sources = ['bodies/pools 1.json', './a%b#c?.json', '..json', '../elsewhere.json', 'standard input'];
  expect(sources.map(fileUri)).toEqual([
    'bodies/pools%201.json',
    'a%25b%23c%3F.json',
    '..json',
    expect.stringMatching(/^file:\/\/\/.*\/elsewhere\.json$/),
    null,
  ]);
});

test('17.4: keys with points, ARM ids and names that are prefixes of others are told apart', () => {
  const body = {
    'a.b': [{ name: 'x' }, { name: 'x.y' }, { elevation: 'z', name: 'other' }, { name: 'z' }],
    identity: { '/subscriptions/1/x/one': {}, '/subscriptions/1/x/two': {} },
  };
  expect(keysTo('a.b[x.y].name', body)).toEqual(['a.b', 1, 'name']);
  expect(keysTo('a.b[z].gone', body)).toEqual(['a.b', 3]);
  expect(keysTo('a.b[x] #2', body)).toEqual(['a.b', 0]);
  expect(keysTo('identity[two]', body)).toEqual(['identity', '/subscriptions/1/x/two']);
  expect(keysTo('nothing[0]', body)).toEqual([]);
  expect(keysTo('', body)).toEqual([]);
});
