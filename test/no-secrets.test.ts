import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const PATTERNS = {
  'a private key': /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  'a storage or Batch account key': /(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{86}==/,
  'a connection string': /AccountKey=[A-Za-z0-9+/=]{20}|SharedAccessKey=[A-Za-z0-9+/=]{20}/,
  'a shared access signature': /[?&]sig=[A-Za-z0-9%+/=]{20}/,
  'a token': /eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}/,
};

test('no tracked file holds a secret', () => {
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean);
  // A lock's integrity hashes have the length of keys.
  const checked = files.filter((file) => file !== 'package-lock.json');
  const found = checked.flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    return Object.entries(PATTERNS).flatMap(([what, pattern]) => (pattern.test(text) ? [`${file}: ${what}`] : []));
  });
  console.log(`secrets: ${checked.length} files checked for ${Object.keys(PATTERNS).length} kinds`);
  expect(found).toEqual([]);
  expect(checked.length).toBeGreaterThan(100);
});
