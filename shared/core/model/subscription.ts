export interface Subscription {
  readonly id: string;
  /** As people call it. */
  readonly name: string;
}
