import type { TokenCredential } from '@azure/core-auth';
import { type Caller, TENANT } from '../azure/caller.ts';
import { makeToken } from '../azure/identity.ts';

const LIFETIME = 24 * 60 * 60 * 1000;

/** Signs in whoever is called so, without an endpoint: for clients of vaults in this process. */
export function credentialOf(caller: Caller, tenant = TENANT): TokenCredential {
  return {
    async getToken(scopes) {
      const [scope = ''] = [scopes].flat();
      const expiresOnTimestamp = Date.now() + LIFETIME;
      const audience = scope.replace(/\/\.default$/, '');
      return { token: makeToken(audience, caller, Math.floor(expiresOnTimestamp / 1000), tenant), expiresOnTimestamp };
    },
  };
}
