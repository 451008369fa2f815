/** Moments are whole seconds since 1970. */
export interface StoredVersion {
  /** 32 hex digits. */
  readonly id: string;
  readonly value: string;
  enabled: boolean;
  readonly created: number;
  updated: number;
  nbf: number | undefined;
  exp: number | undefined;
  contentType: string | undefined;
  tags: Readonly<Record<string, string>> | undefined;
}

export interface StoredSecret {
  /** In the case in which it was first set. */
  readonly name: string;
  /** In the order in which they were set; there is at least one. */
  readonly versions: StoredVersion[];
  /** When it was deleted; null while it is there. */
  deleted: number | null;
}

const DAY = 24 * 60 * 60;
export const RETENTION_DAYS = 90;

export function latestOf({ name, versions }: StoredSecret): StoredVersion {
  const latest = versions.at(-1);
  if (latest === undefined) throw new Error(`The secret ${name} has no version.`);
  return latest;
}

/** When what was deleted then is gone for good. */
export function purgeDate(deleted: number): number {
  return deleted + RETENTION_DAYS * DAY;
}
