import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Gives all tests, and what they start, one folder for temporary files, and removes it with all that they left there. */
export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'batch-warden-tests-'));
  process.env['TMPDIR'] = folder;
  process.env['TEMP'] = folder;
  // Whatever subscription the Azure CLI of this machine is on.
  process.env['AZURE_CONFIG_DIR'] = join(folder, 'azure');
  delete process.env['AZURE_SUBSCRIPTION_ID'];
  // What one process compiled, those after it need not.
  process.env['NODE_COMPILE_CACHE'] = join(folder, 'compiled');
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
