import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CLEAN } from '../cli/io.ts';
import { commandLine } from './command-line.ts';

/** Writes what `batch-warden report` makes of the Azure that the environment points to. @throws when it is not whole */
export async function writePicture(path: string): Promise<void> {
  const { code, out, err } = await commandLine(['report']);
  if (code !== CLEAN) throw new Error(`The report is not whole: ${err}`);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, out);
}
