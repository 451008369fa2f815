import type { Pool } from '../../shared/core/model/pool.ts';
import { poolAmbiguousIdentity } from '../../shared/rules/pool-ambiguous-identity.ts';
import { anySnapshot } from '../support/arbitraries.ts';
import { testRule } from '../support/rule-tester.ts';
import { aPool, identityId, snapshotOf } from '../support/snapshots.ts';

const path = 'properties.startTask.commandLine';
const [NODES, VAULT] = [identityId('nodes'), identityId('vault')];

function asking(asksForAnyToken: boolean, identityIds: readonly string[], overrides: Partial<Pool> = {}) {
  return snapshotOf({ pools: [aPool({ startTask: { user: null, asksForAnyToken }, identityIds, ...overrides })] });
}

function ambiguous(count: number, names: string) {
  return {
    path,
    observed: 'a request for a token that names no identity',
    desired: 'a request that names one identity of the pool',
    why: new RegExp(`which of the pool's ${count} identities: .* \\(400 Bad Request\\)\\.$`),
    fix: {
      manual: new RegExp(
        `^In this order: \\(1\\) choose .*, one of ${names.replaceAll(/[()]/g, '\\$&')}; \\(2\\) add it to the URL .*; \\(3\\) send startTask whole: .*; \\(4\\) reboot `,
      ),
    },
  };
}

testRule(poolAmbiguousIdentity, {
  compliant: [
    {
      name: 'no start task, several identities',
      snapshot: snapshotOf({ pools: [aPool({ identityIds: [NODES, VAULT] })] }),
    },
    { name: 'a start task that asks for none, or says for which', snapshot: asking(false, [NODES, VAULT]) },
    {
      name: 'such a start task in a partial body: what is seen decides',
      snapshot: asking(false, [], { shows: 'some', deployment: null }),
    },
    { name: 'it asks, and there is one identity', snapshot: asking(true, [NODES]) },
    { name: 'it asks, and there is one, twice in two cases', snapshot: asking(true, [NODES, NODES.toUpperCase()]) },
    { name: 'it asks, and there is none', snapshot: asking(true, []) },
  ],
  violating: [
    {
      name: 'it asks, and there are two',
      snapshot: asking(true, [NODES, VAULT]),
      expect: [ambiguous(2, `${NODES}, ${VAULT}`)],
    },
    {
      name: 'and a third, of which the client id is shown; one stands there twice',
      snapshot: asking(true, [NODES, VAULT, identityId('spare'), NODES.toLowerCase()], {
        identities: [{ id: VAULT.toUpperCase(), principalId: null, clientId: 'client-vault' }],
      }),
      expect: [ambiguous(3, `${NODES}, ${VAULT} (client id client-vault), ${identityId('spare')}`)],
    },
    {
      name: 'in a partial body: what is seen decides',
      snapshot: asking(true, [NODES, VAULT], { shows: 'some', creationTime: null }),
      expect: [ambiguous(2, `${NODES}, ${VAULT}`)],
    },
  ],
  unknown: [
    {
      name: 'a partial body without a start task',
      snapshot: snapshotOf({ pools: [aPool({ shows: 'some', creationTime: null, identityIds: [NODES, VAULT] })] }),
      expect: [{ path, unknown: /partial: it may lack the start task/, code: 'not-shown' }],
    },
    {
      name: 'a partial body with one identity',
      snapshot: asking(true, [NODES], { shows: 'some', deployment: null }),
      expect: [{ path, unknown: /partial: it may lack identities/, code: 'not-shown' }],
    },
  ],
  converges: anySnapshot,
});
