import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hashesOf, IMAGES, MADE_FROM, shown } from '../../scripts/shown-in-pictures.ts';

test('17.10: the pictures of the README show what is shown now, and are small', async () => {
  const now = hashesOf(await shown());
  expect(JSON.parse(readFileSync(MADE_FROM, 'utf8')), 'npm run screenshots (it needs Chromium)').toEqual(now);
  const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
  for (const name of Object.keys(now)) {
    const image = readFileSync(join(IMAGES, name));
    expect(image.subarray(1, 4).toString()).toBe('PNG');
    expect(statSync(join(IMAGES, name)).size).toBeLessThan(150 * 1024);
    expect(readme).toContain(`](docs/images/${name})`);
  }
});

test('17.10: another finding or look makes them old; other words of a finding do not', async () => {
  const now = await shown();
  const findings = now.findings.slice(1);
  expect(hashesOf({ ...now, findings })['report.png']).not.toBe(hashesOf(now)['report.png']);
  expect(hashesOf({ ...now, page: '' })).toEqual(hashesOf(now));
  expect(hashesOf({ ...now, lines: now.lines.slice(1) })['terminal.png']).not.toBe(hashesOf(now)['terminal.png']);
});
