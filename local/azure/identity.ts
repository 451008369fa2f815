import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { listen } from '../listen.ts';
import type { Caller } from './caller.ts';
import { guidOf, managedIdentity, TENANT } from './caller.ts';
import { isObject, text } from './json.ts';

const LIFETIME_SECONDS = 24 * 60 * 60;

/** The managed identity endpoint that App Service gives a function app, and who it signs in. */
export interface Identity {
  /** For IDENTITY_ENDPOINT. */
  readonly endpoint: string;
  /** For IDENTITY_HEADER. */
  readonly header: string;
  /** The appid that tokens carry when no `client_id` is asked for. */
  readonly clientId: string;
  /** Its oid. */
  readonly principalId: string;
  readonly tenantId: string;
}

let running: Promise<Identity> | null = null;

/**
 * Serves tokens by the App Service protocol, version 2019-08-01. There is one endpoint in a process and it does not
 * keep the process alive: `@azure/identity` keeps the first endpoint that it saw for good.
 * https://learn.microsoft.com/azure/app-service/overview-managed-identity
 */
export function theIdentity(): Promise<Identity> {
  running ??= startIdentity();
  return running;
}

async function startIdentity(): Promise<Identity> {
  const header = randomUUID();
  const clientId = guidOf('client:system-assigned');
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const resource = url.searchParams.get('resource');
    const send = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (request.headers['x-identity-header'] !== header) return send(401, { message: 'X-IDENTITY-HEADER is wrong.' });
    if (resource === null) return send(400, { message: 'The parameter resource is missing.' });
    const caller = managedIdentity(url.searchParams.get('client_id') ?? clientId);
    const expires = Math.floor(Date.now() / 1000) + LIFETIME_SECONDS;
    send(200, {
      access_token: makeToken(resource, caller, expires),
      expires_on: String(expires),
      resource,
      token_type: 'Bearer',
      client_id: caller.appid,
    });
  });
  server.on('connection', (socket) => socket.unref());
  const port = await listen(server);
  server.unref();
  const { oid } = managedIdentity(clientId);
  const endpoint = `http://127.0.0.1:${port}/msi/token`;
  return { endpoint, header, clientId, principalId: oid, tenantId: TENANT };
}

/** A token in the shape of Entra's; its signature is none. @param expires in seconds since 1970 */
export function makeToken(audience: string, caller: Caller, expires: number, tenant = TENANT): string {
  const issued = Math.floor(Date.now() / 1000) - 60;
  const claims = {
    aud: audience.replace(/\/$/, ''),
    iss: `https://sts.windows.net/${tenant}/`,
    iat: issued,
    nbf: issued,
    exp: expires,
    appid: caller.appid,
    oid: caller.oid,
    sub: caller.oid,
    tid: tenant,
    idtyp: caller.type === 'User' ? 'user' : 'app',
    ...(caller.name === undefined ? {} : { name: caller.name }),
    ver: '1.0',
  };
  return `${encode({ typ: 'JWT', alg: 'RS256' })}.${encode(claims)}.${Buffer.from('unsigned').toString('base64url')}`;
}

/** Whose token the header carries and of which tenant, or why it is none for `audiences`. */
export function readToken(
  header: string | undefined,
  audiences: readonly string[],
): { caller: Caller; tenant: string } | { error: string } {
  if (header === undefined) return { error: "The 'Authorization' header is missing." };
  const claims = decode(/^Bearer [\w-]+\.([\w-]+)\.[\w-]*$/i.exec(header)?.[1]);
  if (claims === null) return { error: "The 'Authorization' header is provided in an invalid format." };
  if (!audiences.includes(text(claims['aud']))) return { error: 'The access token is from the wrong audience.' };
  if (!(Number(claims['exp']) * 1000 > Date.now())) return { error: 'The access token expiry has passed.' };
  const caller = {
    appid: text(claims['appid']),
    oid: text(claims['oid']),
    type: claims['idtyp'] === 'user' ? 'User' : 'ServicePrincipal',
  } as const;
  const named = typeof claims['name'] === 'string' ? { ...caller, name: claims['name'] } : caller;
  return { caller: named, tenant: text(claims['tid']) };
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function decode(claims: string | undefined): Record<string, unknown> | null {
  if (claims === undefined) return null;
  try {
    const value: unknown = JSON.parse(Buffer.from(claims, 'base64url').toString());
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
