import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';

/** One file that names another, by any kind of import; both from the project's folder on. */
export interface Import {
  readonly from: string;
  readonly to: string;
}

/** `import … from`, `import type … from`, `import '…'` and `export … from`, on one line or many. */
const STATEMENT = /^\s*(?:import|export)\b[^'";=()]*?'(?<path>\.[^']+)'/gm;
/** `import('…')`, as a value and as a type. */
const CALL = /\bimport\(\s*'(?<path>\.[^']+)'/g;
const RE_EXPORT = /^\s*export\s+(?:type\s+)?[*{]/m;

/** The TypeScript files below the folders. */
export function sourcesIn(root: string, folders: readonly string[]): string[] {
  return folders
    .flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: root }))
    .map((path) => path.replaceAll('\\', '/'));
}

/** What the text of a file imports from the project: TypeScript only, data is nobody's layer. */
export function importsOf(from: string, text: string): Import[] {
  const paths = [STATEMENT, CALL]
    .flatMap((pattern) => [...text.matchAll(pattern)])
    .map((match) => match.groups?.path ?? '');
  return paths.filter((path) => path.endsWith('.ts')).map((path) => ({ from, to: join(dirname(from), path) }));
}

export function importsIn(root: string, files: readonly string[]): Import[] {
  return files.flatMap((file) => importsOf(file, readFileSync(join(root, file), 'utf8')));
}

/** Whether others could import the file for what is not its own. */
export function reExports(text: string): boolean {
  return RE_EXPORT.test(text);
}
