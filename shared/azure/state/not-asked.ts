import { isRestError } from '@azure/core-rest-pipeline';
import { redacted } from '../../core/plain-secrets/redacted.ts';
import { messageOf } from './storage.ts';

/** For a person: why the storage did not do it, and what to do. */
export class NotAsked extends Error {
  override name = 'NotAsked';
}

/** @throws NotAsked where it is not known */
export function known(endpoint: string | null): string {
  if (endpoint === null) throw new NotAsked('its endpoint is not known');
  return endpoint;
}

/** What is spoken to, and the role that it takes. */
export interface Asked {
  readonly what: string;
  readonly endpoint: string | null;
  readonly role: string;
}

type Role = 'Reader' | 'Contributor';

export function oneTable(name: string, endpoint: string, role: Role): Asked {
  return { what: `the table ${name}`, endpoint, role: `Storage Table Data ${role} on that table` };
}

export function tablesOfLook(endpoint: string): Asked {
  return {
    what: 'the tables that a look goes by',
    endpoint,
    role: 'Storage Table Data Reader on the tables accounts, findings, hints, requests, drains and journal',
  };
}

export function allQueues(endpoint: string | null): Asked {
  return { what: 'the queues', endpoint, role: 'Storage Queue Data Reader on them' };
}

export function queueOfLooks(endpoint: string | null): Asked {
  return { what: 'the queue reconcile', endpoint, role: 'Storage Queue Data Message Sender on that queue' };
}

export function policyFile(endpoint: string | null, role: Role): Asked {
  return { what: 'the policy config/policy.yaml', endpoint, role: `Storage Blob Data ${role} on the container config` };
}

/** Does what a person asks of the storage. @throws NotAsked where it is refused; what says that nobody is signed in, as it is */
export async function told<T>(asked: Asked, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isRestError(error)) throw error;
    throw new NotAsked(whyNotAsked(error, asked), { cause: error });
  }
}

function whyNotAsked(error: Error & { code?: string; statusCode?: number }, { what, endpoint, role }: Asked): string {
  const { statusCode, code } = error;
  const host = new URL(endpoint ?? 'https://unknown').host;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return `there is no storage account at ${host}, or its name is not known here: name that of the app`;
  const said = redacted(`HTTP ${statusCode ?? 'none'}${code === undefined ? '' : ` ${code}`}`);
  if (statusCode === 403)
    return `you may not use ${what} at ${host} (${said}): you need the role ${role}, and the storage's network has to let you in`;
  if (statusCode === 404)
    return `there is no such thing at ${host} as ${what} (${said}): name the storage account of the app`;
  if (statusCode === undefined) return `no answer came from ${host}: ${redacted(messageOf(error))}`;
  return `${host} did not take it (${said}): ${redacted(messageOf(error))}`;
}
