import { TENANT } from '../azure/caller.ts';
import type { Clock } from '../azure/clock.ts';
import type { ResourceEvent } from '../azure/resource-event.ts';
import type { Place } from './bodies.ts';
import type { SecretSetParameters } from './parameters.ts';
import { SecretEvents } from './secret-events.ts';
import { SecretStore } from './secret-store.ts';
import type { StoredSecret } from './stored-secret.ts';

/** A vault with soft delete, which every vault has. */
export interface VaultOptions {
  /** 3 to 24 letters, digits and hyphens. */
  readonly name: string;
  /** Of ARM. */
  readonly id: string;
  readonly purgeProtection?: boolean;
  /** Whose tokens it takes; those of the local identities unless told. */
  readonly tenant?: string;
}

export class Vault implements Place {
  readonly name: string;
  readonly id: string;
  readonly tenant: string;
  readonly purgeProtection: boolean;
  readonly secrets: SecretStore;
  /** Where it is reached, without a slash at its end. */
  url: string;
  /** Whether its network rules refuse everybody. */
  closed = false;
  readonly #events: SecretEvents;

  constructor({ name, id, purgeProtection = false, tenant = TENANT }: VaultOptions, clock: Clock) {
    this.name = name;
    this.id = id;
    this.tenant = tenant;
    this.purgeProtection = purgeProtection;
    this.url = `https://${name}.vault.azure.net`;
    this.secrets = new SecretStore(this, clock);
    this.#events = new SecretEvents(this, clock);
  }

  /** Sets a secret and makes the event of that. */
  set(name: string, sent: SecretSetParameters): { secret: StoredSecret; event: ResourceEvent } {
    const secret = this.secrets.set(name, sent);
    return { secret, event: this.#events.created(secret) };
  }

  /** The events that the clock has made due since the last call, each once. */
  due(): ResourceEvent[] {
    return this.#events.due(this.secrets.all('present'));
  }
}
