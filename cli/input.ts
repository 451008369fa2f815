import { readFile, stat } from 'node:fs/promises';
import type { BodyFault, JsonDocument } from '../shared/azure/files/body-items.ts';
import { BadInput, type Io } from './io.ts';
import { parseJson } from './parse-json.ts';

/** A document, and the text that it was parsed from. */
interface ReadDocument extends JsonDocument {
  readonly text: string;
}

/** The JSON documents at these paths; what cannot be read or parsed is an error, and the others are read. */
export async function readDocuments(paths: readonly string[], io: Io) {
  const documents: ReadDocument[] = [];
  const errors: BodyFault[] = [];
  for (const path of new Set(paths)) {
    const source = sourceName(path);
    try {
      const text = await readText(path, io);
      documents.push({ source, text, content: await parseJson(text) });
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      errors.push({ source, path: '', message: error.message });
    }
  }
  return { documents, errors };
}

/** As it stands in messages. */
export function sourceName(path: string): string {
  return path === '-' ? 'standard input' : path;
}

/** Twenty thousand bodies, more or less. */
const MOST_BYTES = 100 * 1024 * 1024;
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
    throw new BadInput('is not text in UTF-8');
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'is a directory: name the files in it',
  EACCES: 'may not be read: permission denied',
};

function explain(error: NodeJS.ErrnoException | BadInput): never {
  if (error instanceof BadInput) throw error;
  if (error.code === undefined) throw error;
  throw new BadInput(REASONS[error.code] ?? error.message);
}
