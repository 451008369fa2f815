import { expect, it } from 'vitest';
import { setPool } from '../../shared/core/model/change.ts';
import type { Pool } from '../../shared/core/model/pool.ts';
import { unreadable } from '../../shared/core/model/reading.ts';
import { poolAllowedIdentities } from '../../shared/rules/pool-allowed-identities.ts';
import { anySnapshot } from '../support/arbitraries.ts';
import { testRule } from '../support/rule-tester.ts';
import { anAccount, anAutoStorage, aPool, identityId, SUBNET_ID, snapshotOf } from '../support/snapshots.ts';

const path = 'identity.userAssignedIdentities';
const [NODES, VAULT, SPARE] = [identityId('nodes'), identityId('vault'), identityId('spare')];
const VAULT_ELSEWHERE = VAULT.replace('/rg/', '/other/');
const PARTIAL = /partial: it may lack identities/;

function carrying(identityIds: readonly string[], overrides: Partial<Pool> = {}) {
  return snapshotOf({ pools: [aPool({ identityIds, ...overrides })] });
}

const required = (...ids: readonly string[]) => ({ required: ids });
const allowed = (...ids: readonly string[]) => ({ allowed: ids });

/** The change that adds to `observed` what is missing. */
function added(observed: readonly string[], missing: readonly string[]) {
  const desired = [...observed, ...missing];
  const why = new RegExp(`^The pool lacks ${missing.join(' and ')}, which it is required to have\\.$`);
  return { path, observed, desired, why, fix: setPool(aPool(), { identityIds: desired }) };
}

const FIRST = '^In this order: \\(1\\) see that no task refers to ';
const LAST = '\\(\\d\\) give the pool its nodes back\\. If it is to stay, name it in option allowed\\.$';
const AT_ZERO = '\\(\\d\\) resize the pool to zero nodes: [^;]*; ';

/** What a person does for one that is not allowed; `between` are the steps between tasks and the removal. */
function unwanted(
  id: string,
  { name = id.slice(id.lastIndexOf('/') + 1), between = '', remove = 'sending all other identities' } = {},
) {
  const steps = `${FIRST}${id} [^;]*; ${between}${AT_ZERO}\\(\\d\\) remove it, ${remove}; ${LAST}`;
  return {
    path: `${path}[${name}]`,
    observed: id,
    desired: 'not on the pool',
    why: new RegExp(`^The pool has the identity ${id}, which is not among the allowed ones: `),
    fix: { manual: new RegExp(steps) },
  };
}

const ALONE = 'with None as the type of identity';
const FILE = 'properties.startTask.resourceFiles[setup.sh].identityReference';
const MOUNT = 'properties.mountConfiguration[data].azureBlobFileSystemConfiguration.identityReference';

const DISK_KEY =
  'properties.deploymentConfiguration.virtualMachineConfiguration.diskEncryptionConfiguration.customerManagedKey.identityReference';

function extension(name: string, clientId: string | null) {
  return { name, settings: { pollingInterval: '3600', certificates: [], clientId } };
}

