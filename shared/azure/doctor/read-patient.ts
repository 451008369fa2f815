import type { TokenCredential } from '@azure/core-auth';
import { TableClient } from '@azure/data-tables';
import type { OwnChecks, Readings, Seen, SubscriptionReadings, Token } from '../../core/doctor/readings.ts';
import { openedOnce } from '../../core/model/opened-once.ts';
import type { Rule } from '../../core/policy/rule.ts';
import type { PolicyRead } from '../../ports.ts';
import type { Arm } from '../arm/arm.ts';
import { briefClient } from '../http/patient-client.ts';
import type { RequestEndpoints } from '../state/open-requests.ts';
import { openState } from '../state/open-state.ts';
import { readEvents, recentFindings } from './read-kept.ts';
import { readStores } from './read-stores.ts';
import { readStorageAccount, readSubscription } from './read-subscription.ts';
import { seen, whyUnseen } from './seen.ts';

/** Who looks, with what, and at what. */
export interface Patient {
  readonly arm: Arm;
  /** https, without a slash at its end. */
  readonly armEndpoint: string;
  readonly credential: TokenCredential;
  readonly endpoints: RequestEndpoints;
  /** Name of the app's storage account. */
  readonly storage: string;
  /** Null where no topic is told of findings. */
  readonly findingsTopic: string | null;
  readonly subscriptions: readonly string[];
  readonly rules: readonly Rule[];
  readonly policy: () => Promise<PolicyRead>;
  /** Null for the app itself. */
  readonly own: (() => Promise<OwnChecks>) | null;
  readonly isApp: boolean;
  readonly now: Date;
}

const AT_ONCE = 4;

/** Reads all that the checks are made of; writes nothing, and makes nothing. What cannot be read says why. */
export async function readPatient(patient: Patient): Promise<Readings> {
  const { arm, credential, endpoints, storage, isApp, now } = patient;
  const state = openState(endpoints, () => {}, credential);
  const policy = await seen(patient.policy);
  const [tokens, stores, queues, own, subscriptions] = await Promise.all([
    readTokens(patient, policy),
    readStores(endpoints, credential),
    seen(() => state.queues()),
    patient.own === null ? null : seen(patient.own),
    readSubscriptions(patient, policy),
  ]);
  return {
    at: now,
    isApp,
    tokens,
    stores,
    storageAccount: await readStorageAccount(arm, storage, subscriptions),
    queues,
    policy:
      'known' in policy ? { known: { invalid: 'invalid' in policy.known ? policy.known.invalid : null } } : policy,
    own,
    subscriptions,
  };
}

/** Those of vaults and topics only where there are any: elsewhere the tenant need not know them. */
function readTokens(
  { armEndpoint, credential, findingsTopic }: Patient,
  policy: Seen<PolicyRead>,
): Promise<readonly Token[]> {
  const namesVault = 'known' in policy && !('invalid' in policy.known) && policy.known.namesVault;
  const asked: readonly (readonly [Token['check'], string])[] = [
    ['token-resource-manager', armEndpoint],
    ['token-storage', 'https://storage.azure.com'],
    ...(namesVault ? [['token-key-vault', 'https://vault.azure.net'] as const] : []),
    ...(findingsTopic === null ? [] : [['token-event-grid', 'https://eventgrid.azure.net'] as const]),
  ];
  return Promise.all(
    asked.map(async ([check, audience]) => {
      const refused = await credential.getToken(`${audience}/.default`).then((token) => {
        return token === null ? 'no token came' : null;
      }, whyUnseen);
      return { check, audience, refused };
    }),
  );
}

async function readSubscriptions(
  { arm, credential, endpoints, subscriptions, rules, now }: Patient,
  policy: Seen<PolicyRead>,
): Promise<readonly SubscriptionReadings[]> {
  const open = (name: string) => new TableClient(endpoints.table, name, credential, { httpClient: briefClient() });
  const hints = open('hints');
  const findings = openedOnce(() => recentFindings(open('findings'), now));
  const read: SubscriptionReadings[] = [];
  const todo = subscriptions.entries();
  async function work(): Promise<void> {
    for (const [index, subscription] of todo) {
      const [inAzure, events] = await Promise.all([
        readSubscription(arm, subscription),
        readEvents(hints, findings, subscription, rules, now),
      ]);
      read[index] = { subscription, ...inAzure, ...events, isEnforced: isEnforced(policy, subscription) };
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return read;
}

function isEnforced(policy: Seen<PolicyRead>, subscription: string): boolean | null {
  if ('unseen' in policy || 'invalid' in policy.known) return null;
  return policy.known.writesIn(subscription);
}
