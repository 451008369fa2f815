import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { escaped } from '../shared/report/html/page-text.ts';
import { CHROMIUM, startChromium } from './chromium.ts';
import { hashesOf, IMAGES, MADE_FROM, type Shown, shown } from './shown-in-pictures.ts';

/* `npm run screenshots`: the pictures of the README, of the demo's accounts and pools as files. */

const COLOURS: Readonly<Record<string, string>> = {
  1: 'font-weight:700',
  2: 'opacity:.65',
  31: 'color:#ff7b72',
  32: 'color:#7ee787',
  33: 'color:#e3b341',
  34: 'color:#79c0ff',
  35: 'color:#d2a8ff',
  36: 'color:#76e3ea',
  90: 'color:#8b949e',
};

/** A terminal with these lines, which may have colours. */
function terminalPage(lines: readonly string[]): string {
  const text = lines
    .join('\n')
    // oxlint-disable-next-line no-control-regex
    .split(/(\u001b\[\d+m)/)
    .map((part) => {
      // oxlint-disable-next-line no-control-regex
      const [, code = ''] = /^\u001b\[(\d+)m$/.exec(part) ?? [];
      if (code === '') return escaped(part);
      return code in COLOURS ? `<span style="${COLOURS[code]}">` : '</span>';
    })
    .join('');
  return `<!doctype html><meta charset="utf-8"><style>
body { margin: 0; background: #fff }
pre { margin: 0; display: inline-block; padding: 14px 18px; background: #0d1117; color: #e6edf3; border-radius: 8px;
  font: 14px/1.4 "DejaVu Sans Mono", "Liberation Mono", Menlo, Consolas, monospace }
</style><pre>${text}</pre>`;
}

/** @throws when a picture is too big for a README */
async function take({ page, lines }: Shown, executable: string): Promise<void> {
  const browser = await startChromium(executable);
  try {
    const report = await browser.newPage({ viewport: { width: 1180, height: 1010 }, colorScheme: 'light' });
    await report.setContent(page);
    save('report.png', await report.screenshot());
    // A page of its own: the report's lets no other style in.
    const terminal = await browser.newPage();
    await terminal.setContent(terminalPage(lines));
    save('terminal.png', await terminal.locator('pre').screenshot());
  } finally {
    await browser.close();
  }
}

function save(name: string, image: Uint8Array): void {
  console.log(`${name}: ${Math.round(image.length / 1024)} KB`);
  if (image.length > 150 * 1024) throw new Error(`${name} is more than 150 KB`);
  writeFileSync(join(IMAGES, name), image);
}

if (CHROMIUM === null) {
  console.error('There is no Chromium. Debian has it: apt-get install chromium-headless-shell');
  process.exitCode = 1;
} else {
  const now = await shown();
  mkdirSync(IMAGES, { recursive: true });
  await take(now, CHROMIUM);
  writeFileSync(MADE_FROM, `${JSON.stringify(hashesOf(now), null, 2)}\n`);
}
