import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { forAnotherTerminal } from '../../local/another-terminal.ts';

test('another terminal is told where the Azure is, in a file of its user alone, which goes again', async () => {
  const service = (name: string) => `https://127.0.0.1:1/${name}`;
  const identity = {
    endpoint: 'http://127.0.0.1:2/msi',
    header: 'h-1',
    clientId: 'c',
    principalId: 'p',
    tenantId: 't',
  };
  const { file, remove } = await forAnotherTerminal({
    azure: { armEndpoint: 'https://127.0.0.1:3', identity },
    endpoints: { blob: service('blob'), queue: service('queue'), table: service('table') },
    certificate: 'CERTIFICATE',
  });
  expect(statSync(file).mode & 0o077).toBe(0);
  const asked =
    '. "$0"; echo $IDENTITY_HEADER $ARM_ENDPOINT $AzureWebJobsStorage__tableServiceUri; cat $NODE_EXTRA_CA_CERTS';
  expect(execFileSync('sh', ['-c', asked, file], { encoding: 'utf8' })).toBe(
    `h-1 https://127.0.0.1:3 ${service('table')}\nCERTIFICATE`,
  );
  await remove();
  expect(existsSync(file)).toBe(false);
});
