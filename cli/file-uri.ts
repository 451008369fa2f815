import { isAbsolute, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { sourceName } from './input.ts';

/**
 * A file that was read, as SARIF names one: relative to the folder that the program runs in, which is the root of the
 * repository in a pipeline; absolute where it is not below that. Null for standard input.
 */
export function fileUri(source: string): string | null {
  if (source === sourceName('-')) return null;
  const path = relative('.', source);
  const isBelow = !isAbsolute(path) && path.split(sep)[0] !== '..';
  return isBelow
    ? path.toWellFormed().split(sep).map(encodeURIComponent).join('/')
    : pathToFileURL(resolve(source)).href;
}
