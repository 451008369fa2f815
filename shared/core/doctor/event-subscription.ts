import { sameId } from '../model/resource-id.ts';

/** Which events are delivered; null where all types are. */
export interface EventFilter {
  readonly includedEventTypes: readonly string[] | null;
  readonly advancedFilters: readonly AdvancedFilter[];
}

export interface AdvancedFilter {
  readonly operatorType: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** An event subscription as Event Grid shows it. */
export interface EventSubscription {
  readonly name: string;
  /** Of Event Grid: `Succeeded`, `AwaitingManualAction` ...; null where it does not say. */
  readonly state: string | null;
  readonly expires: Date | null;
  readonly filter: EventFilter & { readonly subjectBeginsWith: string; readonly subjectEndsWith: string };
  readonly destination: Destination;
  /** The ARM id of the storage account that dead letters go to; null where they go nowhere. */
  readonly deadLetters: string | null;
}

interface Destination {
  /** `AzureFunction`, `StorageQueue` ...; empty where there is none. */
  readonly kind: string;
  /** An ARM id; empty where there is none. */
  readonly resourceId: string;
  /** Empty where it is none. */
  readonly queue: string;
}

const STORAGE = /\/providers\/Microsoft\.Storage\/storageAccounts\/([^/]+)$/i;

/** Whether the ARM id is that of the storage account of this name; there is one of a name in all Azure. */
export function isStorage(id: string | null, name: string): boolean {
  return sameId(STORAGE.exec(id ?? '')?.[1] ?? '', name);
}

/** The ARM id of the storage account of this name, where an event subscription delivers there; else null. */
export function storageOf(all: readonly EventSubscription[], name: string): string | null {
  const ids = all.flatMap(({ deadLetters, destination }) => [deadLetters, destination.resourceId]);
  return ids.find((id) => isStorage(id, name)) ?? null;
}
