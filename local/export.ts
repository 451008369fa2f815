import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BadInput } from '../cli/io.ts';
import { count } from '../shared/core/model/words.ts';
import { estate } from './estate/estate.ts';

/** Writes the demo's estate as files that `scan` reads, one for each account with its pools. @returns what to do with them */
export async function exportEstate(folder: string): Promise<string> {
  const { accounts, pools } = estate();
  try {
    await mkdir(folder, { recursive: true });
    for (const account of accounts) {
      const own = pools.filter((pool) => String(pool['id']).startsWith(`${String(account['id'])}/`));
      await writeFile(
        join(folder, `${String(account['name'])}.json`),
        `${JSON.stringify([account, ...own], null, 2)}\n`,
      );
    }
  } catch (error) {
    throw new BadInput(
      `The estate could not be written to ${folder}: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
  const files = `${inShell(folder)}/*.json`;
  return `Wrote ${count(accounts.length, 'file')} to ${folder}: ${count(accounts.length, 'account')}, ${count(pools.length, 'pool')}, as Azure Resource Manager answers them.

Judge them, as a page for browsers too:
  npx batch-warden scan --input ${files} -o report.html
Ask about one pool:
  npx batch-warden explain contosorender/linux-open-ssh --input ${files}
See what a policy would write:
  npx batch-warden plan --policy examples/production.yaml --input ${files}`;
}

/** As a shell takes it for one word. */
function inShell(path: string): string {
  return /^[\w./~-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
