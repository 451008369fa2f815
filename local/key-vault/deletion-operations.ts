import { deletion, secretItem, versionBody } from './bodies.ts';
import { type Operation, ok } from './operation.ts';
import { pageOf } from './page.ts';
import { latestOf } from './stored-secret.ts';

export const DELETION_OPERATIONS: readonly Operation[] = [
  {
    id: 'DeleteSecret',
    method: 'DELETE',
    path: /^\/secrets\/([^/]+)$/,
    action: 'delete',
    request: null,
    answer: 'DeletedSecretBundle',
    serve(vault, { name }) {
      const secret = vault.secrets.delete(name);
      return ok({ ...deletion(vault, secret), ...versionBody(vault, secret, latestOf(secret)) });
    },
  },
  {
    id: 'GetDeletedSecrets',
    method: 'GET',
    path: /^\/deletedsecrets$/,
    action: 'readMetadata/action',
    request: null,
    answer: 'DeletedSecretListResult',
    serve: (vault, list) =>
      pageOf(vault.secrets.all('deleted'), {
        ...list,
        key: ({ name }) => name.toLowerCase(),
        body: (secret) => ({ ...deletion(vault, secret), ...secretItem(vault, secret) }),
      }),
  },
  {
    id: 'GetDeletedSecret',
    method: 'GET',
    path: /^\/deletedsecrets\/([^/]+)$/,
    action: 'readMetadata/action',
    request: null,
    answer: 'DeletedSecretBundle',
    serve(vault, { name }) {
      const secret = vault.secrets.deleted(name);
      return ok({ ...deletion(vault, secret), ...versionBody(vault, secret, latestOf(secret)) });
    },
  },
  {
    id: 'RecoverDeletedSecret',
    method: 'POST',
    path: /^\/deletedsecrets\/([^/]+)\/recover$/,
    action: 'recover/action',
    request: null,
    answer: 'SecretBundle',
    serve(vault, { name }) {
      const secret = vault.secrets.recover(name);
      return ok(versionBody(vault, secret, latestOf(secret)));
    },
  },
  {
    id: 'PurgeDeletedSecret',
    method: 'DELETE',
    path: /^\/deletedsecrets\/([^/]+)$/,
    action: 'purge/action',
    request: null,
    answer: null,
    serve(vault, { name }) {
      vault.secrets.purge(name);
      return { status: 204 };
    },
  },
];
