import { expect, test } from 'vitest';
import { accountBody, keyedAccount, openPool, poolBody } from '../support/cli/bodies.ts';
import { file, inProcess } from '../support/cli/harness.ts';
import { verdictsIn } from '../support/cli/verdicts.ts';
import { ACCOUNT_ID, POOL_ID, poolId } from '../support/snapshots.ts';

const both = await file('both.json', [keyedAccount(), openPool(), poolBody()]);

test.each([
  ['acct1/pool1', 'pool acct1/pool1'],
  ['ACCT1/Pool1', 'pool acct1/pool1'],
  [POOL_ID.toUpperCase(), 'pool acct1/pool1'],
  ['Acct1', 'account acct1'],
  [ACCOUNT_ID.toLowerCase(), 'account acct1'],
])('%s means the %s', async (name, what) => {
  const { code, out } = await inProcess(['explain', name, '--input', both]);
  expect({ code, first: out.split('\n')[0] }).toEqual({ code: 0, first: `The ${what}` });
});

const elsewhere = ACCOUNT_ID.replace('/rg/', '/rg2/');
const twin = await file('twin.json', accountBody({ id: elsewhere, properties: { provisioningState: 'Succeeded' } }));
const broken = await file('broken.json', [accountBody(), openPool('broken', { backendPort: 'ssh' })]);
const alone = await file('pool.json', poolBody());

test.each([
  [
    'acct1/poool1',
    [both],
    'Not found in what was read: acct1/poool1. Did you mean acct1/pool1? Read were: acct1, acct1/',
  ],
  [poolId('poool1'), [both], 'Did you mean acct1/pool1? Read were: '],
  ['pool1', [both], 'Did you mean acct1/pool1? Read were: '],
  [
    'somewhere/else',
    [both],
    'Not found in what was read: somewhere/else. Read were: acct1, acct1/open1, acct1/pool1.\n',
  ],
  ['acct1', [both, twin], `acct1 can mean several. Give one of these ids:\n${ACCOUNT_ID}\n${elsewhere}\n`],
  ['acct1/broken', [broken], 'acct1/broken cannot be explained: its body cannot be read: '],
  ['acct1', [alone], 'acct1 cannot be explained: its body was not given.\n'],
  ['acct1', ['nowhere.json'], 'nowhere.json: no such file\nNot found in what was read: acct1. Nothing was read.\n'],
])('%s in files that do not show it', async (name, input, message) => {
  const { code, out, err } = await inProcess(['explain', name, '--input', ...input]);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(message);
});

test('an id chooses between accounts of one name; what else could not be read is told, with exit code 2', async () => {
  const { code, out } = await inProcess(['explain', elsewhere, '--input', both, twin]);
  expect({ code, first: out.split('\n')[1] }).toEqual({ code: 0, first: elsewhere });
  const besides = await inProcess(['explain', 'acct1', '--input', broken, 'nowhere.json']);
  expect(besides).toMatchObject({ code: 2, err: expect.stringMatching(/^nowhere\.json: no such file\n.*the pool /) });
  expect(verdictsIn(besides.out)).toMatchObject({ 'account-aad-only': 'complies' });
});
