import type { Pool } from '../../../shared/core/model/pool.ts';
import type { MetadataItem } from '../../../shared/core/model/pool-settings.ts';
import type { SecretCare, SecretVersion, SecretVersions, UserSecret } from '../../../shared/core/model/secret.ts';
import { DAY } from '../../../shared/core/model/time.ts';
import { tagsOf } from '../../../shared/core/rotation/secret-owner.ts';
import { POOL_ID } from '../snapshots.ts';

export const VAULT = 'https://team.vault.azure.net';

/** The id of a version, of one hex digit. */
export function versionId(digit: string): string {
  return digit.repeat(32);
}

/** What the default policy asks for: 90 days, 7 days of grace. */
export const CARE: SecretCare = { maxAge: 90 * DAY, grace: 7 * DAY, kind: null, mintMissing: false };

/** The secret of `render` on `aPool()`, without a version, by the policy's template. */
export function aSecret(overrides: Partial<UserSecret> = {}): UserSecret {
  return {
    poolId: POOL_ID,
    user: 'render',
    main: { vault: VAULT, name: 'render-secret' },
    isBound: false,
    care: CARE,
    askedAt: null,
    versions: { known: { main: [], pending: [] } },
    ...overrides,
  };
}

export function having(main: readonly SecretVersion[], pending: readonly SecretVersion[] = []): SecretVersions {
  return { main, pending };
}

/** An enabled password, without expiry, tagged for `render` of `aPool()`. @param tags are added */
export function aVersion(
  digit: string,
  created: Date,
  { tags = {}, ...overrides }: Partial<SecretVersion> = {},
): SecretVersion {
  return {
    id: versionId(digit),
    enabled: true,
    created,
    expires: null,
    kind: 'password',
    tags: { ...tagsOf({ poolId: POOL_ID, user: 'render' }), ...tags },
    ...overrides,
  };
}

/** The metadata by which a pool says what it was given. @param version null: nothing */
export function marked(
  { creationTime }: Pick<Pool, 'creationTime'>,
  user: string,
  version: string | null,
): MetadataItem[] {
  if (version === null || creationTime === null) return [];
  return [{ name: `warden:user:${user}`, value: `${version}@${creationTime.toISOString()}`, unmodelled: {} }];
}