testRule(poolAllowedIdentities, {
  compliant: [
    { name: 'nothing is asked', snapshot: carrying([NODES, SPARE]) },
    { name: 'nothing is asked of a partial body', snapshot: carrying([NODES], { shows: 'some', creationTime: null }) },
    { name: 'the required one', snapshot: carrying([NODES]), options: required(NODES) },
    {
      name: 'the required ones among others, in other cases',
      snapshot: carrying([SPARE, NODES.toUpperCase(), VAULT]),
      options: required(VAULT.toLowerCase(), NODES),
    },
    {
      name: 'the required one in a partial body',
      snapshot: carrying([NODES], { shows: 'some', deployment: null }),
      options: required(NODES),
    },
    {
      name: 'an allowed one, in another case',
      snapshot: carrying([NODES.toLowerCase()]),
      options: allowed(NODES, VAULT),
    },
    { name: 'none, where some are allowed', snapshot: carrying([]), options: allowed(NODES) },
    { name: 'none, where none is allowed', snapshot: carrying([]), options: allowed() },
    {
      name: 'a required one counts as allowed, in another case too',
      snapshot: carrying([NODES]),
      options: { ...required(NODES.toUpperCase()), ...allowed() },
    },
    { name: 'null allows all', snapshot: carrying([SPARE]), options: { allowed: null } },
  ],
  violating: [
    {
      name: 'a required one is missing',
      snapshot: carrying([]),
      options: required(NODES),
      expect: [added([], [NODES])],
    },
    {
      name: 'several are missing, one twice: one change adds all, others stay',
      snapshot: carrying([SPARE, VAULT]),
      options: required(NODES, VAULT.toUpperCase(), NODES.toLowerCase(), identityId('registry')),
      expect: [added([SPARE, VAULT], [NODES, identityId('registry')])],
    },
    {
      name: 'a pool with nodes: a change all the same, which waits',
      snapshot: carrying([], { nodes: { ...aPool().nodes, lowPriority: 2 } }),
      options: required(NODES),
      expect: [added([], [NODES])],
    },
    {
      name: 'one that is not allowed, alone',
      snapshot: carrying([SPARE]),
      options: allowed(NODES),
      expect: [unwanted(SPARE, { remove: ALONE })],
    },
    {
      name: 'one, where none is allowed',
      snapshot: carrying([SPARE]),
      options: allowed(),
      expect: [unwanted(SPARE, { remove: ALONE })],
    },
    {
      name: 'one of two, the same twice in two cases: one finding',
      snapshot: carrying([SPARE, NODES, SPARE.toUpperCase()]),
      options: allowed(NODES),
      expect: [unwanted(SPARE)],
    },
    {
      name: 'one finding for each',
      snapshot: carrying([SPARE, VAULT, NODES]),
      options: allowed(NODES),
      expect: [unwanted(SPARE), unwanted(VAULT)],
    },
    {
      name: 'two of one name: by their ids',
      snapshot: carrying([VAULT, VAULT_ELSEWHERE]),
      options: allowed(),
      expect: [unwanted(VAULT, { name: VAULT }), unwanted(VAULT_ELSEWHERE, { name: VAULT_ELSEWHERE })],
    },
    {
      name: 'one missing and one too many: the change keeps it',
      snapshot: carrying([SPARE]),
      options: { ...required(NODES), ...allowed(VAULT) },
      expect: [added([SPARE], [NODES]), unwanted(SPARE, { remove: ALONE })],
    },
    {
      name: 'one that places in the pool refer to',
      snapshot: carrying([SPARE, NODES], {
        identityReferences: [
          { path: FILE, identityId: SPARE.toUpperCase() },
          { path: MOUNT, identityId: NODES },
        ],
      }),
      options: allowed(NODES),
      expect: [unwanted(SPARE, { between: `\\(2\\) name another .*, at ${FILE.replaceAll(/[[\]]/g, '\\$&')}; ` })],
    },
    {
      name: 'the node identity of the account',
      snapshot: snapshotOf({
        account: anAccount({ autoStorage: anAutoStorage({ nodeIdentityId: NODES.toLowerCase() }) }),
        pools: [aPool({ identityIds: [NODES] })],
      }),
      options: allowed(VAULT),
      expect: [
        unwanted(NODES, { between: "\\(2\\) name another .* account's nodeIdentityReference, .*; ", remove: ALONE }),
      ],
    },
    {
      name: 'not the node identity of the account',
      snapshot: snapshotOf({
        account: anAccount({ autoStorage: anAutoStorage({ nodeIdentityId: NODES }) }),
        pools: [aPool({ identityIds: [SPARE, NODES] })],
      }),
      options: allowed(NODES),
      expect: [unwanted(SPARE)],
    },
    {
      name: 'an account that could not be read',
      snapshot: snapshotOf({
        account: { unknown: unreadable('no properties') },
        pools: [aPool({ identityIds: [SPARE] })],
      }),
      options: allowed(),
      expect: [
        unwanted(SPARE, { between: '\\(2\\) see that the .*nodeIdentityReference does not name it; ', remove: ALONE }),
      ],
    },
    {
      name: 'an account whose partial body shows no auto-storage',
      snapshot: snapshotOf({
        account: anAccount({ shows: 'some' }),
        pools: [aPool({ identityIds: [SPARE] })],
      }),
      options: allowed(),
      expect: [
        unwanted(SPARE, { between: '\\(2\\) see that the .*nodeIdentityReference does not name it; ', remove: ALONE }),
      ],
    },
    {
      name: 'one that a Key Vault extension signs in as: that takes a new pool',
      snapshot: carrying([SPARE, NODES], {
        identities: [
          { id: SPARE.toLowerCase(), principalId: null, clientId: 'client-spare' },
          { id: NODES, principalId: null, clientId: null },
        ],
        keyVaultExtensions: [
          extension('certs', 'CLIENT-SPARE'),
          extension('more', 'client-nodes'),
          extension('last', null),
          { name: 'hidden', settings: null },
        ],
      }),
      options: allowed(NODES),
      expect: [
        {
          path: `${path}[spare]`,
          fix: {
            manual:
              /; \(2\) make a new pool without it, whose Key Vault extension certs uses another identity; \(3\) move the jobs .* option allowed\.$/,
          },
        },
      ],
    },
    {
      name: 'one that the key of encrypted disks is fetched with: that takes a new pool, never to remove it',
      snapshot: carrying([SPARE, NODES], {
        identityReferences: [
          { path: FILE, identityId: SPARE },
          { path: DISK_KEY, identityId: SPARE.toUpperCase() },
        ],
      }),
      options: allowed(NODES),
      expect: [
        {
          path: `${path}[spare]`,
          fix: {
            manual:
              /; \(2\) name another [^;]*resourceFiles[^;]*; \(3\) make a new pool without it, whose disks are encrypted with another identity that may use the key; \(4\) move the jobs .* option allowed\.$/,
          },
        },
      ],
    },
    {
      name: 'one that is not allowed in a partial body: what is seen decides',
      snapshot: carrying([SPARE, NODES], { shows: 'some', creationTime: null }),
      options: { ...required(NODES), ...allowed() },
      expect: [unwanted(SPARE)],
    },
    {
      name: 'one that is not allowed in a partial body, and a required one that it may lack',
      snapshot: carrying([SPARE], { shows: 'some', deployment: null }),
      options: { ...required(NODES), ...allowed() },
      expect: [{ path, unknown: PARTIAL, code: 'not-shown' }, unwanted(SPARE, { remove: ALONE })],
    },
  ],
  unknown: [
    {
      name: 'a partial body without the required one',
      snapshot: carrying([SPARE], { shows: 'some', creationTime: null }),
      options: required(NODES),
      expect: [{ path, unknown: PARTIAL, code: 'not-shown' }],
    },
    {
      name: 'a partial body with allowed ones only',
      snapshot: carrying([NODES], { shows: 'some', deployment: null }),
      options: allowed(NODES),
      expect: [{ path, unknown: PARTIAL, code: 'not-shown' }],
    },
    {
      name: 'a partial body with none',
      snapshot: carrying([], { shows: 'some', deployment: null }),
      options: allowed(),
      expect: [{ path, unknown: PARTIAL, code: 'not-shown' }],
    },
  ],
  converges: anySnapshot,
});

it('takes only ids of user-assigned identities', () => {
  const accepts = (options: unknown) => poolAllowedIdentities.options.safeParse(options).success;
  expect([required(SUBNET_ID), allowed('nodes'), required(NODES), allowed(NODES.toLowerCase())].map(accepts)).toEqual([
    false,
    false,
    true,
    true,
  ]);
});
