import type { Reading } from './reading.ts';
import { idKey } from './resource-id.ts';

/** A secret in a Key Vault, by its place. Its value is in no type of core. */
export interface SecretRef {
  /** `https://{host}`, without a slash at its end. */
  readonly vault: string;
  /** 1 to 127 letters, digits and hyphens; Key Vault compares them without case. */
  readonly name: string;
}

export interface SecretVersionRef extends SecretRef {
  /** The id of a version. */
  readonly version: string;
}

/** What a value holds: a password, a private key, or both. */
export const SECRET_KINDS = ['password', 'ssh-key', 'both'] as const;
export type SecretKind = (typeof SECRET_KINDS)[number];

/** A version of a secret, as its properties tell it. */
export interface SecretVersion {
  /** 32 hex digits. */
  readonly id: string;
  readonly enabled: boolean;
  /** To the second. */
  readonly created: Date;
  readonly expires: Date | null;
  /** By its content type; null where that is none of ours. */
  readonly kind: SecretKind | null;
  readonly tags: Readonly<Record<string, string>>;
}

/** All versions of the secret that tasks read, and of the one beside it in which a rotation is prepared. */
export interface SecretVersions {
  readonly main: readonly SecretVersion[];
  readonly pending: readonly SecretVersion[];
}

/** How the secrets of named users are kept. Durations are milliseconds. */
export interface SecretCare {
  /** How old a version may become. */
  readonly maxAge: number;
  /** How long a superseded version stays enabled. */
  readonly grace: number;
  /** Null: both where nodes of the pool take a key, a password elsewhere. */
  readonly kind: SecretKind | null;
  /** Whether a user without a secret gets one. */
  readonly mintMissing: boolean;
}

/** The secret that a named user of a pool is to have. */
export interface WantedSecret {
  readonly poolId: string;
  readonly user: string;
  readonly main: SecretRef;
  /** The policy names it for this user; else its name follows from the user's. */
  readonly isBound: boolean;
  /** Null where no policy says so, and only what a rotation under way needs is known. */
  readonly care: SecretCare | null;
  /** When a person last asked for a rotation; null when nobody did. */
  readonly askedAt: Date | null;
}

/** With what the vault tells of it. */
export interface UserSecret extends WantedSecret {
  readonly versions: Reading<SecretVersions>;
}

const PENDING = '-pending';

/** Of a secret that is rotated: Key Vault takes 127 characters, of which `-pending` needs eight. https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates */
export const LONGEST_NAME = 119;

/** Where a rotation of the secret is prepared. */
export function pendingOf({ vault, name }: SecretRef): SecretRef {
  return { vault, name: name + PENDING };
}

/** Whether it names a secret in which the rotation of another is prepared. */
export function isPendingName(name: string): boolean {
  return idKey(name).endsWith(PENDING);
}

/** The secret that tasks read, of it or of the one in which its rotation is prepared. */
export function mainOf({ vault, name }: SecretRef): SecretRef {
  return { vault, name: isPendingName(name) ? name.slice(0, -PENDING.length) || name : name };
}

/** `https://{host}/secrets/{name}` */
export function secretId({ vault, name }: SecretRef): string {
  return `${vault}/secrets/${name}`;
}

export function sameSecret(a: SecretRef, b: SecretRef): boolean {
  return idKey(secretId(a)) === idKey(secretId(b));
}
