import { readFile } from 'node:fs/promises';

/** The page of a rule, Markdown. The package has another such module, with all pages in it. */
export async function rulePage(id: string): Promise<string> {
  return readFile(new URL(`../docs/rules/${id}.md`, import.meta.url), 'utf8');
}
