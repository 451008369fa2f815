import { invalidPropertyValue } from './errors.ts';
import type { Json } from './json.ts';
import { part, parts, text } from './json.ts';

/** Of any Unicode characters. */
const NAME = /^.{1,20}$/su;

/** The secrets that a pool was last given for a user; no answer shows them. */
export interface GivenUser {
  readonly password: string | null;
  readonly sshPrivateKey: string | null;
}

/** By name; null when the properties hold no list of users. */
export function givenUsers(properties: Json): ReadonlyMap<string, GivenUser> | null {
  if (!Array.isArray(properties['userAccounts'])) return null;
  return new Map(
    parts(properties, 'userAccounts').map((user) => [
      text(user['name']),
      {
        password: textOrNull(user['password']),
        sshPrivateKey: textOrNull(part(user, 'linuxUserConfiguration')['sshPrivateKey']),
      },
    ]),
  );
}

/** Throws what Batch answers to users that it does not take; their secrets are not in it. */
export function demandUsers(properties: Json, windows: boolean): void {
  for (const user of parts(properties, 'userAccounts')) {
    const name = text(user['name']);
    if (!NAME.test(name)) throw invalidPropertyValue('name', name, 'A name has 1 to 20 characters.');
    if (text(user['password']) === '')
      throw invalidPropertyValue('password', 'absent', `The user ${name} has no password.`);
    const { uid, gid } = part(user, 'linuxUserConfiguration');
    if ((uid === undefined) !== (gid === undefined))
      throw invalidPropertyValue('linuxUserConfiguration', { uid, gid }, 'uid and gid must be specified together.');
    const configuration = user['windowsUserConfiguration'];
    if (!windows && configuration !== undefined && configuration !== null)
      throw invalidPropertyValue(
        'windowsUserConfiguration',
        configuration,
        'It can only be specified on a Windows pool.',
      );
  }
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
