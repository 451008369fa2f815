import { readFile, stat } from 'node:fs/promises';
import type { BodyFault, JsonDocument } from '../shared/azure/files/body-items.ts';
import { count } from '../shared/core/model/words.ts';
import { onOneLine } from '../shared/report/harmless.ts';
import { inputFiles } from './input-paths.ts';
import { BadInput, type Io, note } from './io.ts';
import { type Part, parseDocuments } from './parse-documents.ts';
import { progress } from './progress.ts';
import { textForm } from './text-form.ts';

/** The content of a file, and the documents that it was parsed from. */
interface ReadDocument extends JsonDocument {
  readonly parts: readonly Part[];
}

/** The JSON documents in the files that these words name; what cannot be read or parsed is an error, and the others are read. */
export async function readDocuments(words: readonly string[], io: Io) {
  const { files, searched, errors: unfound } = await inputFiles(words);
  for (const { path, files: found } of searched) if (found > 0) note(`${onOneLine(path)}: ${count(found, 'file')}`, io);
  const documents: ReadDocument[] = [];
  const errors: BodyFault[] = unfound.map(({ path, message }) => ({ source: path, path: '', message }));
  const told = progress('Reading file', files.length, { ...io, showsProgress: io.showsProgress && files.length > 1 });
  for (const { path, isFound } of files) {
    const source = sourceName(path);
    told.step(source);
    try {
      const text = await readText(path, io);
      const { parts, faults } = await parseDocuments(text, /\.(?:jsonl|ndjson)$/i.test(path)).catch(
        (error: unknown) => {
          throw error instanceof BadInput
            ? new BadInput(textForm(text, path) ?? error.message, { cause: error })
            : error;
        },
      );
      const [first] = parts;
      const content = parts.length === 1 ? first?.content : parts.map((part) => part.content);
      documents.push({ source, content, parts, isFound });
      errors.push(...faults.map(({ message }) => ({ source, path: '', message })));
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      errors.push({ source, path: '', message: error.message });
    }
  }
  told.end();
  return { documents, errors };
}

/** As it stands in messages. */
export function sourceName(path: string): string {
  return path === '-' ? 'standard input' : path;
}

/** Twenty thousand bodies, more or less. */
const MOST_BYTES = 100 * 1024 * 1024;
/** Both are archives in the form of Zip. */
const SAVED_PLAN = 'is an archive, or a plan as Terraform saves it: neither is read';
const TOO_LARGE = 'is larger than 100 MiB: give its parts in files of their own';

/** What is too large is not read at all. */
async function readBounded(path: string): Promise<Uint8Array> {
  if ((await stat(path)).size > MOST_BYTES) throw new BadInput(TOO_LARGE);
  return readFile(path);
}

/** The text of a file, or of standard input for `-`: UTF-8, or UTF-16 as PowerShell writes it. @throws BadInput */
export async function readText(path: string, io: Io): Promise<string> {
  const bytes = path === '-' ? await io.stdin() : await readBounded(path).catch(explain);
  if (bytes.length > MOST_BYTES) throw new BadInput(TOO_LARGE);
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new BadInput(bytes[0] === 0x50 && bytes[1] === 0x4b ? SAVED_PLAN : 'is not text in UTF-8');
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'is a folder: name a file in it',
  EACCES: 'may not be read: permission denied',
};

function explain(error: NodeJS.ErrnoException | BadInput): never {
  if (error instanceof BadInput) throw error;
  if (error.code === undefined) throw error;
  throw new BadInput(REASONS[error.code] ?? error.message);
}
