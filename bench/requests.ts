import { subscribe } from 'node:diagnostics_channel';
import { ClientRequest } from 'node:http';
import { z } from 'zod';
import type { Settings } from '../shared/azure/settings.ts';

/** A kind of request, who answers it, and what it looks like; the first that fits. */
const REQUESTS = [
  ['ARM reads', 'arm', /./],
  ['blob reads', 'blob', /^GET /],
  ['blob leases', 'blob', /comp=lease/],
  ['blob writes', 'blob', /./],
  ['table reads', 'table', /^GET /],
  ['table transactions', 'table', /\$batch/],
  ['table writes', 'table', /./],
  ['queue messages put', 'queue', /^POST /],
] as const;
export const REQUEST_KINDS = REQUESTS.map(([kind]) => kind);
export type RequestKind = (typeof REQUEST_KINDS)[number];

/** Tells `onRequest` of every request that this process makes of Azure, tokens aside. @param call method and path */
export function watchRequests(
  { armEndpoint, storage }: Settings,
  onRequest: (kind: RequestKind, call: string) => void,
): void {
  const urls = { arm: armEndpoint, ...storage };
  subscribe('http.client.request.created', (message) => {
    const { request } = z.object({ request: z.instanceof(ClientRequest) }).parse(message);
    const isFor = (service: keyof typeof urls) => new URL(urls[service]).host === request.getHeader('host');
    const call = `${request.method} ${request.path}`;
    const kind = REQUESTS.find(([, service, pattern]) => isFor(service) && pattern.test(call))?.[0];
    if (kind !== undefined) onRequest(kind, call);
  });
}
