import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'rolldown';

/*
 * `npm run report-page`: the script and the style of the HTML report as they stand in it, from `shared/report/html/page/`. They are
 * kept in a file, since the report is made where there is no bundler: by the sources as they are, and by the package.
 */

const FOLDER = join(import.meta.dirname, '..', 'shared', 'report', 'html');

/** The file as it should be. */
export async function reportPage(): Promise<string> {
  const { output } = await build({
    input: join(FOLDER, 'page', 'main.ts'),
    write: false,
    transform: { target: 'es2023' },
    output: { format: 'esm', minify: true },
  });
  const [{ code }] = output;
  // What would end the element that it stands in.
  const script = code.trim().replaceAll('</', String.raw`<\/`);
  const style = readFileSync(join(FOLDER, 'page', 'page.css'), 'utf8')
    .replaceAll(/\s+/g, ' ')
    .trim();
  const page = { scriptHash: hashOf(script), styleHash: hashOf(style), style, script };
  return `${JSON.stringify(page, null, 2)}\n`;
}

/** As a content security policy names it. */
function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

if (import.meta.main) writeFileSync(join(FOLDER, 'page.json'), await reportPage());
