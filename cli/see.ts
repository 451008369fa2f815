import { readBodies } from '../shared/azure/files/bodies.ts';
import { listed } from '../shared/core/model/words.ts';
import { onOneLine } from '../shared/report/harmless.ts';
import type { ReportError } from '../shared/report/scan-report.ts';
import { readDocuments } from './input.ts';
import { type Io, note } from './io.ts';
import type { Scope } from './subscriptions.ts';

/** As commander parses the options that say what to judge. */
export interface Sources extends Scope {
  readonly input?: readonly string[];
}

/** Reads the accounts and pools in the files; what cannot be read is an error, and the rest is read. */
export async function seeFiles(paths: readonly string[], io: Io) {
  const { documents, errors } = await readDocuments(paths, io);
  const { leftOut, ...bodies } = readBodies(documents);
  if (leftOut.length > 0) {
    const named = leftOut.map(({ source, is }) => `${onOneLine(source)}${is === null ? '' : ` (${is})`}`);
    note(`Left out, without a body of a Batch account or pool: ${listed(named)}`, io);
  }
  return { ...bodies, documents, errors: [...errors, ...bodies.errors] };
}

/** Tells of what could not be read, a line each. */
export function tellErrors(errors: readonly ReportError[], io: Io): void {
  io.err(errors.map(errorLine).join(''));
}

function errorLine({ source, path, message }: ReportError): string {
  return `${[source, path, message].filter(Boolean).join(': ')}\n`;
}
