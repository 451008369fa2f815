import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { freezeNoteIn, frozenPolicy, withFreeze } from '../../../shared/core/policy/freeze-policy.ts';
import { readPolicy } from '../../../shared/core/policy/parse-policy.ts';
import { LIMITS } from '../../../shared/core/policy/policy-yaml.ts';
import { rules } from '../../../shared/rules/index.ts';

const at = new Date('2026-11-28T08:49:53Z');
const note = { who: 'Ada Example', at, reason: null };
const FROZEN = '# Frozen by Ada Example at 2026-11-28T08:49:53.000Z';
const UNFROZEN = '# Unfrozen by Ada Example at 2026-11-28T08:49:53.000Z';

describe('all else stays as it was written', () => {
  test.each([
    [
      'a key, with its comment',
      'mode:   audit # x\nfreeze:  false   # why\n',
      'mode:   audit # x\nfreeze:  true   # why\n',
    ],
    [
      'no key: it comes first, and parts no comment from its key',
      '# of the farm\n\n# each rule\nmode: audit\n',
      'freeze: true\n# of the farm\n\n# each rule\nmode: audit\n',
    ],
    ['no end of line', 'mode: audit', 'freeze: true\nmode: audit'],
    ['ends of line of Windows', 'mode: audit\r\nrules: {}\r\n', 'freeze: true\r\nmode: audit\r\nrules: {}\r\n'],
    [
      'a start of the document',
      '%YAML 1.2\n--- # start\nmode: audit\n',
      '%YAML 1.2\n--- # start\nfreeze: true\nmode: audit\n',
    ],
    ['an end of the document', 'mode: audit\n...\n', 'freeze: true\nmode: audit\n...\n'],
    ['an indentation', '# a\n  mode: audit\n  rules: {}\n', '  freeze: true\n# a\n  mode: audit\n  rules: {}\n'],
    ['one line', '{ mode: audit }\n', '{freeze: true,  mode: audit }\n'],
    ['one line without a key', '{}', '{freeze: true}'],
    ['one line that has the key', '{freeze: false, mode: audit}', '{freeze: true, mode: audit}'],
    ['a key in quotes', '"freeze": false\n', '"freeze": true\n'],
    ['another case', 'freeze: FALSE\n', 'freeze: true\n'],
    [
      'lists, long lines, quotes and anchors',
      `pipelines: &p\n- "11111111-2222-4333-8444-555555555555" # ${'long '.repeat(40)}\n\n\nscopes:\n    - match: { account: 'a*' }\n`,
      null,
    ],
  ])('%s', (_, text, expected) => {
    const end = text.includes('\r') ? '\r\n' : '\n';
    expect(withFreeze(text, true, note)).toBe(`${FROZEN}${end}${expected ?? `freeze: true\n${text}`}`);
  });

  test('a mark of the order of bytes stays the first', () => {
    expect(withFreeze('\uFEFFmode: audit\n', true, note)).toBe(`\uFEFF${FROZEN}\nfreeze: true\nmode: audit\n`);
  });

  const examples = readdirSync(join(import.meta.dirname, '../../../examples')).filter(
    (name) => name.endsWith('.yaml') && name !== 'exemptions.yaml',
  );
  test.each(examples)('of the example %s there is back what it was, but for the note', (name) => {
    const text = readFileSync(join(import.meta.dirname, '../../../examples', name), 'utf8');
    const frozen = withFreeze(text, true, note) ?? '';
    expect(readPolicy(frozen, rules)).toEqual({ ...readPolicy(text, rules), freeze: true });
    const lines = new Set(text.split('\n'));
    const added = frozen.split('\n').filter((line) => !lines.has(line));
    expect(added).toEqual([FROZEN, expect.stringMatching(/^freeze: true/)]);
    const back = withFreeze(frozen, false, note) ?? '';
    expect(readPolicy(back, rules)).toEqual({ ...readPolicy(text, rules), freeze: false });
    expect(back.split('\n').slice(1)).toEqual(
      frozen
        .split('\n')
        .slice(1)
        .map((line) => line.replace(/^freeze: true/, 'freeze: false')),
    );
  });
});

describe('the note', () => {
  test('takes the place of the one before, and no other', () => {
    const reason = 'INC-4711: it "waits" # really';
    const first = withFreeze('# ours\nmode: audit\n', true, { ...note, reason }) ?? '';
    expect(first).toBe(`${FROZEN}: ${reason}\nfreeze: true\n# ours\nmode: audit\n`);
    expect(freezeNoteIn(first)).toBe(`${FROZEN.slice(2)}: ${reason}`);
    const second = withFreeze(first, false, note) ?? '';
    expect(second).toBe(`${UNFROZEN}\nfreeze: false\n# ours\nmode: audit\n`);
    expect(withFreeze(second, true, note)).toBe(`${FROZEN}\nfreeze: true\n# ours\nmode: audit\n`);
  });

  test.each(['', '# Frozen by hand\nmode: audit\n', 'mode: audit\n# Frozen by A at 2026-11-28T08:49:53.000Z\n'])(
    'of somebody else is none: %j',
    (text) => {
      expect(freezeNoteIn(text)).toBeNull();
    },
  );
});

test.each([
  ['another key has the same value by an alias', 'freeze: &f false\ntrustTags: *f\n'],
  ['it would be too long', `mode: audit # ${'x'.repeat(LIMITS.characters - 20)}`],
  ['the text says what it is above its first key', '&all\nmode: audit\n'],
  ['it is no policy', '- a\n'],
])('nothing is written where %s', (_, text) => {
  expect(withFreeze(text, true, note)).toBeNull();
});

test('the smallest frozen policy is the built-in one, frozen', () => {
  const text = frozenPolicy({ ...note, reason: 'why' });
  expect(text.split('\n')[0]).toBe(`${FROZEN}: why`);
  expect(readPolicy(text, rules)).toEqual({ ...readPolicy('mode: audit', rules), freeze: true });
  expect(withFreeze(text, false, note)).toBe(
    text.replace(`${FROZEN}: why`, UNFROZEN).replace('freeze: true', 'freeze: false'),
  );
});
