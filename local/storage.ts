import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { Certificate } from './certificate.ts';

/** The endpoints of the three services. */
export interface LocalStorage {
  blob: string;
  queue: string;
  table: string;
  /** Ends Azurite; what it held is gone. */
  stop(): Promise<void>;
}

const account = 'batchwarden';
const Servers = z.strictObject({ Blob: z.url(), Queue: z.url(), Table: z.url() });

/** Azurite in memory, on free ports of 127.0.0.1, over HTTPS; clients sign in by token, for nobody knows its key. */
export async function startStorage(certificate: Certificate): Promise<LocalStorage> {
  const child = fork(new URL('azurite-child.ts', import.meta.url), {
    execArgv: [],
    env: { ...process.env, NODE_OPTIONS: '', AZURITE_ACCOUNTS: `${account}:${randomBytes(64).toString('base64')}` },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // Ctrl-C in a terminal reaches us, not it: who is stopping still needs the storage.
    detached: true,
  });
  const exited = once(child, 'exit');
  const complaints = child.stderr === null ? '' : text(child.stderr);
  const failed = exited.then(async () => {
    throw new Error(`Azurite ended: ${await complaints}`);
  });
  failed.catch(() => {});

  child.send(certificate);
  const [answer]: unknown[] = await Promise.race([once(child, 'message'), failed]);
  const servers = Servers.parse(answer);

  return {
    blob: `${servers.Blob}/${account}`,
    queue: `${servers.Queue}/${account}`,
    table: `${servers.Table}/${account}`,
    async stop() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}
