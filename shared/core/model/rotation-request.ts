/** A person's wish that the secret of a named user be another one. */
export interface RotationRequest {
  readonly poolId: string;
  readonly user: string;
  readonly at: Date;
}
