import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '..', 'functions');

/** The files that register functions, in the order in which they are loaded. */
export function functionFiles(): string[] {
  const names = readdirSync(FOLDER).toSorted();
  return names.map((name) => join(FOLDER, name));
}
