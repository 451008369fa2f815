import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters, styleText } from 'node:util';
import { z } from 'zod';
import { FOUND } from '../cli/io.ts';
import { commandLine } from '../local/command-line.ts';
import { exportEstate } from '../local/export.ts';
import look from '../shared/report/html/page.json' with { type: 'json' };
import type { Paint } from '../shared/report/terminal/terminal.ts';

export const IMAGES = join(import.meta.dirname, '..', 'docs', 'images');

/** A hash, by the name of each picture, of what it shows: so that it is known when it is old. */
export const MADE_FROM = join(IMAGES, 'made-from.json');

/** What the pictures show: the demo's accounts and pools, judged now. */
export interface Shown {
  /** The HTML report. */
  readonly page: string;
  /** A terminal of 80 columns, in colours. */
  readonly lines: readonly string[];
  /** What the report's charts and rows are drawn from. */
  readonly findings: readonly unknown[];
}

const LINES = 25;

export async function shown(): Promise<Shown> {
  const folder = await mkdtemp(join(tmpdir(), 'batch-warden-'));
  try {
    await exportEstate(folder);
    const files = (await readdir(folder)).toSorted().map((name) => join(folder, name));
    const scan = (format: string) => printed(['scan', '--input', ...files, '--format', format]);
    const [page, text, json] = [await scan('html'), await scan('table'), await scan('json')];
    const lines = [
      '$ npm start -- --export demo/estate',
      '$ npx batch-warden scan --input demo/estate/*.json',
      ...text.split('\n').slice(0, LINES),
      '…',
    ];
    return { page, lines, findings: Findings.parse(JSON.parse(json)).findings };
  } finally {
    await rm(folder, { recursive: true });
  }
}

const Findings = z.object({
  findings: z.array(z.object({ rule: z.string(), resource: z.string(), severity: z.string(), status: z.string() })),
});

/** Words in what is folded, times and versions make no picture old. */
export function hashesOf({ lines, findings }: Shown): Readonly<Record<string, string>> {
  return {
    'report.png': hash(JSON.stringify([look, findings])),
    'terminal.png': hash(stripVTControlCharacters(lines.join('\n'))),
  };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** As on a terminal with colours. */
async function printed(args: readonly string[]): Promise<string> {
  const paint: Paint = (styles, text) => styleText([...styles], text, { validateStream: false });
  const { code, out, err } = await commandLine(args, { paint });
  if (code !== FOUND) throw new Error(`batch-warden ${args.join(' ')} ended with ${code}: ${err}`);
  return out;
}
