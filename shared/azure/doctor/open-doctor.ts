import { randomUUID } from 'node:crypto';
import type { TokenCredential } from '@azure/core-auth';
import { TableClient } from '@azure/data-tables';
import { DefaultAzureCredential } from '@azure/identity';
import type { Check } from '../../core/doctor/check.ts';
import { idKey, parseAccountId } from '../../core/model/resource-id.ts';
import { MINUTE } from '../../core/model/time.ts';
import type { Rule } from '../../core/policy/rule.ts';
import { armClient, armFor } from '../arm/arm.ts';
import { briefClient } from '../http/patient-client.ts';
import { ownChecks } from '../state/doctor-findings.ts';
import { told } from '../state/not-asked.ts';
import type { RequestEndpoints } from '../state/open-requests.ts';
import { openState } from '../state/open-state.ts';
import { examine } from './examine.ts';

const LONGEST = 8 * MINUTE;

/** What is checked, and by whose rights. */
export interface Asked {
  readonly subscriptions: readonly string[];
  /** Null where no topic is told of findings, or none is known. */
  readonly findingsTopic: string | null;
  readonly isApp: boolean;
  readonly rules: readonly Rule[];
  readonly now: Date;
}

/** The doctor for the command line: it only reads, as who is signed in. */
export interface OpenDoctor {
  /** @throws what says that nobody is signed in */
  signIn(): Promise<unknown>;
  /** Those of which the app keeps accounts. @throws NotAsked where that is not shown */
  subscriptions(): Promise<readonly string[]>;
  examine(asked: Asked): Promise<readonly Check[]>;
}

/** @param armEndpoint https, without a slash at its end */
export function openDoctor(
  endpoints: RequestEndpoints,
  armEndpoint: string,
  credential: TokenCredential = new DefaultAzureCredential({ httpClient: briefClient() }),
): OpenDoctor {
  const arm = armFor(armClient(credential, armEndpoint), randomUUID(), AbortSignal.timeout(LONGEST));
  const state = openState(endpoints, () => {}, credential);
  const table = (name: string) => new TableClient(endpoints.table, name, credential, { httpClient: briefClient() });
  const tables = { accounts: table('accounts'), findings: table('findings') };
  const role = 'Storage Table Data Reader on it';
  return {
    signIn: () => credential.getToken('https://storage.azure.com/.default'),
    async subscriptions() {
      const kept = await state.accounts();
      return [...new Set(kept.flatMap(({ accountId }) => parseAccountId(accountId)?.subscription ?? []).map(idKey))];
    },
    examine: ({ rules, ...asked }) =>
      examine({
        ...asked,
        arm,
        armEndpoint,
        credential,
        endpoints,
        rules,
        policy: () => state.policy(rules),
        own: () => told({ what: 'the table findings', endpoint: endpoints.table, role }, () => ownChecks(tables)),
      }),
  };
}
