import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SCHEMA = 'https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#';
const isWindows = process.platform === 'win32';
const quoted = (path) => (isWindows ? `"${path}"` : path);

/** A value that azd gives its hooks: an output of main.bicep, or set with `azd env set`. */
export function setting(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run this with azd, after azd provision.`);
  return value;
}

/** The items of a comma-separated value. */
export function list(text) {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);
}

/** Deploys a compiled template at the scope of a subscription, with the Azure CLI. */
export function deployToSubscription(subscription, template, parameters) {
  const folder = mkdtempSync(join(tmpdir(), 'batch-warden-'));
  const file = join(folder, 'parameters.json');
  const values = Object.entries(parameters).map(([name, value]) => [name, { value }]);
  writeFileSync(
    file,
    JSON.stringify({ $schema: SCHEMA, contentVersion: '1.0.0.0', parameters: Object.fromEntries(values) }),
  );
  const compiled = join(import.meta.dirname, '..', 'compiled', `${template}.json`);
  const args = ['deployment', 'sub', 'create', '--subscription', subscription, '--location', setting('AZURE_LOCATION')];
  args.push('--name', `batch-warden-${template}`, '--template-file', quoted(compiled), '--parameters', quoted(file));
  console.log(`${template}: subscription ${subscription}`);
  // On Windows, az is a script that only a shell runs.
  const { status, error } = spawnSync('az', [...args, '--output', 'none'], { stdio: 'inherit', shell: isWindows });
  rmSync(folder, { recursive: true });
  if (error) throw new Error('The Azure CLI, az, could not be run.', { cause: error });
  if (status !== 0) throw new Error(`The deployment of ${template} to subscription ${subscription} failed.`);
}
