import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shareStorage } from '../../local/shared-storage.ts';

/** As many as the tests prepare, and some. */
const MOST = 100;

/** One Azurite for all tests that need not start and end their own. */
export default async function setup(): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'shared-storage-'));
  process.env['SHARED_STORAGE'] = folder;
  return shareStorage(folder, MOST);
}
