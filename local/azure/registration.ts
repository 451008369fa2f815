import type { Answer, ArmRequest } from './exchange.ts';
import { ok } from './exchange.ts';
import type { Store } from './store.ts';
import { BATCH_VERSIONS } from './versions.ts';

const PATH = /^(\/subscriptions\/([^/]+))\/providers\/([^/]+)$/i;

/** https://learn.microsoft.com/rest/api/resources/providers/get */
export const REGISTRATION_VERSIONS = ['2021-04-01'];

/** The scope at which reading this registration is allowed or not; null for another path. */
export function scopeOfRegistration(path: string): string | null {
  return PATH.exec(path)?.[1] ?? null;
}

/** That a provider is registered in a subscription, as far as the program reads it. */
export function serveRegistration(store: Store, { path }: ArmRequest): Answer | null {
  const [, , subscription = '', namespace = ''] = PATH.exec(path) ?? [];
  if (!store.knowsSubscription(subscription)) return null;
  // Of Batch alone: the program asks for no other.
  const versions = BATCH_VERSIONS.filter((version) => !store.retired.versions.includes(version)).toReversed();
  const resourceTypes = [{ resourceType: 'batchAccounts', locations: ['West Europe'], apiVersions: versions }];
  const registration = { registrationPolicy: 'RegistrationRequired', registrationState: 'Registered' };
  return ok({ id: path, namespace, ...registration, resourceTypes });
}
