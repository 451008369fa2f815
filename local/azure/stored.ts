import type { Json } from './json.ts';
import type { Ticks } from './ticks.ts';
import type { GivenUser } from './user-accounts.ts';

export interface StoredAccount {
  body: Json;
  /** Of the last write: what its ETag is made of. */
  modified: Ticks;
  /** Answered instead of the body. */
  malformed?: unknown;
}

export interface StoredPool extends StoredAccount {
  resizing: Resizing | null;
  /** When its autoscale formula was last evaluated. */
  evaluated: Ticks;
  /** When automatic scaling was last asked for on a steady pool. */
  autoscaleAsked: Ticks | null;
  /** The users that it was last given, by name. */
  users: ReadonlyMap<string, GivenUser>;
  /** When its deletion under way is done. */
  goneAt: Ticks | null;
  tasks: readonly RunningTask[];
  /** What a formula of more than constants comes to; null: it leaves the size as it is. */
  demand: Size | null;
  /** Of each formula, who wrote it first; who writes it again only gives it back. */
  readonly authors: Map<string, By>;
}

export type NodeKind = 'dedicated' | 'lowPriority';
export type Size = Readonly<Record<NodeKind, number>>;

/** The appid of a caller; null is what was there before anybody called. */
export type By = string | null;

/** Each has a node for itself. */
interface RunningTask {
  readonly on: NodeKind;
  readonly until: Ticks;
}

/** What a resize is asked to do beside reaching a size. */
export interface ResizeWay {
  readonly nodeDeallocationOption: string;
  readonly resizeTimeout: string;
}

/** A resize under way. */
export interface Resizing {
  readonly from: Ticks;
  /** Done by then, unless tasks or a lack of nodes hold it. */
  readonly until: Ticks;
  /** Given up then. */
  readonly deadline: Ticks;
  readonly had: Size;
  readonly target: Size;
  readonly nodeDeallocationOption: string;
  readonly by: By;
}
