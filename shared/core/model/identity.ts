/** The managed identities of an account or a pool, as its body shows them. */
export interface AccountIdentity {
  /** `SystemAssigned`, `UserAssigned`, `None`; null when absent. */
  readonly type: string | null;
  /** Of the system-assigned identity. */
  readonly principalId: string | null;
  readonly userAssigned: readonly UserAssignedIdentity[];
}

export interface UserAssignedIdentity {
  readonly id: string;
  /** Null where the body does not show it. */
  readonly principalId: string | null;
  readonly clientId: string | null;
}
