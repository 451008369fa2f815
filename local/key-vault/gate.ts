import { glob } from '../../shared/core/model/glob.ts';
import type { Caller } from '../azure/caller.ts';
import { readToken } from '../azure/identity.ts';
import { forbidden, unauthorised } from './errors.ts';
import type { Vault } from './vault.ts';

const AUDIENCE = 'https://vault.azure.net';
const SECRETS = 'Microsoft.KeyVault/vaults/secrets/';

/** What the program needs of a vault. */
const NEEDED = ['readMetadata/action', 'getSecret/action', 'setSecret/action', 'update/action'].map(
  (action) => SECRETS + action,
);

/** Who may do what in the vaults, and what they did. */
export class Gate {
  /** The data actions that let calls through. */
  readonly used = new Set<string>();
  #granted: readonly string[] = NEEDED;

  /** @param granted as in the `dataActions` of a role */
  grant(granted: readonly string[]): void {
    this.#granted = granted;
  }

  /** Throws what Key Vault answers to a call that it does not let through. @param action after the type's name */
  demand(vault: Vault, authorization: string | undefined, secret: string, action: string): void {
    const caller = authenticate(vault, authorization);
    const where = `Caller: appid=${caller.appid};oid=${caller.oid};iss=https://sts.windows.net/${vault.tenant}/\r\n`;
    const at = `Vault: ${vault.name};location=westeurope`;
    if (vault.closed) {
      const message = 'Client address is not authorized and caller is not a trusted service.\r\n';
      throw forbidden(`${message}Client address: 127.0.0.1\r\n${where}${at}`, 'ForbiddenByFirewall');
    }
    const wanted = SECRETS + action;
    if (!this.#granted.some((pattern) => glob(pattern)(wanted))) {
      const message =
        'Caller is not authorized to perform action on resource.\r\nIf role assignments, deny assignments or role definitions were changed recently, please observe propagation time.\r\n';
      const resource = `${vault.id.toLowerCase()}/secrets/${secret}`.replace(/\/secrets\/$/, '');
      const what = `Action: '${wanted}'\r\nResource: '${resource}'\r\nAssignment: (not found)\r\n`;
      throw forbidden(`${message}${where}${what}${at}\r\n`, 'ForbiddenByRbac');
    }
    this.used.add(wanted);
  }
}

function authenticate({ tenant }: Vault, authorization: string | undefined): Caller {
  if (authorization === undefined) throw unauthorised(tenant, 'AKV10000: Request is missing a Bearer or PoP token.');
  const token = readToken(authorization, [AUDIENCE]);
  if ('error' in token) throw unauthorised(tenant, token.error);
  if (token.tenant !== tenant) {
    const issuer = (of: string) => `https://sts.windows.net/${of}/`;
    const message = `AKV10032: Invalid issuer. Expected one of ${issuer(tenant)}, found ${issuer(token.tenant)}.`;
    throw unauthorised(tenant, message);
  }
  return token.caller;
}
