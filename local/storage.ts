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

const NAME = 'batchwarden';
const Answer = z.strictObject({ Blob: z.url(), Queue: z.url(), Table: z.url() });

/** One process with many storage accounts. */
export interface Azurite {
  readonly account: (name: string) => Omit<LocalStorage, 'stop'>;
  readonly stop: () => Promise<void>;
}

/** Azurite in memory, on free ports of 127.0.0.1, over HTTPS; clients sign in by token, for nobody knows its key. */
export async function startStorage(certificate: Certificate): Promise<LocalStorage> {
  const { account, stop } = await startAzurite(certificate, [NAME]);
  return { ...account(NAME), stop };
}

/** As `startStorage`, with many accounts. @param names as Azure allows for a storage account */
export async function startAzurite(certificate: Certificate, names: readonly string[]): Promise<Azurite> {
  const accounts = names.map((name) => `${name}:${randomBytes(64).toString('base64')}`);
  const child = fork(new URL('azurite-child.ts', import.meta.url), {
    execArgv: [],
    env: { ...process.env, NODE_OPTIONS: '', AZURITE_ACCOUNTS: accounts.join(';') },
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
  const servers = Answer.parse(answer);

  const account = (name: string) => ({
    blob: `${servers.Blob}/${name}`,
    queue: `${servers.Queue}/${name}`,
    table: `${servers.Table}/${name}`,
  });
  return {
    account,
    async stop() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}
