import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

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

/** What Azure says while it does not know everywhere a role, an identity or a function that was just made. */
const TOO_EARLY =
  /PrincipalNotFound|RoleDefinitionDoesNotExist|Managed Identity Authorization|Destination endpoint not found/i;
const TRIES = 6;

/** Deploys a compiled template at the scope of a subscription, with the Azure CLI; again where it was too early. */
export async function deployToSubscription(subscription, template, parameters) {
  const wait = Number(process.env.RETRY_SECONDS || 60);
  for (let tries = 1; ; tries++) {
    console.log(`${template}: subscription ${subscription}`);
    const { status, stderr } = deployOnce(subscription, template, parameters);
    process.stderr.write(stderr);
    if (status === 0) return;
    if (tries === TRIES || !TOO_EARLY.test(stderr)) {
      throw new Error(`The deployment of ${template} to subscription ${subscription} failed.`);
    }
    console.log(`${template}: Azure does not know everywhere yet what was just made. Again in ${wait} seconds.`);
    await sleep(wait * 1000);
  }
}

function deployOnce(subscription, template, parameters) {
  const folder = mkdtempSync(join(tmpdir(), 'batch-warden-'));
  const file = join(folder, 'parameters.json');
  const values = Object.entries(parameters).map(([name, value]) => [name, { value }]);
  writeFileSync(
    file,
    JSON.stringify({ $schema: SCHEMA, contentVersion: '1.0.0.0', parameters: Object.fromEntries(values) }),
  );
  const compiled = join(import.meta.dirname, '..', 'compiled', `${template}.json`);
  const location = setting('deploymentLocation');
  const args = ['deployment', 'sub', 'create', '--subscription', subscription, '--location', location];
  args.push(
    '--name',
    `batch-warden-${template}-${location}`,
    '--template-file',
    quoted(compiled),
    '--parameters',
    quoted(file),
  );
  try {
    // On Windows, az is a script that only a shell runs.
    const options = { stdio: ['inherit', 'inherit', 'pipe'], encoding: 'utf8', shell: isWindows };
    const result = spawnSync('az', [...args, '--output', 'none'], options);
    if (result.error) throw new Error('The Azure CLI, az, could not be run.', { cause: result.error });
    return result;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
