import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { styleText } from 'node:util';
import type { Browser } from 'playwright-core';
import { FOUND, type Io } from '../cli/io.ts';
import { run } from '../cli/program.ts';
import { estate } from '../local/estate/estate.ts';
import { escaped } from '../shared/report/html/page-text.ts';
import page from '../shared/report/html/page.json' with { type: 'json' };
import { CHROMIUM, startChromium } from '../test/support/browser/chromium.ts';

const FOLDER = join(import.meta.dirname, '..', 'docs', 'images');
const COMMAND = 'batch-warden scan --input estate/*.json';
const LINES = 34;

/** Of what the pictures were made, by the name of each: so that it is known when one is old. */
export const MADE_FROM = join(FOLDER, 'made-from.json');

/** What the pictures show now, as hashes by their names. */
export async function shownNow(): Promise<Readonly<Record<string, string>>> {
  const [html, lines] = await Promise.all([reportPage(), terminalLines()]);
  return { 'report.png': hash([JSON.stringify(page), drawn(html)]), 'terminal.png': hash(lines) };
}

/** What of the report's data its charts and rows are drawn from: neither times nor versions, which make no picture old. */
function drawn(html: string): string {
  return html.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '').replaceAll(/"version":"[^"]*"/g, '');
}

function hash(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex');
}
