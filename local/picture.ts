import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CLEAN } from '../cli/io.ts';
import { run } from '../cli/program.ts';

/** Writes what `batch-warden report` makes of the Azure that the environment points to. @throws when it is not whole */
export async function writePicture(path: string): Promise<void> {
  let page = '';
  let said = '';
  const code = await run(['report'], {
    out: (text) => {
      page += text;
    },
    err: (text) => {
      said += text;
    },
    stdin: async () => new Uint8Array(),
    paint: (_, text) => text,
    width: 80,
    showsProgress: false,
  });
  if (code !== CLEAN) throw new Error(`The report is not whole: ${said}`);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, page);
}
