import { z } from 'zod';
import { manual } from '../core/model/change.ts';
import { distinctIds, nameOf } from '../core/model/ids.ts';
import type { Pool } from '../core/model/pool.ts';
import { retiredPartsOf } from '../core/model/retired-parts.ts';
import { mayLack } from '../core/model/shows.ts';
import { inOrder, listed } from '../core/model/words.ts';
import { defineRule } from '../core/policy/rule.ts';

/**
 * Certificates of Batch are retired; the Key Vault extension brings them to nodes, and renews them there.
 * https://learn.microsoft.com/azure/batch/batch-certificate-migration-guide
 */
export const poolCertificates = defineRule({
  id: 'pool-certificates',
  scope: 'pool',
  title: 'Batch itself installs no certificates on nodes',
  advice: 'make a new pool that gets them by the Key Vault extension',
  severity: 'high',
  sources: ['security-best-practices'],
  reads: ['properties.certificates', 'properties.deploymentConfiguration'],
  sets: [],
  breaks: null,
  permissions: [],
  needs: { verdict: ['retired'] },
  options: z.strictObject({}),

  check(pool, { snapshot }) {
    const path = 'properties.certificates';
    const retired = retiredPartsOf(pool, snapshot.facets.retired);
    if ('unknown' in retired) return [{ path, unknown: retired.unknown }];
    const observed = distinctIds(retired.known.certificateIds).map(nameOf);
    if (observed.length === 0) {
      const unseen = mayLack(pool, 'the list of certificates');
      return unseen === null ? [] : [{ path, unknown: unseen }];
    }
    const why = `Batch is to install ${listed(observed)} on the nodes. Certificates of Batch are retired since 29 February 2024.`;
    return [{ path, observed, desired: [], why, fix: manual(whatToDo(pool)) }];
  },
});

function whatToDo({ deployment }: Pool): string {
  return inOrder(
    'see what the nodes need the certificates for: where only to sign in to Azure, an identity of the pool takes their place',
    'put the others as certificates into a Key Vault',
    `make a new pool with a user-assigned identity that may read them there (role Key Vault Secrets User), and with the Key Vault extension (${extensionFor(deployment)}), which fetches and renews them`,
    'let tasks take them from where the extension puts them',
    'move the jobs to it, and delete this pool',
  );
}

function extensionFor(deployment: Pool['deployment']): string {
  if (deployment?.kind !== 'virtual-machine') return 'KeyVaultForLinux or KeyVaultForWindows';
  return deployment.windows ? 'KeyVaultForWindows' : 'KeyVaultForLinux';
}
