import type { ResourceEvent } from '../azure/resource-event.ts';
import { type SecretUpdateParameters, setParameters, updateParameters } from './parameters.ts';
import { latestOf } from './stored-secret.ts';
import type { Vault } from './vault.ts';

/** Somebody who may do everything in the vaults; version ids are 32 hex digits. Throws a Refusal where Key Vault refuses. */
export interface VaultPerson {
  /** Gives the id of the new version. */
  set(vault: string, name: string, value: string, properties?: SecretUpdateParameters): string;
  update(vault: string, name: string, version: string, properties: SecretUpdateParameters): void;
  disable(vault: string, name: string, version: string): void;
  delete(vault: string, name: string): void;
  recover(vault: string, name: string): void;
  purge(vault: string, name: string): void;
}

export function personWithVaults(at: (name: string) => Vault, tell: (event: ResourceEvent) => void): VaultPerson {
  const update: VaultPerson['update'] = (vault, name, version, properties) =>
    void at(vault).secrets.update(name, version, updateParameters(properties));
  return {
    set(vault, name, value, properties = {}) {
      const { secret, event } = at(vault).set(name, setParameters({ ...properties, value }));
      tell(event);
      return latestOf(secret).id;
    },
    update,
    disable: (vault, name, version) => update(vault, name, version, { attributes: { enabled: false } }),
    delete: (vault, name) => void at(vault).secrets.delete(name),
    recover: (vault, name) => void at(vault).secrets.recover(name),
    purge: (vault, name) => at(vault).secrets.purge(name),
  };
}
