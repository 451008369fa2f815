import type { Pool } from '../model/pool.ts';
import type { SecretPlace } from '../model/pool-parts.ts';
import { inOrder, listed } from '../model/words.ts';

interface Advice {
  /** What is to stand there instead. */
  readonly desired: string;
  /** For a person, in order. */
  readonly toDo: string;
}

/** How an identity of the pool takes the place of the secrets that stand at one path; there is at least one. */
export function adviceForSecrets(places: readonly SecretPlace[], pool: Pool): Advice {
  const { who, first } = identityOf(pool);
  const steps = (...then: readonly string[]) => inOrder(...first, ...then);
  const path = places[0]?.path ?? '';
  for (const { holds } of places) {
    if (holds.kind === 'mount-key')
      return holds.share === 'blob'
        ? { desired: BY_REFERENCE, toDo: steps(`let ${who} ${USE_BLOBS}`, asReference(who, MOUNTS), ROTATE) }
        : { desired: AS_BLOBS, toDo: steps(...otherMount(who), ROTATE) };
    if (holds.kind === 'registry-password') {
      const registry = `let ${who} pull from the registry: that takes an Azure Container Registry, so move the images if it is none`;
      const whole = path.startsWith('properties.startTask') ? START_TASK : DEPLOYMENT;
      return {
        desired: BY_REFERENCE,
        toDo: steps(registry, asReference(who, whole, ', and take the user name away'), ROTATE),
      };
    }
  }
  const { desired, toDo } = inText(path, places, who, steps);
  const byName = places.some(({ holds }) => holds.kind === 'named');
  return { desired, toDo: byName ? `${toDo} If it is no secret, name it in option allowNames.` : toDo };
}

/** Of a URL, a command line, options, settings, metadata. */
function inText(
  path: string,
  places: readonly SecretPlace[],
  who: string,
  steps: (...then: readonly string[]) => string,
): Advice {
  const opensStorage = places.every(({ holds }) => holds.kind === 'signature' || holds.kind === 'account-key');
  if (/\.(?:httpUrl|storageContainerUrl)$/.test(path)) {
    const set = asReference(who, START_TASK, ', and take the signature off the URL');
    return opensStorage
      ? { desired: BY_REFERENCE, toDo: steps(`let ${who} ${READ_BLOBS}`, set, REPLACE) }
      : {
          desired: 'a blob, with an identityReference to an identity of the pool',
          toDo: steps(
            `keep the file in a blob container, and let ${who} ${READ_BLOBS}`,
            `give its URL there, with an identityReference to ${who} (${START_TASK})`,
            REPLACE,
          ),
        };
  }
  if (path.endsWith('.settings'))
    return {
      desired: 'an identity of the pool, or protectedSettings',
      toDo: steps(
        `let ${who} reach what the secret opens, if the extension can use an identity`,
        'make a new pool whose extension uses that, or has the secret in protectedSettings, which no reading shows',
        'move the jobs to it, and delete this pool',
        REPLACE,
      ),
    };
  if (path.endsWith('.blobfuseOptions')) {
    const set = asReference(who, MOUNTS, ', and take the secret out of blobfuseOptions');
    return { desired: BY_REFERENCE, toDo: steps(`let ${who} ${USE_BLOBS}`, set, REPLACE) };
  }
  if (/\.(?:mountOptions|source|azureFileUrl)$/.test(path))
    return { desired: AS_BLOBS, toDo: steps(...otherMount(who), REPLACE) };
  const read = `let ${who} read it there (role Key Vault Secrets User)`;
  if (!path.startsWith('properties.startTask'))
    return {
      desired: 'nothing that is secret',
      toDo: steps(
        `put the value into a Key Vault, and ${read}, if nodes need it`,
        path.startsWith('properties.metadata')
          ? 'take it out of the metadata (send metadata whole)'
          : 'take the tag away (send the tags whole)',
        REPLACE,
      ),
    };
  const isSetting = path.includes('.environmentSettings[');
  if (opensStorage) {
    const command = isSetting ? 'the start task and the tasks' : 'the command';
    const take = `take the secret out, and let ${command} work ${WITH_TOKEN} (${START_TASK})`;
    return { desired: TOKEN, toDo: steps(`let ${who} reach what the secret opens`, take, REPLACE) };
  }
  const fetch = isSetting
    ? `let the start task fetch it ${WITH_TOKEN}, and take the setting away (${START_TASK})`
    : `let the command fetch it ${WITH_TOKEN}, and take it out there (${START_TASK})`;
  return { desired: VAULT, toDo: steps('put the value into a Key Vault', read, fetch, REPLACE) };
}

function identityOf({ settings }: Pool): { readonly who: string; readonly first: readonly string[] } {
  const { identityIds } = settings;
  const [only = 'that identity', ...others] = identityIds;
  const add =
    'add a user-assigned identity to the pool at zero nodes: its body shows none, and a node keeps those it was made with';
  return {
    who: others.length === 0 ? only : `one of ${listed(identityIds)}`,
    first: identityIds.length === 0 ? [add] : [],
  };
}

const BY_REFERENCE = 'an identityReference to an identity of the pool';
const AS_BLOBS = 'a mount of a blob container with an identityReference';
const TOKEN = 'a token of an identity of the pool';
const VAULT = 'a secret in a Key Vault, which an identity of the pool may read';
const READ_BLOBS = 'read the blobs there (role Storage Blob Data Reader)';
const USE_BLOBS = 'use the blobs there (role Storage Blob Data Reader, or Storage Blob Data Contributor to write)';
const WITH_TOKEN = 'with a token of that identity';
const ROTATE = 'rotate the secret that Batch was given';
const REPLACE = 'replace the secret: whoever may read the pool has been able to see it';

const START_TASK = 'send startTask whole, with any password in it';
const DEPLOYMENT = 'in a new pool; or at zero nodes, sending deploymentConfiguration whole, with every secret in it';
const MOUNTS = 'at zero nodes, sending mountConfiguration whole, with the keys of all other mounts';

/** @param and what else is to be done there */
function asReference(who: string, how: string, and = ''): string {
  return `set an identityReference to ${who} there${and} (${how})`;
}

function otherMount(who: string): string[] {
  return [
    `keep the data in a blob container, and let ${who} ${USE_BLOBS}`,
    `mount that with an identityReference to ${who} (${MOUNTS})`,
  ];
}
