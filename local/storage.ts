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

/** As many as one Azurite has. */
const MOST_ACCOUNTS = 60;
const accountNamed = (n: number) => `batchwarden${n === 0 ? '' : n}`;
const Answer = z.strictObject({ Blob: z.url(), Queue: z.url(), Table: z.url() });

interface Servers {
  /** The account that is the `n`th. */
  readonly at: (n: number) => Omit<LocalStorage, 'stop'>;
  readonly stop: () => Promise<void>;
}

/** Azurite in memory, on free ports of 127.0.0.1, over HTTPS; clients sign in by token, for nobody knows its key. */
export async function startStorage(certificate: Certificate): Promise<LocalStorage> {
  const { at, stop } = await startAzurite(certificate);
  return { ...at(0), stop };
}

let shared: { readonly certificate: Certificate; readonly servers: Promise<Servers> } | null = null;
let taken = 0;

/** An account of its own in an Azurite that all of this process have who come with that certificate. It ends with the process. */
export async function sharedStorage(certificate: Certificate): Promise<LocalStorage> {
  if (shared?.certificate !== certificate || taken >= MOST_ACCOUNTS) {
    shared = { certificate, servers: startAzurite(certificate) };
    taken = 0;
  }
  const { at } = await shared.servers;
  return { ...at(taken++), stop: async () => {} };
}

async function startAzurite(certificate: Certificate): Promise<Servers> {
  const accounts = Array.from(
    { length: MOST_ACCOUNTS },
    (_, n) => `${accountNamed(n)}:${randomBytes(64).toString('base64')}`,
  );
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

  const at = (n: number) => {
    const name = accountNamed(n);
    return { blob: `${servers.Blob}/${name}`, queue: `${servers.Queue}/${name}`, table: `${servers.Table}/${name}` };
  };
  return {
    at,
    async stop() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}
