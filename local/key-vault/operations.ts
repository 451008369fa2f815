import { secretItem, versionBody } from './bodies.ts';
import { DELETION_OPERATIONS } from './deletion-operations.ts';
import { type Operation, ok } from './operation.ts';
import { pageOf } from './page.ts';
import { setParameters, updateParameters } from './parameters.ts';
import { latestOf } from './stored-secret.ts';

/** The first that fits a call is it. */
const OPERATIONS: readonly Operation[] = [
  {
    id: 'GetSecrets',
    method: 'GET',
    path: /^\/secrets$/,
    action: 'readMetadata/action',
    request: null,
    answer: 'SecretListResult',
    serve: (vault, list) =>
      pageOf(vault.secrets.all('present'), {
        ...list,
        key: ({ name }) => name.toLowerCase(),
        body: (secret) => secretItem(vault, secret),
      }),
  },
  {
    id: 'GetSecretVersions',
    method: 'GET',
    path: /^\/secrets\/([^/]+)\/versions$/,
    action: 'readMetadata/action',
    request: null,
    answer: 'SecretListResult',
    // Of a secret that is not there the list is empty.
    serve(vault, list) {
      const secret = vault.secrets.present(list.name);
      if (secret === null) return { status: 200, body: { value: [], nextLink: null } };
      const body = (version: (typeof secret.versions)[number]) => versionBody(vault, secret, version);
      return pageOf(secret.versions, { ...list, key: ({ id }) => id, body });
    },
  },
  {
    id: 'GetSecret',
    method: 'GET',
    path: /^\/secrets\/([^/]+)(?:\/([^/]*))?$/,
    action: 'getSecret/action',
    request: null,
    answer: 'SecretBundle',
    serve(vault, { name, version }) {
      const found = vault.secrets.get(name, version);
      return ok({ value: found.version.value, ...versionBody(vault, found.secret, found.version) });
    },
  },
  {
    id: 'SetSecret',
    method: 'PUT',
    path: /^\/secrets\/([^/]+)$/,
    action: 'setSecret/action',
    request: 'SecretSetParameters',
    answer: 'SecretBundle',
    serve(vault, { name, body }, tell) {
      const { secret, event } = vault.set(name, setParameters(body));
      tell(event);
      const latest = latestOf(secret);
      return ok({ value: latest.value, ...versionBody(vault, secret, latest) });
    },
  },
  {
    id: 'UpdateSecret',
    method: 'PATCH',
    path: /^\/secrets\/([^/]+)(?:\/([^/]*))?$/,
    action: 'update/action',
    request: 'SecretUpdateParameters',
    answer: 'SecretBundle',
    serve(vault, { name, version, body }) {
      const found = vault.secrets.update(name, version, updateParameters(body));
      return ok(versionBody(vault, found.secret, found.version));
    },
  },
  ...DELETION_OPERATIONS,
];

/** What a call asks for; null for what Key Vault, or this one, does not do. */
export function operationOf(
  method: string,
  path: string,
): { operation: Operation; name: string; version: string } | null {
  for (const operation of OPERATIONS) {
    const found = operation.method === method ? operation.path.exec(path) : null;
    if (found !== null) return { operation, name: found[1] ?? '', version: found[2] ?? '' };
  }
  return null;
}
