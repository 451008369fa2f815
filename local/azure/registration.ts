import type { Answer, ArmRequest } from './exchange.ts';
import { ok } from './exchange.ts';
import type { Store } from './store.ts';

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
  return ok({ id: path, namespace, registrationPolicy: 'RegistrationRequired', registrationState: 'Registered' });
}
