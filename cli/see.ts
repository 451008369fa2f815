import { readBodies } from '../shared/azure/files/bodies.ts';
import type { ReportError } from '../shared/report/scan-report.ts';
import { readDocuments } from './input.ts';
import type { Io } from './io.ts';

/** As commander parses the options that say what to judge. */
export interface Sources {
  readonly input?: readonly string[];
  readonly subscription?: readonly string[];
}

/** Reads the accounts and pools in the files; what cannot be read is an error, and the rest is read. */
export async function seeFiles(paths: readonly string[], io: Io) {
  const { documents, errors } = await readDocuments(paths, io);
  const bodies = readBodies(documents);
  return { ...bodies, documents, errors: [...errors, ...bodies.errors] };
}

/** Tells of what could not be read, a line each. */
export function tellErrors(errors: readonly ReportError[], io: Io): void {
  io.err(errors.map(errorLine).join(''));
}

function errorLine({ source, path, message }: ReportError): string {
  return `${[source, path, message].filter(Boolean).join(': ')}\n`;
}
