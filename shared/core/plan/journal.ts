import type { DrainStep } from '../drain/drain.ts';

/** A write that is about to be sent, as the journal keeps it: what was, what is meant, and why. No secret. */
export interface Intent {
  readonly at: Date;
  /** The resource that is written. */
  readonly resourceId: string;
  /** begin passes all guards, continue those that stand for the owner's will, finish none. */
  readonly writeClass: 'begin' | 'continue' | 'finish';
  /** The drain that it is a step of; null where it is of none. */
  readonly drain: { readonly id: string; readonly step: DrainStep } | null;
  /** The settings that are written, before and after, in our words; redacted. */
  readonly before: object;
  readonly after: object;
  /** Tells this change of this resource, as it was, from every other. */
  readonly changeHash: string;
  readonly rules: readonly string[];
  readonly findings: readonly string[];
  /** For people. */
  readonly why: string;
  /** Of the look. */
  readonly correlationId: string;
  /** Of the app. */
  readonly version: string;
  /** The policy's hash. */
  readonly policy: string;
}
