import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLIENT_ID, type Preparation } from './installation.ts';

/** What another terminal needs to ask this Azure, in a folder that only this user may read. */
export interface AnotherTerminal {
  /** For a shell: `. FILE`. */
  readonly file: string;
  readonly remove: () => Promise<void>;
}

/** The other terminal signs in as the program: there is nobody else in this Azure. */
export async function forAnotherTerminal({
  azure,
  endpoints,
  certificate,
}: Pick<Preparation, 'endpoints' | 'certificate'> & {
  readonly azure: Pick<Preparation['azure'], 'armEndpoint' | 'identity'>;
}): Promise<AnotherTerminal> {
  const folder = await mkdtemp(join(tmpdir(), 'batch-warden-'));
  const trusted = join(folder, 'ca.pem');
  const file = join(folder, 'environment.sh');
  const settings = {
    NODE_EXTRA_CA_CERTS: trusted,
    ARM_ENDPOINT: azure.armEndpoint,
    AZURE_CLIENT_ID: CLIENT_ID,
    IDENTITY_ENDPOINT: azure.identity.endpoint,
    IDENTITY_HEADER: azure.identity.header,
    AzureWebJobsStorage__blobServiceUri: endpoints.blob,
    AzureWebJobsStorage__queueServiceUri: endpoints.queue,
    AzureWebJobsStorage__tableServiceUri: endpoints.table,
  };
  const lines = Object.entries(settings).map(([name, value]) => `export ${name}='${value}'\n`);
  await Promise.all([writeFile(trusted, certificate), writeFile(file, lines.join(''), { mode: 0o600 })]);
  return { file, remove: () => rm(folder, { recursive: true, force: true }) };
}
