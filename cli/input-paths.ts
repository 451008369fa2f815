import type { Dirent } from 'node:fs';
import { glob, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { listed } from '../shared/core/model/words.ts';

/** A file that is to be read; `-` is standard input. */
interface InputFile {
  readonly path: string;
  /** It was not named itself, but stood in a folder: it may be of anything. */
  readonly isFound: boolean;
}

interface Expanded {
  readonly files: readonly InputFile[];
  /** What was looked through, and how many files it gave. */
  readonly searched: readonly { readonly path: string; readonly files: number }[];
  readonly errors: readonly { readonly path: string; readonly message: string }[];
}

const ENDINGS = ['.json', '.jsonl', '.ndjson'];

/** The files that the words of `--input` name: files, folders with all below them, and patterns that no shell expanded. */
export async function inputFiles(words: readonly string[]): Promise<Expanded> {
  const files = new Map<string, InputFile>();
  const searched = new Map<string, number>();
  const errors: { path: string; message: string }[] = [];
  const add = (path: string, isFound: boolean) => {
    if (files.get(path)?.isFound !== false) files.set(path, { path, isFound });
  };
  for (const [index, word] of words.entries()) {
    if (searched.has(word)) continue;
    const folders = (await isFolder(word)) ? [word] : [];
    const matches = folders.length === 0 ? await matchesOf(word) : [];
    if (folders.length === 0 && matches === null) {
      const message = await whyNone(word, index);
      if (message === null) add(word, false);
      else errors.push({ path: word, message });
      continue;
    }
    const found = new Map<string, boolean>();
    for (const match of matches ?? []) {
      if (await isFolder(match)) folders.push(match);
      else found.set(match, false);
    }
    for (const folder of folders) {
      try {
        for (const path of await filesBelow(folder)) if (!found.has(path)) found.set(path, true);
      } catch (error) {
        if (!(error instanceof Error) || !('code' in error)) throw error;
        errors.push({ path: folder, message: `may not be read: ${String(error.code)}` });
      }
    }
    searched.set(word, found.size);
    for (const [path, isFound] of found) add(path, isFound);
    if (found.size === 0 && !errors.some(({ path }) => folders.includes(path)))
      errors.push({ path: word, message: matches === null || folders.length > 0 ? NO_FILE_IN : 'no file matches it' });
  }
  return {
    files: [...files.values()],
    searched: [...searched].map(([path, count]) => ({ path, files: count })),
    errors,
  };
}

const NO_FILE_IN = `has no file that ends in ${listed(ENDINGS)}`;

async function isFolder(path: string): Promise<boolean> {
  return path !== '-' && (await stat(path).catch(() => null))?.isDirectory() === true;
}

/** What a pattern matches, sorted; null for a word that is none, or that a file is named by. */
async function matchesOf(word: string): Promise<string[] | null> {
  if (!/[*?[{]/.test(word) || (await stat(word).catch(() => null)) !== null) return null;
  return (await Array.fromAsync(glob(word))).sort();
}

/** Why a word names nothing, where more can be said than that there is no such file. */
async function whyNone(word: string, index: number): Promise<string | null> {
  if (index === 0 || /[./\\-]/.test(word) || (await stat(word).catch(() => null)) !== null) return null;
  return 'no such file (--input takes every word up to the next option: what is no file stands before it)';
}

/** Without what is hidden, packages that were installed, and where links lead: they may lead round. */
async function filesBelow(folder: string): Promise<string[]> {
  const paths: string[] = [];
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.sort(byName)) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) paths.push(...(await filesBelow(path)));
    else if (hasEnding(entry.name) && (entry.isFile() || (await stat(path).catch(() => null))?.isFile() !== false))
      paths.push(path);
  }
  return paths;
}

function hasEnding(name: string): boolean {
  return ENDINGS.some((ending) => name.toLowerCase().endsWith(ending));
}

function byName(one: Dirent, other: Dirent): number {
  return one.name < other.name ? -1 : 1;
}
