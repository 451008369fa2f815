import { expect, test } from 'vitest';
import { SHAPES } from '../../../shared/core/plain-secrets/secret-shapes.ts';
import { secretsIn } from '../../../shared/core/plain-secrets/secrets-in-text.ts';

/** Apart, so that no file seems to hold a private key. */
const BEGIN = '-----BEGIN';

/** What makes patterns look far, each over and over. */
const HOSTILE = [
  'a',
  '=',
  'key=',
  '"',
  '%25',
  '\\',
  '://a:',
  'az login -p $P ',
  'docker login ',
  'curl -u ',
  'mysql -p$P ',
  'Bearer ',
  'eyJ',
  'A+/',
  'a.core.windows.net:',
  ' ',
  'token=$P ',
  'sig=',
  'azurewebsites.net/?',
  'a.b-',
  '| chpasswd ',
  'net user a $P ',
  '{',
];
const LENGTH = 2 ** 18;

test.each(HOSTILE)('a text of a quarter of a million characters, of %j, is looked at to its end', (unit) => {
  const text = unit.repeat(LENGTH / unit.length);
  const before = secretsIn(text).length;
  const kinds = secretsIn(`${text} " ' ; ${BEGIN} PRIVATE KEY-----\nDB_PASSWORD='hunter2'`).map((held) =>
    Object.values(held).join(' '),
  );
  expect(kinds.length).toBeGreaterThanOrEqual(before + 2);
  expect(kinds).toEqual(expect.arrayContaining(['private-key', 'named DB_PASSWORD']));
});

test('no shape repeats without a bound', () => {
  for (const { pattern } of SHAPES) {
    const bare = pattern.source.replaceAll(/\\./g, 'x').replaceAll(/\[[^\]]*\]/g, 'x');
    expect(bare).not.toMatch(/[*+]|\{\d+,\}/);
  }
  expect(SHAPES.length).toBeGreaterThan(20);
});
