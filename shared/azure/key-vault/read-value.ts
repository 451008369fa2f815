import type { SecretProperties } from '@azure/keyvault-secrets';
import type { GivenSecret } from '../../core/model/pool-parts.ts';
import { type SecretVersionRef, secretId, type WantedSecret } from '../../core/model/secret.ts';
import { isTaggedFor } from '../../core/rotation/secret-owner.ts';
import { throwawayPassword } from './generate.ts';
import { kindOf } from './read-secrets.ts';
import { Secret } from './secret.ts';
import type { Vaults } from './vaults.ts';

/** Whose the value is to be. */
type Owner = Pick<WantedSecret, 'poolId' | 'user'>;

/** A value that may not be used: for a person, without it. */
export class UnusableValue extends Error {
  override name = 'UnusableValue';
}

/** @throws UnusableValue for what is tagged for somebody else, or empty; RestError for what Key Vault refuses */
export async function readValue(
  vaults: Vaults,
  place: SecretVersionRef,
  owner: Owner,
  signal: AbortSignal,
): Promise<{ readonly value: Secret; readonly properties: SecretProperties }> {
  const { vault, name, version } = place;
  const { patient } = await vaults(vault);
  const { value: text = '', properties } = await patient.getSecret(name, { version, abortSignal: signal });
  const value = new Secret(text);
  if (properties.version !== version)
    throw new UnusableValue(`Key Vault answered another version of ${secretId(place)}`);
  if (isTaggedFor({ tags: properties.tags ?? {} }, owner) === false)
    throw new UnusableValue(`the tags of ${secretId(place)} name another user`);
  if (value.isEmpty) throw new UnusableValue(`version ${version} of ${secretId(place)} is empty`);
  return { value, properties };
}

/** What Batch is given for a user, and the version that it is of, with its tags. */
export interface Given {
  readonly of: GivenSecret;
  readonly password: Secret;
  readonly sshPrivateKey?: Secret;
  readonly tags: Readonly<Record<string, string>>;
}

/** @throws as `readValue`, and UnusableValue where the value does not hold what the pool takes */
export async function readGiven(
  vaults: Vaults,
  secret: GivenSecret,
  owner: Owner,
  signal: AbortSignal,
): Promise<Given> {
  const { value, properties } = await readValue(vaults, secret, owner, signal);
  const { contentType, tags = {} } = properties;
  const held = fieldsOf(value, contentType);
  const lacks = (what: string) =>
    new UnusableValue(`version ${secret.version} of ${secretId(secret)} holds no ${what}, and the pool takes one`);
  const password = held.password ?? (secret.kind === 'ssh-key' ? throwawayPassword() : undefined);
  if (password === undefined) throw lacks('password');
  if (secret.kind === 'password') return { of: secret, password, tags };
  if (held.sshPrivateKey === undefined) throw lacks('private key');
  return { of: secret, password, sshPrivateKey: held.sshPrivateKey, tags };
}

/** By its content type, or else by its looks. */
function fieldsOf(value: Secret, contentType: string | undefined): Partial<Pick<Given, 'password' | 'sshPrivateKey'>> {
  const fields = kindOf(contentType) === 'password' ? null : value.parts();
  if (fields !== null) {
    const { password, sshPrivateKey } = fields;
    return { ...(password && { password }), ...(sshPrivateKey && { sshPrivateKey }) };
  }
  return value.isPem ? { sshPrivateKey: value } : { password: value };
}
