import { createHash } from 'node:crypto';

export const TENANT = '72f1a0de-0000-4000-8000-3c0ffee00001';

/** Who calls ARM, as its token says. */
export interface Caller {
  readonly appid: string;
  readonly oid: string;
  readonly type: 'ServicePrincipal' | 'User';
  /** Of a person. */
  readonly name?: string;
}

/** A GUID that is always the same for the same text. */
export function guidOf(text: string): string {
  const hex = createHash('sha256').update(text.toLowerCase()).digest('hex');
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return parts.join('-');
}

/** A person at the Azure CLI. */
export function person(name: string): Caller {
  return { appid: '04b07795-8ddb-461a-bbee-02f9e1bf7b46', oid: guidOf(`person:${name}`), type: 'User', name };
}

/** The managed identity with that client id. */
export function managedIdentity(clientId: string): Caller {
  return { appid: clientId, oid: guidOf(`principal:${clientId}`), type: 'ServicePrincipal' };
}
