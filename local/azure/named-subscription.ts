/** As people know a subscription. */
export interface NamedSubscription {
  readonly id: string;
  readonly name: string;
  /** Ids of the management groups that it is below, the nearest first. */
  readonly groups?: readonly string[];
}
