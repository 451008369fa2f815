import { idKey } from '../../shared/core/model/resource-id.ts';
import type { Clock } from './clock.ts';
import { copied, type Json } from './json.ts';

const ASSIGNMENT = /\/roleAssignments\//i;

/** How long after a change that is shown at once it takes effect, in milliseconds; a test may change it at any time. */
export interface Delays {
  /**
   * Of role assignments and of the app's own roles: minutes, in Azure.
   * https://learn.microsoft.com/azure/role-based-access-control/troubleshooting#role-assignment-changes-are-not-being-detected
   */
  roles: number;
  /**
   * Of who reaches an account, and of subnets and security groups.
   * https://learn.microsoft.com/azure/batch/public-network-access
   */
  network: number;
}

/** A value that takes effect later than it is set. */
export class Lagging<T> {
  readonly #steps: { readonly value: T; readonly from: number }[];

  constructor(first: T) {
    this.#steps = [{ value: first, from: Number.NEGATIVE_INFINITY }];
  }

  /** @param from milliseconds; the value then takes the place of all that was set before */
  set(value: T, from: number): void {
    this.#steps.push({ value, from });
  }

  at(now: number): T {
    const [first] = this.#steps;
    const step = this.#steps.findLast(({ from }) => from <= now) ?? first;
    if (step === undefined) throw new Error('There is always a first step.');
    return step.value;
  }
}

/** Of the bodies that are shown, what is in effect: it may be older. */
export class Effects {
  readonly delays: Delays = { roles: 0, network: 0 };
  readonly #bodies = new Map<string, Lagging<Json | null>>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** From now on the body is shown, and takes effect later; null deletes it. */
  shown(id: string, body: Json | null): void {
    const delay = ASSIGNMENT.test(id) ? this.delays.roles : this.delays.network;
    const bodies = this.#bodies.get(idKey(id)) ?? new Lagging<Json | null>(null);
    bodies.set(copied(body), this.#now() + delay);
    this.#bodies.set(idKey(id), bodies);
  }

  /** Null where it is not there, or not yet. */
  of(id: string): Json | null {
    return this.#bodies.get(idKey(id))?.at(this.#now()) ?? null;
  }

  /** Of roles. */
  assignments(): Json[] {
    const found = [...this.#bodies].filter(([key]) => ASSIGNMENT.test(key)).map(([, bodies]) => bodies.at(this.#now()));
    return found.filter((body) => body !== null);
  }

  #now(): number {
    return this.#clock.now().getTime();
  }
}
