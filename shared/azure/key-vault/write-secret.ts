import type { MintedVersion, SetSecret } from '../../core/model/change.ts';
import { type SecretRef, type SecretVersionRef, secretId } from '../../core/model/secret.ts';
import { secretParts } from '../../core/model/secret-id.ts';
import { after } from '../../core/model/time.ts';
import type { WriteOutcome } from '../../core/plan/write.ts';
import { FROM, isTaggedFor, REPLACES, replacesOf, tagsOf } from '../../core/rotation/secret-owner.ts';
import { currentOf } from '../../core/rotation/seen-secret.ts';
import { generate } from './generate.ts';
import { tryGiving } from './give-secrets.ts';
import { CONTENT_TYPES, versionsOf } from './read-secrets.ts';
import { readValue, UnusableValue } from './read-value.ts';
import { vaultOutcome } from './vault-outcome.ts';
import { type Vaults, vaultReason } from './vaults.ts';

/** Writes one change of a secret and tells what became of it. Never throws. */
export async function writeSecret(
  vaults: Vaults,
  change: SetSecret,
  now: () => Date,
  signal: AbortSignal,
): Promise<WriteOutcome> {
  const place = secretParts(change.id);
  if (place === null) return { kind: 'failed', message: `not the id of a secret: ${change.id}` };
  const { set } = change;
  const abortSignal = signal;
  try {
    if ('minted' in set) return await mint(vaults, place, change, set.minted, now(), signal);
    if ('promoted' in set) return await promote(vaults, place, change, set.promoted, now(), signal);
    const { patient } = await vaults(place.vault);
    if ('expiry' in set) {
      const { version, at } = set.expiry;
      await patient.updateSecretProperties(place.name, version, { expiresOn: new Date(at), abortSignal });
    } else
      for (const version of set.disabled)
        await patient.updateSecretProperties(place.name, version, { enabled: false, abortSignal });
    return APPLIED;
  } catch (error) {
    return vaultOutcome(error, now());
  }
}

const APPLIED: WriteOutcome = { kind: 'applied', alsoMoved: [] };

async function mint(
  vaults: Vaults,
  { vault, name }: SecretRef,
  owner: SetSecret,
  { kind, replaces, maxAge }: MintedVersion,
  now: Date,
  signal: AbortSignal,
): Promise<WriteOutcome> {
  const value = await generate(kind);
  const { once } = await vaults(vault);
  const { properties } = await value.sendTo((text) =>
    once.setSecret(name, text, {
      contentType: CONTENT_TYPES[kind],
      expiresOn: after(now, maxAge),
      tags: { ...tagsOf(owner), [REPLACES]: replaces },
      abortSignal: signal,
    }),
  );
  const { version } = properties;
  if (version === undefined) throw new UnusableValue('Key Vault did not say which version it made');
  try {
    await tryGiving(vaults, { vault, name, version, kind }, owner, signal);
    return APPLIED;
  } catch (error) {
    // No pool is emptied for it.
    return {
      kind: 'not-effective',
      message: `version ${version} was made, and cannot be given: ${vaultReason(error)}`,
    };
  }
}

/** Main's versions are read again: what a person added meanwhile holds, and Key Vault has no condition for a write. */
async function promote(
  vaults: Vaults,
  main: SecretRef,
  owner: SetSecret,
  pending: SecretVersionRef,
  now: Date,
  signal: AbortSignal,
): Promise<WriteOutcome> {
  const { value, properties } = await readValue(vaults, pending, owner, signal);
  const { tags = {}, contentType, expiresOn, createdOn } = properties;
  const lifetime = expiresOn && createdOn ? expiresOn.getTime() - createdOn.getTime() : null;
  if (isTaggedFor({ tags }, owner) !== true)
    throw new UnusableValue(`the tags of ${secretId(pending)} do not name this user`);
  const current = currentOf(await versionsOf(vaults, main, signal));
  if (tags[REPLACES] !== replacesOf(current)) return { kind: 'conflict' };
  const { once } = await vaults(main.vault);
  await value.sendTo((text) =>
    once.setSecret(main.name, text, {
      ...(contentType === undefined ? {} : { contentType }),
      // For as long as it was made for: it may have waited for a drain.
      ...(lifetime === null ? {} : { expiresOn: after(now, lifetime) }),
      tags: { ...tagsOf(owner), [FROM]: pending.version, [REPLACES]: replacesOf(current) },
      abortSignal: signal,
    }),
  );
  return APPLIED;
}
