import type { LocalAzure } from '../../../local/azure/local-azure.ts';
import { tagsOf } from '../../../shared/core/rotation/secret-owner.ts';
import { vaultId } from '../key-vault/vaults.ts';
import { accountBody, type Body, poolBody } from './bodies.ts';

export const SUBSCRIPTION = '00000000-0000-0000-0000-000000000001';
export const MADE = '2026-01-10T00:00:00.000Z';

/** The vaults of the estate, for the local Azure. */
export const VAULTS = ['one', 'two'].map((name) => ({ name, id: vaultId(name) }));

export const ACCOUNT = accountBody();

/** A pool with these named users; the pool says that it was given these versions, by user. */
export function poolWith(name: string, users: readonly string[], given: Readonly<Record<string, string>> = {}): Body {
  const body = poolBody(name);
  const metadata = Object.entries(given).map(([user, version]) => ({
    name: `warden:user:${user}`,
    value: `${version}@${MADE}`,
  }));
  const userAccounts = users.map((user) => ({ name: user, elevationLevel: 'NonAdmin' }));
  return { ...body, properties: { ...Object(body['properties']), creationTime: MADE, userAccounts, metadata } };
}

/** The attributes of a version that was made for a user of a pool, as a person at the vault would set them. */
export function madeFor(poolId: string, user: string, expires: Date | null = null) {
  const exp = expires === null ? {} : { exp: Math.floor(expires.getTime() / 1000) };
  return { tags: { ...tagsOf({ poolId, user }) }, attributes: exp, contentType: 'text/plain' };
}

/** A policy that binds the secrets of these users of an account's pools to a vault's. */
export function policyOf(azure: LocalAzure, more = ''): string {
  return `mode: audit\nnamedUsers:\n  vault: ${azure.vaults.url('one')}\n  maxAge: P60D\n${more}`;
}
