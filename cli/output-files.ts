import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { access, constants, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { BadInput } from './io.ts';

/** A file that is to be written. */
export interface OutputFile {
  readonly path: string;
  readonly text: () => string | Promise<string>;
}

/**
 * Finds what would keep files from being written, before work is done for them.
 * @param inputs paths that are read, which no file may take the place of
 * @throws BadInput
 */
export async function checkOutputs(paths: readonly string[], inputs: readonly string[]): Promise<void> {
  const read = new Set(inputs.map((input) => resolve(input)));
  const seen = new Set<string>();
  for (const path of paths) {
    const target = resolve(path);
    if (read.has(target)) throw new BadInput(`${path}: is read by this very command, and would be written over.`);
    if (seen.has(target)) throw new BadInput(`${path}: is to be written twice: give each file once.`);
    seen.add(target);
    const folder = dirname(target);
    const kind = await stat(folder).catch(() => null);
    if (kind === null) throw cannot(path, `there is no folder ${dirname(path)}: make it first`);
    if (!kind.isDirectory()) throw cannot(path, `${dirname(path)} is no folder`);
    const isThere = await attempt(path, () => existing(target));
    if (isThere !== null && !isThere.isFile()) throw cannot(path, 'what stands there is no file');
    await access(folder, constants.W_OK).catch(() => {
      throw cannot(path, `you may not write in the folder ${dirname(path)}`);
    });
  }
}

/** Writes each file whole or not at all: beside its place first; once all stand there they are moved. @throws BadInput */
export async function writeWhole(files: readonly OutputFile[]): Promise<void> {
  const written: { readonly path: string; readonly aside: string; readonly target: string }[] = [];
  try {
    for (const { path, text } of files) {
      const content = await text();
      // A link stays one: what it leads to is written.
      const target = await realpath(path).catch(() => resolve(path));
      const aside = join(dirname(target), `.batch-warden-${randomUUID()}`);
      written.push({ path, aside, target });
      await attempt(path, () => writeFile(aside, content, { flag: 'wx', flush: true }));
    }
    for (const { path, aside, target } of written) await attempt(path, () => rename(aside, target));
  } finally {
    await Promise.allSettled(written.map(({ aside }) => rm(aside, { force: true })));
  }
}

async function existing(path: string): Promise<Stats | null> {
  return stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}

async function attempt<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    throw cannot(path, REASONS[String(error.code)] ?? error.message, error);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'there is no space left',
  EDQUOT: 'your quota is used up',
  ENAMETOOLONG: 'its name is too long',
};

function cannot(path: string, why: string, cause?: unknown): BadInput {
  return new BadInput(`${path}: cannot be written: ${why}.`, { cause });
}
