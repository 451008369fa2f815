import { format, inspect } from 'node:util';
import { expect, test } from 'vitest';
import { generate, throwawayPassword } from '../../../shared/azure/key-vault/generate.ts';
import { Secret } from '../../../shared/azure/key-vault/secret.ts';

const VALUE = 'p4ss-W0rd~of.a_user';
const secret = new Secret(VALUE);
/** The linter lets no secret into a template, nor spread it: what becomes of it where a type hides it. */
const hidden: { readonly text: string; readonly object: object } = {
  text: secret as unknown as string,
  object: secret,
};

test.each<[string, () => unknown]>([
  ['String()', () => String(secret)],
  ['a template', () => `it is ${hidden.text}`],
  ['joined', () => [secret, secret].join()],
  ['added to a text', () => `the value is ${[secret].toString()}`],
  ['JSON', () => JSON.stringify({ password: secret, list: [secret] })],
  ['inspect', () => inspect(secret, { showHidden: true, depth: null })],
  ['inspect of what holds it', () => inspect({ a: { b: [secret] } }, { showHidden: true, depth: null })],
  ['format', () => format('%s %o %O %j', secret, secret, secret, secret)],
  ['an error', () => String(new Error(`no: ${hidden.text}`, { cause: secret }).stack)],
  ['an error that holds it, inspected', () => inspect(new Error('no', { cause: { secret } }), { depth: null })],
  ['toLocaleString', () => secret.toLocaleString()],
])('it is never told: %s', (_, told) => {
  const text = String(told());
  expect(text).not.toContain(VALUE);
  expect(text).not.toContain(VALUE.slice(0, 6));
});

test('it has no key, no copy has it, and none can be made of it', () => {
  expect(Reflect.ownKeys(secret)).toEqual([]);
  expect(Object.entries(secret)).toEqual([]);
  expect(JSON.stringify(structuredClone(secret))).toBe('{}');
  expect(inspect({ ...hidden.object })).toBe('{}');
  expect(inspect(Object.assign({}, secret))).toBe('{}');
  expect([String(secret), JSON.stringify(secret), inspect(secret)]).toEqual(['[secret]', '"[secret]"', '[secret]']);
});

test('the one place that sends it has it', async () => {
  const body = { a: [{ password: secret }], b: 'x', at: new Date(0), none: null };
  expect(Secret.jsonOf(body)).toBe(
    `{"a":[{"password":"${VALUE}"}],"b":"x","at":"1970-01-01T00:00:00.000Z","none":null}`,
  );
  expect(Secret.jsonOf({ password: new Secret('a"\n\\') })).toBe('{"password":"a\\"\\n\\\\"}');
  expect(await secret.sendTo(async (value) => value.length)).toBe(VALUE.length);
});

test('who refuses what is sent may repeat it: the error that comes out does not', async () => {
  const refused = secret.sendTo(async (value) => {
    throw new TypeError(`not allowed: ${value}`);
  });
  await expect(refused).rejects.toThrow(new TypeError('not allowed: [secret]'));
});

test('its parts are secrets, of texts alone', () => {
  const parts = new Secret('{"password":"of-it","n":7,"o":{"x":"of-it"}}').parts();
  expect(Object.keys(parts ?? {})).toEqual(['password']);
  expect(JSON.stringify(parts)).toBe('{"password":"[secret]"}');
  expect(['', 'x', '7', 'null', '"text"', '{'].map((text) => new Secret(text).parts())).toEqual(Array(6).fill(null));
});

test('a thousand passwords: 32 characters, of four classes, a letter first, none with a meaning, no two the same', async () => {
  const texts = await Promise.all(
    Array.from({ length: 1000 }, async () => (await generate('password')).sendTo(async (value) => value)),
  );
  console.log(`passwords: ${texts.length}, ${new Set(texts.join('')).size} characters`);
  expect(texts.filter((text) => !/^[A-Za-z][A-Za-z0-9._~-]{31}$/.test(text))).toEqual([]);
  for (const each of [/[a-z]/, /[A-Z]/, /[0-9]/, /[._~-]/])
    expect(texts.filter((text) => !each.test(text))).toEqual([]);
  expect(new Set(texts).size).toBe(texts.length);
  // All of the alphabet comes, at every place but the first.
  expect(new Set(texts.join('')).size).toBe(26 + 26 + 10 + 4);
  expect(await throwawayPassword().sendTo(async (value) => value.length)).toBe(32);
});
