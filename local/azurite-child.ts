// The child process of storage.ts. It ends itself when its IPC channel closes, however its parent ended.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Certificate } from './certificate.ts';

const require = createRequire(import.meta.url);
const listening = /^Azurite (Blob|Queue|Table) service is successfully listening at (\S+)$/;
const folder = mkdtempSync(path.join(tmpdir(), 'azurite-'));
const certificate = path.join(folder, 'cert.pem');
const key = path.join(folder, 'key.pem');

process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
process.once('disconnect', () => process.exit());
process.once('message', (message) => {
  // The only sender is storage.ts, which sends this.
  start(message as Certificate);
});

function start(pems: Certificate): void {
  writeFileSync(certificate, pems.cert);
  writeFileSync(key, pems.key, { mode: 0o600 });
  const hosts = ['--blobHost', '127.0.0.1', '--queueHost', '127.0.0.1', '--tableHost', '127.0.0.1'];
  const ports = ['--blobPort', '0', '--queuePort', '0', '--tablePort', '0'];
  const signIn = ['--cert', certificate, '--key', key, '--oauth', 'basic'];
  const quiet = ['--inMemoryPersistence', '--silent', '--disableTelemetry', '--skipApiVersionCheck'];
  process.argv = [process.execPath, 'azurite', ...hosts, ...ports, ...signIn, ...quiet];

  // Azurite tells the ports it took only on its console.
  const found: Record<string, string> = {};
  console.log = (line: unknown) => {
    const [, service, url] = listening.exec(String(line)) ?? [];
    if (service === undefined || url === undefined) return;
    found[service] = url;
    if (Object.keys(found).length === 3) process.send?.(found);
  };
  require('azurite/dist/src/azurite.js');
}
