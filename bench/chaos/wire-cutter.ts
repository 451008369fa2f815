import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { StorageEndpoints } from '../../shared/azure/state/storage.ts';

/** Storage behind wires that can be cut: what is under way then may have taken effect or not. */
export interface WireCutter {
  readonly endpoints: StorageEndpoints;
  /** Cuts every connection. @returns how many */
  cut(): number;
  stop(): void;
}

export async function startWireCutter({ blob, queue, table }: StorageEndpoints): Promise<WireCutter> {
  const sockets = new Set<Socket>();
  const servers = await Promise.all([blob, queue, table].map((url) => wireTo(url, sockets)));
  const [toBlob = '', toQueue = '', toTable = ''] = servers.map(({ url }) => url);
  const cut = () => {
    const many = sockets.size;
    for (const socket of sockets) socket.destroy();
    return many;
  };
  return {
    endpoints: { blob: toBlob, queue: toQueue, table: toTable },
    cut,
    stop() {
      for (const { server } of servers) server.close();
      cut();
    },
  };
}

async function wireTo(target: string, sockets: Set<Socket>) {
  const url = new URL(target);
  const port = Number(url.port);
  const server = createServer((near) => {
    const far = connect(port, url.hostname);
    sockets.add(near);
    near.on('close', () => {
      sockets.delete(near);
      far.destroy();
    });
    far.on('close', () => near.destroy());
    for (const socket of [near, far]) socket.on('error', () => {}); // its close follows
    near.pipe(far).pipe(near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url.port = String((server.address() as AddressInfo).port); // of a server on TCP it is one
  return { server, url: url.href };
}
