/** It may have failed: unknown carries the reason and is never a pass. */
export type Reading<T> = { readonly known: T } | { readonly unknown: string };

/** A verdict that could not be reached, and why. */
export interface Unknown {
  readonly path: string;
  readonly unknown: string;
}
