import type { SecretKind, SecretVersionRef } from './secret.ts';

/** A named user of a pool; the password is never shown. */
export interface User {
  readonly name: string;
  /** `Admin` or `NonAdmin` (also meant by null). */
  readonly elevationLevel: string | null;
  /** Where the value is that Batch is given with a write, which takes one for each user; no body shows it. */
  readonly secret?: GivenSecret;
}

/** A user with what Batch is given of its secret. */
export type GivenUser = User & { readonly secret: GivenSecret };

export interface GivenSecret extends SecretVersionRef {
  /** What Batch is given of the value. */
  readonly kind: SecretKind;
}

/** What a node runs when it joins. */
export interface StartTask {
  /** Null where the body does not say: then it runs as a user unique to the task. */
  readonly user: StartTaskUser | null;
  /** Its command line asks the node's metadata service for a token and does not say for which identity. */
  readonly asksForAnyToken: boolean;
}

export type StartTaskUser =
  /** `elevationLevel`: null means NonAdmin. `scope`: `Pool` (also meant by null) or `Task`. */
  | { readonly kind: 'auto'; readonly elevationLevel: string | null; readonly scope: string | null }
  | { readonly kind: 'named'; readonly name: string };

/** The extension that brings certificates from a Key Vault to the nodes and keeps them fresh. */
export interface KeyVaultExtension {
  readonly name: string;
  /** Null when the body has no `secretsManagementSettings`, or none that can be read. */
  readonly settings: KeyVaultExtensionSettings | null;
}

export interface KeyVaultExtensionSettings {
  /** As the body has it: seconds as text or number; null when missing. */
  readonly pollingInterval: string | null;
  readonly certificates: readonly ObservedCertificate[];
  /** `authenticationSettings.msiClientId`; null when missing. */
  readonly clientId: string | null;
}

interface ObservedCertificate {
  /** The secret's URL, without a query. */
  readonly url: string;
  /** The URL names a version, so that a renewed certificate is never fetched. */
  readonly isPinned: boolean;
}

/** Where in a pool's body a secret stands in the open, or may. The value itself is never taken out of the body. */
export interface SecretPlace {
  /** The ARM path. */
  readonly path: string;
  /** What its author calls the value: of an environment setting, a metadata item, a tag, a setting of an extension. */
  readonly name: string | null;
  readonly holds:
    | HeldSecret
    /** A mount that is opened by a key. */
    | { readonly kind: 'mount-key'; readonly share: 'blob' | 'azure-files' | 'cifs' }
    /** A container registry with a user name and no identity. */
    | { readonly kind: 'registry-password' };
}

/** What stands in a text. */
export type HeldSecret =
  /** Of a URL: `sig=`. */
  | { readonly kind: 'signature' }
  /** Of a storage or another account. */
  | { readonly kind: 'account-key' }
  /** In a URL, or as an argument of a program that takes one there. */
  | { readonly kind: 'password' }
  /** For a bearer, whoever it is. */
  | { readonly kind: 'token' }
  | { readonly kind: 'private-key' }
  /** A value whose name says secret. */
  | { readonly kind: 'named'; readonly name: string };
