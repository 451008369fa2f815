/** What Azure Resource Manager answered, whatever the status. */
export interface ArmAnswer {
  readonly status: number;
  readonly body: unknown;
  /** Milliseconds that a refusal asks to wait; null when it does not say. */
  readonly retryAfter: number | null;
}
