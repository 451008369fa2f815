import { createHash } from 'node:crypto';
import type { Clock } from '../azure/clock.ts';
import { deletedButRecoverable, deletedSecretNotFound, forbidden, secretDisabled, secretNotFound } from './errors.ts';
import { demandName, type SecretSetParameters, type SecretUpdateParameters } from './parameters.ts';

import { purgeDate, type StoredSecret, type StoredVersion } from './stored-secret.ts';

/** The secrets of a vault; names are compared without case. Methods throw a Refusal where Key Vault refuses. */
export class SecretStore {
  /** Every value there ever was, in the order of setting. */
  readonly values: string[] = [];
  readonly #secrets = new Map<string, StoredSecret>();
  readonly #vault: { readonly name: string; readonly purgeProtection: boolean };
  readonly #clock: Clock;

  constructor(vault: { readonly name: string; readonly purgeProtection: boolean }, clock: Clock) {
    this.#vault = vault;
    this.#clock = clock;
  }

  /** In seconds. */
  get now(): number {
    return Math.floor(this.#clock.now().getTime() / 1000);
  }

  set(name: string, { value, contentType, attributes, tags }: SecretSetParameters): StoredSecret {
    const known = this.#find(name);
    if (known !== null && known.deleted !== null) throw deletedButRecoverable(known.name);
    const secret = known ?? { name, versions: [], deleted: null };
    const { enabled = true, nbf, exp } = attributes ?? {};
    const { now } = this;
    this.values.push(value);
    secret.versions.push({
      id: this.#newId(name),
      value,
      enabled,
      created: now,
      updated: now,
      nbf,
      exp,
      contentType,
      tags,
    });
    this.#secrets.set(name.toLowerCase(), secret);
    return secret;
  }

  /** @param version '' is the latest */
  get(name: string, version: string): { secret: StoredSecret; version: StoredVersion } {
    const found = this.#version(name, version);
    if (!found.version.enabled) throw secretDisabled();
    return found;
  }

  /** What is not said stays as it is. */
  update(
    name: string,
    version: string,
    sent: SecretUpdateParameters,
  ): { secret: StoredSecret; version: StoredVersion } {
    const found = this.#version(name, version);
    const { enabled, nbf, exp } = sent.attributes ?? {};
    const stored = found.version;
    stored.enabled = enabled ?? stored.enabled;
    stored.nbf = nbf ?? stored.nbf;
    stored.exp = exp ?? stored.exp;
    stored.contentType = sent.contentType ?? stored.contentType;
    stored.tags = sent.tags ?? stored.tags;
    stored.updated = this.now;
    return found;
  }

  /** Null when there is no such secret, or none that is not deleted. */
  present(name: string): StoredSecret | null {
    const secret = this.#find(name);
    return secret?.deleted === null ? secret : null;
  }

  /** Those that are there, or those that are deleted. */
  all(kind: 'present' | 'deleted'): StoredSecret[] {
    const found = [...this.#secrets.keys()].map((key) => this.#find(key));
    return found
      .filter((secret) => secret !== null)
      .filter(({ deleted }) => (deleted === null) === (kind === 'present'));
  }

  delete(name: string): StoredSecret {
    const secret = this.present(name);
    if (secret === null) throw secretNotFound(name);
    secret.deleted = this.now;
    return secret;
  }

  deleted(name: string): StoredSecret {
    const secret = this.#find(name);
    if (secret === null || secret.deleted === null) throw deletedSecretNotFound(name);
    return secret;
  }

  recover(name: string): StoredSecret {
    const secret = this.deleted(name);
    secret.deleted = null;
    return secret;
  }

  purge(name: string): void {
    this.deleted(name);
    if (this.#vault.purgeProtection) {
      const message = `Operation "purge" is not allowed because purge protection is enabled for this vault. Key Vault service will automatically purge it after the retention period has passed.\r\nVault: ${this.#vault.name};location=westeurope`;
      throw forbidden(message);
    }
    this.#secrets.delete(name.toLowerCase());
  }

  #version(name: string, version: string): { secret: StoredSecret; version: StoredVersion } {
    const secret = this.present(name);
    const found = secret?.versions.findLast(({ id }) => version === '' || id === version.toLowerCase());
    if (secret === null || found === undefined) throw secretNotFound(version === '' ? name : `${name}/${version}`);
    return { secret, version: found };
  }

  /** Null too when it was deleted so long ago that the vault has purged it. */
  #find(name: string): StoredSecret | null {
    demandName(name);
    const key = name.toLowerCase();
    const secret = this.#secrets.get(key);
    if (secret === undefined) return null;
    if (secret.deleted === null || this.now < purgeDate(secret.deleted)) return secret;
    this.#secrets.delete(key);
    return null;
  }

  /** Always the same for the same history, and in no order. */
  #newId(name: string): string {
    const which = `${this.#vault.name}/${name}/${this.values.length}`;
    return createHash('sha256').update(which).digest('hex').slice(0, 32);
  }
}
