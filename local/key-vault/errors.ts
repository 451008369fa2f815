import type { Answer } from '../azure/exchange.ts';
import { Refusal } from '../azure/exchange.ts';
import type { FaultAction } from '../azure/faults.ts';

/**
 * An error as Key Vault words it; no secret is in it.
 * https://learn.microsoft.com/azure/key-vault/general/rest-error-codes
 */
function vaultError(status: number, code: string, message: string, inner?: string): Answer {
  const innererror = inner === undefined ? {} : { innererror: { code: inner } };
  return { status, body: { error: { code, message, ...innererror } } };
}

/** With the challenge, which tells where a token is had and for what. */
export function unauthorised(tenant: string, message: string): Refusal {
  const challenge = `Bearer authorization="https://login.microsoftonline.com/${tenant}", resource="https://vault.azure.net"`;
  return new Refusal({ ...vaultError(401, 'Unauthorized', message), headers: { 'WWW-Authenticate': challenge } });
}

export function forbidden(message: string, inner?: string): Refusal {
  return new Refusal(vaultError(403, 'Forbidden', message, inner));
}

export function secretDisabled(): Refusal {
  return forbidden('Operation get is not allowed on a disabled secret.', 'SecretDisabled');
}

export function badParameter(message: string): Refusal {
  return new Refusal(vaultError(400, 'BadParameter', message));
}

/** @param id its name, or name and version */
export function secretNotFound(id: string): Refusal {
  const message = `A secret with (name/id) ${id} was not found in this key vault. If you recently deleted this secret you may be able to recover it using the correct recovery command. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182`;
  return new Refusal(vaultError(404, 'SecretNotFound', message));
}

export function deletedSecretNotFound(name: string): Refusal {
  return new Refusal(vaultError(404, 'SecretNotFound', `Deleted Secret not found: ${name}`));
}

export function deletedButRecoverable(name: string): Refusal {
  const message = `Secret ${name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the secret can only be recovered or purged.`;
  return new Refusal(vaultError(409, 'Conflict', message, 'ObjectIsDeletedButRecoverable'));
}

/** 429 of Key Vault. @param retryAfter seconds; null: no word about it */
export function vaultThrottled(retryAfter: number | null): FaultAction {
  const message =
    'Request was not processed because too many requests were received. Reason: VaultRequestTypeLimitReached';
  const headers: Record<string, string> = retryAfter === null ? {} : { 'Retry-After': String(retryAfter) };
  const { status, body } = vaultError(429, 'Throttled', message);
  return { status, body, headers };
}
