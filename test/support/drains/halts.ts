import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, request as ask, createServer } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { type Certificate, makeCertificate, trust } from '../../../local/certificate.ts';
import { close, listen } from '../../../local/listen.ts';
import { naming, type WriteName } from './named-writes.ts';

/** A write that is never answered, and whether it took effect. */
export interface Halt {
  readonly write: WriteName;
  readonly when: 'before' | 'after';
}

/** The URLs of Azure Resource Manager, the tables and a vault. */
interface Services {
  readonly arm: string;
  readonly table: string;
  readonly vault: string;
}

/** Doors to them, on which a process of the app can be made to stand still at a write. */
export interface Halts extends Services {
  /** PEM. */
  readonly certificate: string;
  /** By the table key of an account: of these the first that comes strikes, once. */
  readonly armed: Map<string, readonly Halt[]>;
  /** What struck, by the table key of its account. */
  readonly struck: Map<string, Halt>;
  stop(): Promise<void>;
}

export async function startHalts(to: Services): Promise<Halts> {
  const certificate = await makeCertificate();
  trust(certificate.cert);
  const armed = new Map<string, readonly Halt[]>();
  const struck = new Map<string, Halt>();
  const nameOf = naming();
  const agent = new Agent({ keepAlive: true });
  // A vault answers only to its own name.
  const doors = [door(to.arm), door(to.table), door(to.vault, { host: new URL(to.vault).host })] as const;
  const [arm, table, vault] = await Promise.all(doors);
  return {
    arm: arm.url,
    table: table.url,
    vault: vault.url,
    certificate: certificate.cert,
    armed,
    struck,
    async stop() {
      agent.destroy();
      await Promise.all([arm, table, vault].map(({ server }) => close(server)));
    },
  };

  async function door(target: string, headers: Readonly<Record<string, string>> = {}) {
    const url = new URL(target);
    const { cert, key }: Certificate = certificate;
    const server = createServer({ cert, key }, (near, answer) => {
      // A process that was killed asks no more.
      pass(near, answer, { origin: url.origin, headers }).catch(() => answer.destroy());
    });
    const port = await listen(server);
    const path = url.pathname === '/' ? '' : url.pathname;
    return { server, url: `https://127.0.0.1:${port}${path}` };
  }

  async function pass(
    near: IncomingMessage,
    answer: ServerResponse,
    { origin, headers: own }: { readonly origin: string; readonly headers: Readonly<Record<string, string>> },
  ): Promise<void> {
    const { method, url = '' } = near;
    const body = await buffer(near);
    const named = nameOf(method ?? '', url, body.toString());
    const halt = (when: Halt['when']) => named !== null && strikes(named.account, named.write, when);
    if (halt('before')) return;
    const far = ask(`${origin}${url}`, { method, headers: { ...near.headers, ...own }, agent });
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    far.once('response', resolve).once('error', reject).end(body);
    const given = await promise;
    const text = await buffer(given);
    const status = given.statusCode ?? 500;
    if (status < 300 && halt('after')) return;
    const { 'transfer-encoding': _, ...headers } = given.headers;
    answer.writeHead(status, headers).end(text);
  }

  function strikes(account: string, write: WriteName, when: Halt['when']): boolean {
    const halt = armed.get(account)?.find((each) => each.write === write && each.when === when);
    if (halt === undefined) return false;
    armed.delete(account);
    struck.set(account, halt);
    return true;
  }
}
