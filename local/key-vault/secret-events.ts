import { randomUUID } from 'node:crypto';
import type { Clock } from '../azure/clock.ts';
import type { ResourceEvent } from '../azure/resource-event.ts';
import { latestOf, type StoredSecret } from './stored-secret.ts';

type What = 'NewVersionCreated' | 'NearExpiry' | 'Expired';

const NEAR_SECONDS = 30 * 24 * 60 * 60;

/**
 * The events of a vault's secrets. Those of time are of a secret's current version alone.
 * https://learn.microsoft.com/azure/event-grid/event-schema-key-vault
 */
export class SecretEvents {
  readonly #vault: { readonly name: string; readonly id: string; readonly url: string };
  readonly #clock: Clock;
  /** Of each version, expiry and event. */
  readonly #told = new Set<string>();

  constructor(vault: { readonly name: string; readonly id: string; readonly url: string }, clock: Clock) {
    this.#vault = vault;
    this.#clock = clock;
  }

  created(secret: StoredSecret): ResourceEvent {
    return this.#event('NewVersionCreated', secret);
  }

  /** What the clock has made due of these secrets, and has not been told yet. */
  due(secrets: readonly StoredSecret[]): ResourceEvent[] {
    const now = this.#clock.now().getTime() / 1000;
    return secrets.flatMap((secret) => {
      const { id, exp } = latestOf(secret);
      if (exp === undefined) return [];
      const reached: What[] = [];
      if (now >= exp - NEAR_SECONDS) reached.push('NearExpiry');
      if (now >= exp) reached.push('Expired');
      const fresh = reached.filter((what) => !this.#told.has(`${what} ${id} ${exp}`));
      for (const what of fresh) this.#told.add(`${what} ${id} ${exp}`);
      return fresh.map((what) => this.#event(what, secret));
    });
  }

  #event(what: What, secret: StoredSecret): ResourceEvent {
    const { id, nbf, exp } = latestOf(secret);
    const { name, url } = this.#vault;
    return {
      id: randomUUID(),
      topic: this.#vault.id,
      subject: secret.name,
      eventType: `Microsoft.KeyVault.Secret${what}`,
      eventTime: this.#clock.now().toISOString().replace('Z', '0000Z'),
      dataVersion: '1',
      metadataVersion: '1',
      data: {
        Id: `${url}/secrets/${secret.name}/${id}`,
        VaultName: name,
        ObjectType: 'Secret',
        ObjectName: secret.name,
        Version: id,
        // Texts as in the official examples, and null where there is none.
        NBF: nbf === undefined ? null : String(nbf),
        EXP: exp === undefined ? null : String(exp),
      },
    };
  }
}
