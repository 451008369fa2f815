import { setTimeout as sleep } from 'node:timers/promises';
import { type Destination, prove, type Schema, send } from './event-destinations.ts';
import type { ResourceEvent } from './resource-event.ts';
import { cloudEvent } from './resource-event.ts';

/** How events are delivered; Azure's own waits are 10 s, 30 s, 1 min, 5 min and so on for a day. */
export interface DeliverySettings {
  /** Milliseconds that events are gathered before they are sent. */
  gather: number;
  /** The most events in one delivery. */
  batchSize: number;
  /** Milliseconds before each further attempt; after the last one the events are dead. */
  backOff: readonly number[];
  /** Milliseconds that an endpoint may take. */
  timeout: number;
}

type Subscription = Destination & {
  readonly schema: Schema;
  /** The id of the vault whose events it wants; those of ARM, unless told. */
  readonly vault?: string;
  /** Only events of these types; all when absent. */
  readonly eventTypes?: readonly string[];
};

/**
 * Not tried again: the endpoint says that it will never take them.
 * https://learn.microsoft.com/azure/event-grid/delivery-and-retry
 */
const HOPELESS = [400, 401, 403, 413];

/** Tells subscribers of what is written through ARM, and of what is in vaults: at least once, in no order. */
export class EventGrid {
  readonly settings: DeliverySettings;
  /** Events that an endpoint took, as it got them. */
  readonly delivered: unknown[] = [];
  /** Events that were given up. */
  readonly deadLettered: unknown[] = [];
  readonly #subscriptions: { subscription: Subscription; waiting: unknown[] }[] = [];
  readonly #stopped = new AbortController();
  #inFlight = 0;

  constructor(settings: Partial<DeliverySettings>) {
    this.settings = { gather: 10, batchSize: 50, backOff: [20, 60, 120, 300, 600], timeout: 30_000, ...settings };
  }

  /** Events that are neither delivered nor dead. */
  get pending(): number {
    return this.#inFlight + this.#subscriptions.reduce((sum, { waiting }) => sum + waiting.length, 0);
  }

  /** Proves, like Azure, that a webhook wants events; throws when it does not. */
  async subscribe(subscription: Subscription): Promise<void> {
    await prove(subscription, subscription.schema);
    this.#subscriptions.push({ subscription, waiting: [] });
  }

  /** For events of these services themselves. */
  tell(event: ResourceEvent): void {
    for (const { subscription, waiting } of this.#subscriptions) {
      if (!isWanted(subscription, event)) continue;
      waiting.push(subscription.schema === 'EventGridSchema' ? event : cloudEvent(event));
    }
    this.#flushSoon();
  }

  /** For events that a test makes up: delivered as they are, to everyone who wants those of ARM, or of that vault. */
  publish(events: readonly unknown[], vault?: string): void {
    for (const { subscription, waiting } of this.#subscriptions)
      if (subscription.vault === vault) waiting.push(...events);
    this.#flushSoon();
  }

  /** Resolves when nothing is pending. */
  async idle(): Promise<void> {
    while (this.pending > 0 && !this.#stopped.signal.aborted) await this.#pause(5);
  }

  stop(): void {
    this.#stopped.abort();
  }

  #flushSoon(): void {
    setTimeout(() => {
      for (const one of this.#subscriptions)
        while (one.waiting.length > 0)
          void this.#deliver(one.subscription, one.waiting.splice(0, this.settings.batchSize));
    }, this.settings.gather).unref();
  }

  async #deliver(subscription: Subscription, events: readonly unknown[]): Promise<void> {
    this.#inFlight += events.length;
    let status = 0;
    for (const wait of [0, ...this.settings.backOff]) {
      await this.#pause(wait);
      if (this.#stopped.signal.aborted) break;
      const signal = AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(this.settings.timeout)]);
      status = await send(subscription, subscription.schema, events, signal);
      if ((status >= 200 && status <= 204) || HOPELESS.includes(status)) break;
    }
    const taken = status >= 200 && status <= 204;
    (taken ? this.delivered : this.deadLettered).push(...events);
    this.#inFlight -= events.length;
  }

  /** Ends early when the service stops. */
  async #pause(milliseconds: number): Promise<void> {
    const { signal } = this.#stopped;
    await sleep(milliseconds, undefined, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
}

function isWanted({ vault, eventTypes }: Subscription, { topic, eventType }: ResourceEvent): boolean {
  if (eventTypes?.includes(eventType) === false) return false;
  return eventType.startsWith('Microsoft.KeyVault.') ? vault === topic : vault === undefined;
}
