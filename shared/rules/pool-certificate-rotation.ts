import { z } from 'zod';
import { manual } from '../core/model/change.ts';
import { includesId } from '../core/model/ids.ts';
import type { Pool } from '../core/model/pool.ts';
import type { KeyVaultExtension, KeyVaultExtensionSettings } from '../core/model/pool-parts.ts';
import { notShown, unreadable } from '../core/model/reading.ts';
import { NO_DEPLOYMENT } from '../core/model/shows.ts';
import { inOrder, listed } from '../core/model/words.ts';
import { defineRule, type Outcome } from '../core/policy/rule.ts';

const EXTENSIONS = 'properties.deploymentConfiguration.virtualMachineConfiguration.extensions';

/** A renewed certificate reaches the nodes only when the extension looks for it, in a place that is not one version. */
export const poolCertificateRotation = defineRule({
  id: 'pool-certificate-rotation',
  scope: 'pool',
  title: 'The Key Vault extension brings renewed certificates to the nodes',
  advice: 'make a new pool whose extension fetches renewed certificates',
  severity: 'medium',
  sources: ['security-best-practices'],
  reads: [EXTENSIONS, 'identity'],
  sets: [],
  breaks: null,
  permissions: [],
  options: z.strictObject({}),

  check(pool) {
    if (pool.deployment === null) return [{ path: EXTENSIONS, unknown: NO_DEPLOYMENT }];
    return pool.keyVaultExtensions.flatMap((extension) => judge(extension, pool));
  },
});

function judge({ name, settings }: KeyVaultExtension, pool: Pool): readonly Outcome[] {
  const path = `${EXTENSIONS}[${name}].settings`;
  if (settings === null)
    return [{ path, unknown: unreadable('it shows no secretsManagementSettings, or none that this program can read') }];
  return [
    ...pinned(settings, `${path}.secretsManagementSettings.observedCertificates`),
    ...unpolled(settings, `${path}.secretsManagementSettings.pollingIntervalInS`),
    ...withoutIdentity(settings, `${path}.authenticationSettings.msiClientId`, pool),
  ];
}

function pinned({ certificates }: KeyVaultExtensionSettings, path: string): Outcome[] {
  const urls = new Set(certificates.filter(({ isPinned }) => isPinned).map(({ url }) => url));
  return [...urls].map((observed) => {
    const desired = observed.replace(/(\/(?:secrets|certificates)\/[^/]+)\/.*$/i, '$1');
    const why = 'The URL names one version of the certificate: a renewed one is never fetched.';
    return { path: `${path}[${observed}]`, observed, desired, why, fix: recreated(`with the URL ${desired}`) };
  });
}

function unpolled({ pollingInterval: observed }: KeyVaultExtensionSettings, path: string): Outcome[] {
  if (observed !== null) return [];
  const why = 'Nothing says how often the extension is to look for a renewed certificate.';
  const fix = recreated('with a pollingIntervalInS, in seconds, such as "3600"');
  return [{ path, observed, desired: 'an interval in seconds', why, fix }];
}

function withoutIdentity({ clientId }: KeyVaultExtensionSettings, path: string, pool: Pool): Outcome[] {
  const { identities } = pool;
  const shown = identities.flatMap((identity) => identity.clientId ?? []);
  if (clientId !== null && includesId(shown, clientId)) return [];
  const hidden = identities.filter((identity) => identity.clientId === null).map(({ id }) => id);
  if (clientId !== null && (hidden.length > 0 || pool.shows === 'some')) {
    const what = hidden.length > 0 ? `the client id of ${listed(hidden)}` : 'all identities of the pool';
    const why = `whether ${clientId} is of an identity of the pool: the body does not show ${what}`;
    return [{ path, unknown: notShown(why) }];
  }
  const why =
    clientId === null
      ? 'It does not say with which identity of the pool the extension is to open the Key Vault.'
      : `The client id ${clientId} is of no identity of the pool, so the extension cannot open the Key Vault.`;
  const desired = 'the client id of an identity of the pool';
  return [{ path, observed: clientId, desired, why, fix: recreated(`with a msiClientId: ${whoseClientId(pool)}`) }];
}

function whoseClientId({ identities }: Pool): string {
  if (identities.length === 0)
    return 'the client id of a user-assigned identity that the pool is given and that may read the certificate';
  const names = identities.map(({ id, clientId }) => (clientId === null ? id : `${clientId} (${id})`));
  return `the client id of the identity that may read the certificate, one of ${listed(names)}`;
}

/** An extension stays as it was when its pool was made. */
function recreated(how: string) {
  return manual(
    inOrder(
      `make a new pool whose Key Vault extension is set up as here, but ${how}`,
      'move the jobs to it',
      'delete this pool',
    ),
  );
}
