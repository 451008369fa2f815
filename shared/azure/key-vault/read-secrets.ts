import { isRestError } from '@azure/core-rest-pipeline';
import type { SecretProperties } from '@azure/keyvault-secrets';
import { type Reading, readingFailed, unreadable } from '../../core/model/reading.ts';
import {
  pendingOf,
  type SecretKind,
  type SecretRef,
  type SecretVersion,
  type SecretVersions,
  secretId,
  type UserSecret,
  type WantedSecret,
} from '../../core/model/secret.ts';
import { type Vaults, vaultReason } from './vaults.ts';

/** Of a vault. */
const AT_ONCE = 8;
/** A secret has few; whoever sets them without end shall not keep a look. */
const MOST_VERSIONS = 1000;
const TOO_SLOW = 'the vaults took too long to answer for all users of the account';

/** By which a version says what its value holds. */
export const CONTENT_TYPES: Readonly<Record<SecretKind, string>> = {
  password: 'text/plain',
  'ssh-key': 'application/x-pem-file',
  both: 'application/vnd.batch-warden.user+json',
};

/**
 * The properties of all versions of the secrets, never a value. One that cannot be read leaves the others readable.
 * @param late aborted when it has taken long enough: what is not read by then could not be read, and the look goes on
 */
export async function readSecrets(
  vaults: Vaults,
  wanted: readonly WantedSecret[],
  signal: AbortSignal,
  late: AbortSignal,
): Promise<readonly UserSecret[]> {
  const abortSignal = AbortSignal.any([signal, late]);
  // One that does not answer keeps no other.
  const ofVaults = Map.groupBy(wanted, ({ main }) => main.vault);
  const read = new Map<WantedSecret, Reading<SecretVersions>>();
  await Promise.all([...ofVaults.values()].map(readVault));
  return wanted.map((one) => ({ ...one, versions: read.get(one) ?? failed(one.main, TOO_SLOW) }));

  async function readVault(ofVault: readonly WantedSecret[]): Promise<void> {
    /** Why it is not waited for again. */
    let silent: string | null = null;
    const todo = ofVault.values();
    async function work(): Promise<void> {
      for (const one of todo) {
        const reason: string | null = late.aborted ? TOO_SLOW : silent;
        read.set(one, reason === null ? await versions(one) : failed(one.main, reason));
      }
    }
    async function versions({ main }: WantedSecret): Promise<Reading<SecretVersions>> {
      try {
        const [ofMain, ofPending] = await Promise.all([
          versionsOf(vaults, main, abortSignal),
          versionsOf(vaults, pendingOf(main), abortSignal),
        ]);
        return { known: { main: ofMain, pending: ofPending } };
      } catch (error) {
        if (signal.aborted || error instanceof TypeError) throw error;
        if (late.aborted) return failed(main, TOO_SLOW);
        if (error instanceof UnreadableVersion) return { unknown: unreadable(error.message) };
        const reason = vaultReason(error);
        if (!isRestError(error) || error.statusCode === undefined || error.statusCode === 429) silent = reason;
        return failed(main, reason);
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }
}

function failed(main: SecretRef, reason: string) {
  return { unknown: readingFailed(`the versions of ${secretId(main)} could not be read: ${reason}`) };
}

class UnreadableVersion extends Error {}

/** None where there is no such secret, or it was deleted. */
export async function versionsOf(
  vaults: Vaults,
  { vault, name }: SecretRef,
  signal: AbortSignal,
): Promise<SecretVersion[]> {
  const { patient } = await vaults(vault);
  const versions: SecretVersion[] = [];
  try {
    for await (const properties of patient.listPropertiesOfSecretVersions(name, { abortSignal: signal })) {
      if (versions.length === MOST_VERSIONS)
        throw new UnreadableVersion(`${secretId({ vault, name })} has more than ${MOST_VERSIONS} versions`);
      versions.push(versionOf(properties));
    }
  } catch (error) {
    // A 404 of anything on the way says nothing of a secret.
    if (isRestError(error) && error.statusCode === 404 && error.code === 'SecretNotFound') return [];
    throw error;
  }
  return versions;
}

function versionOf({
  id = '',
  version,
  enabled,
  createdOn,
  expiresOn,
  contentType,
  tags = {},
}: SecretProperties): SecretVersion {
  if (version === undefined || createdOn === undefined || Number.isNaN(createdOn.getTime()))
    throw new UnreadableVersion(`a version of a secret has no id, or no time: ${id}`);
  return {
    id: version,
    // Absent, Key Vault says no.
    enabled: enabled ?? false,
    created: createdOn,
    expires: expiresOn ?? null,
    kind: kindOf(contentType),
    tags,
  };
}

/** Null for what is none of ours. */
export function kindOf(contentType: string | undefined): SecretKind | null {
  const type = contentType?.toLowerCase();
  return (Object.keys(CONTENT_TYPES) as SecretKind[]).find((kind) => CONTENT_TYPES[kind] === type) ?? null; // its keys
}
