import { idKey } from './resource-id.ts';

/** Names with dots; or this machine, with a port. */
const HOST =
  /^(?:(?=.{1,253}$)[a-z\d](?:[a-z\d-]*[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]*[a-z\d])?)+|(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?)$/;
const SECRET = /^(https:\/\/[^/]+)\/secrets\/([^/]+)(?:\/([^/]+))?$/i;

/** `https://{host}` in lower case, without a slash at its end; null for what is no vault's URL. */
export function parseVault(text: string): string | null {
  const [, host] = /^https:\/\/([^/]+)\/?$/i.exec(text) ?? [];
  return host !== undefined && HOST.test(idKey(host)) ? `https://${idKey(host)}` : null;
}

/** The host of a vault, `https://{host}`, with its port where it has one. */
export function hostOf(vault: string): string {
  return vault.slice('https://'.length);
}

/** What stands in `https://{host}/secrets/{name}`, or `.../{version}` after it; null for anything else. */
export function secretParts(
  text: string,
): { readonly vault: string; readonly name: string; readonly version: string | null } | null {
  const [, url = '', name = '', version = null] = SECRET.exec(text) ?? [];
  const vault = parseVault(url);
  return vault === null ? null : { vault, name, version };
}

/** Whether Key Vault takes it as the name of a secret. */
export function isSecretName(name: string): boolean {
  return /^[a-z\d-]{1,127}$/i.test(name);
}
