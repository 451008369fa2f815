import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { text as readText } from 'node:stream/consumers';
import { close, listen } from '../listen.ts';
import type { Call, CallLog } from './call-log.ts';
import type { Caller } from './caller.ts';
import { armError } from './errors.ts';
import { type Answer, type ArmRequest, ok, Refusal } from './exchange.ts';
import type { Faults } from './faults.ts';
import { readToken } from './identity.ts';
import type { Permissions } from './permissions.ts';
import { parseBody } from './routes.ts';
import { demandVersion } from './services.ts';
import type { Retired } from './versions.ts';

interface Arm {
  /** What the provider answers to a call that ARM lets through. */
  readonly serve: (request: ArmRequest) => Answer;
  readonly permissions: Permissions;
  readonly log: CallLog;
  readonly faults: Faults;
  readonly retired: Retired;
  readonly now: () => Date;
}

/** Azure Resource Manager on loopback. */
export async function startArm(
  { cert, key }: { cert: string; key: string },
  arm: Arm,
): Promise<{ endpoint: string; stop(): Promise<void> }> {
  const server = createServer({ cert, key }, (request, response) => {
    receive(request, response, arm).catch((error: unknown) => {
      if (response.destroyed) return;
      const stack = error instanceof Error ? error.stack : String(error);
      response.writeHead(500, { 'content-type': 'text/plain' }).end(`The local Azure itself failed: ${stack}`);
    });
  });
  const port = await listen(server);
  return { endpoint: `https://127.0.0.1:${port}`, stop: () => close(server) };
}

async function receive(request: IncomingMessage, response: ServerResponse, arm: Arm): Promise<void> {
  const text = await readText(request);
  const host = `https://${request.headers.host ?? ''}`;
  const url = new URL(`${host}${request.url ?? '/'}`);
  // An id in place of a path parameter begins with a slash of its own.
  const path = decodeURIComponent(url.pathname).replace(/^\/+/, '/');
  const method = request.method ?? 'GET';
  const token = readToken(request.headers.authorization, [host, 'https://management.azure.com']);
  const caller = 'caller' in token ? token.caller : null;
  const ifMatch = request.headers['if-match'] ?? null;
  const call = arm.log.add({
    at: arm.now(),
    method,
    path,
    query: Object.fromEntries(url.searchParams),
    status: null,
    requestBody: readable(text),
    caller: caller?.appid ?? null,
    ifMatch,
  });
  const answer = await arm.faults.answer(method, `${path}${url.search}`, () => {
    if (caller === null) throw unauthenticated('error' in token ? token.error : '');
    const admitted = admit({ method, path, ifMatch, headers: request.headers }, url, text, caller, arm.retired);
    if (arm.permissions.hides(admitted)) return ok({ value: [] });
    arm.permissions.demand(admitted);
    return arm.permissions.shown(admitted) ?? arm.serve(admitted);
  });
  if (answer === null) response.destroy();
  else send(response, answer, call, { host, now: arm.now() });
}

/** What ARM itself demands of a call before the provider sees it. */
function admit(
  request: Pick<ArmRequest, 'method' | 'path' | 'ifMatch' | 'headers'>,
  url: URL,
  text: string,
  caller: Caller,
  retired: Retired,
): ArmRequest {
  const apiVersion = url.searchParams.get('api-version');
  if (apiVersion === null) {
    const message = 'The api-version query parameter (?api-version=) is required for all requests.';
    throw new Refusal(armError(400, 'MissingApiVersionParameter', message));
  }
  demandVersion(request.path, apiVersion, retired);
  return { ...request, query: url.searchParams, apiVersion, body: parseBody(text), caller };
}

function unauthenticated(reason: string): Refusal {
  const challenge = {
    'WWW-Authenticate': 'Bearer authorization_uri="https://login.windows.net/", error="invalid_token"',
  };
  return new Refusal(armError(401, 'AuthenticationFailed', `Authentication failed. ${reason}`, challenge));
}

function send(
  response: ServerResponse,
  answer: Answer,
  call: Call,
  { host, now }: { readonly host: string; readonly now: Date },
): void {
  const { status, body } = answer;
  call.status = status;
  const headers: Record<string, string> = {
    Date: now.toUTCString(),
    ...(answer.by === 'ARM' ? {} : rateLimits(call.method)),
    'x-ms-request-id': randomUUID(),
    'Cache-Control': 'no-cache',
    ...answer.headers,
  };
  if (headers['Location'] !== undefined)
    headers['Location'] = `${host}${headers['Location']}?api-version=${call.query['api-version'] ?? ''}`;
  if (body === undefined) {
    response.writeHead(status, { ...headers, 'content-length': '0' }).end();
    return;
  }
  const text = isText(body) ? body.text : JSON.stringify(body);
  response.writeHead(status, { ...headers, 'content-type': 'application/json; charset=utf-8' }).end(text);
}

/** As recorded in 2026; nothing here ever counts down. */
function rateLimits(method: string): Record<string, string> {
  const left = 'x-ms-ratelimit-remaining-subscription';
  if (method === 'GET') return { [`${left}-reads`]: '1099', [`${left}-global-reads`]: '16499' };
  if (method === 'DELETE') return { [`${left}-deletes`]: '799', [`${left}-global-deletes`]: '11999' };
  return { [`${left}-writes`]: '799', [`${left}-global-writes`]: '11999' };
}

function isText(body: unknown): body is { text: string } {
  return typeof body === 'object' && body !== null && 'text' in body && typeof body.text === 'string';
}

function readable(text: string): unknown {
  try {
    return parseBody(text);
  } catch {
    return text;
  }
}
