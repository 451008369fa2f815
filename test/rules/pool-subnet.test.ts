import { expect, it } from 'vitest';
import { poolSubnet } from '../../shared/rules/pool-subnet.ts';
import { anySnapshot } from '../support/arbitraries.ts';
import { testRule } from '../support/rule-tester.ts';
import { ACCOUNT_ID, aPool, natPool, SUBNET_ID, snapshotOf } from '../support/snapshots.ts';

const path = 'properties.networkConfiguration.subnetId';
const OTHER = `${SUBNET_ID}-other`;
const allowed = (...ids: readonly string[]) => ({ allowed: ids });

function inSubnet(subnetId: string | null, overrides: Parameters<typeof aPool>[0] = {}) {
  return snapshotOf({ pools: [aPool({ subnetId, ...overrides })] });
}

const LAST =
  '\\(\\d\\) resize the pool to zero [^;]*; \\(\\d\\) set subnetId, sending the rest [^;]*; \\(\\d\\) give the pool its nodes back\\.$';
const LETS_OUT = '\\(2\\) see that it lets nodes out to TCP port 443 [^;]*; ';
const into = (choice: string) => ({
  manual: new RegExp(`^In this order: \\(1\\) choose ${choice}, .*; ${LETS_OUT}${LAST}`),
});
const elsewhere = (choice: string) => ({
  manual: new RegExp(
    `^In this order: \\(1\\) choose ${choice}, .*; ${LETS_OUT}\\(3\\) see that nodes reach from there .*; ${LAST}`,
  ),
});
const anew = { manual: /; \(3\) make a new pool in it, with a virtualMachineConfiguration; \(4\) move the jobs / };
const ANY = 'a subnet in the region and the subscription of the account';

const none = { path, observed: null, desired: 'a subnet', why: /^The pool is in no subnet: /, fix: into(ANY) };

testRule(poolSubnet, {
  compliant: [
    { name: 'any subnet, where none is named', snapshot: inSubnet(SUBNET_ID) },
    { name: 'in a partial body that shows it', snapshot: inSubnet(SUBNET_ID, { shows: 'some', creationTime: null }) },
    { name: 'the allowed one', snapshot: inSubnet(SUBNET_ID), options: allowed(SUBNET_ID) },
    {
      name: 'one of the allowed ones, in another case',
      snapshot: inSubnet(SUBNET_ID.toUpperCase()),
      options: allowed(OTHER, SUBNET_ID),
    },
    {
      name: 'of cloud services',
      snapshot: inSubnet(SUBNET_ID, { deployment: { kind: 'cloud-service', inferred: true } }),
    },
  ],
  violating: [
    { name: 'none', snapshot: inSubnet(null), expect: [none] },
    {
      name: 'none, in a partial body that shows the network otherwise',
      snapshot: inSubnet(null, { shows: 'some', creationTime: null, publicIp: 'BatchManaged' }),
      expect: [none],
    },
    {
      name: 'none, in a body without deploymentConfiguration that shows NAT pools',
      snapshot: inSubnet(null, { shows: 'some', deployment: null, endpoints: [natPool()] }),
      expect: [none],
    },
    {
      name: 'none, where some are allowed',
      snapshot: inSubnet(null),
      options: allowed(SUBNET_ID, OTHER),
      expect: [{ ...none, desired: `one of ${SUBNET_ID}, ${OTHER}`, fix: into(`one of ${SUBNET_ID}, ${OTHER}`) }],
    },
    {
      name: 'another than the allowed one, which begins like it',
      snapshot: inSubnet(OTHER),
      options: allowed(SUBNET_ID),
      expect: [
        {
          path,
          observed: OTHER,
          desired: `one of ${SUBNET_ID}`,
          why: new RegExp(`^The pool is in the subnet ${OTHER}, which is not among the allowed ones\\.$`),
          fix: elsewhere(`one of ${SUBNET_ID}`),
        },
      ],
    },
    {
      name: 'another than the allowed one, in a partial body',
      snapshot: inSubnet(SUBNET_ID, { shows: 'some', deployment: null }),
      options: allowed(OTHER),
      expect: [{ path, observed: SUBNET_ID, fix: elsewhere(`one of ${OTHER}`) }],
    },
    {
      name: 'none, of cloud services',
      snapshot: inSubnet(null, { deployment: { kind: 'cloud-service', inferred: false } }),
      expect: [{ path, fix: anew }],
    },
  ],
  unknown: [
    {
      name: 'a body without creation time that shows no network',
      snapshot: inSubnet(null, { shows: 'some', creationTime: null }),
      expect: [{ path, unknown: /partial: it may lack a networkConfiguration/, code: 'not-shown' }],
    },
    {
      name: 'a body without deploymentConfiguration that shows no network',
      snapshot: inSubnet(null, { shows: 'some', deployment: null }),
      options: allowed(SUBNET_ID),
      expect: [{ path, unknown: /partial/, code: 'not-shown' }],
    },
  ],
  converges: anySnapshot,
});

it('allows nothing but subnets', () => {
  expect(poolSubnet.options.safeParse(allowed(ACCOUNT_ID)).success).toBe(false);
  expect(poolSubnet.options.safeParse(allowed(`${SUBNET_ID}/`)).success).toBe(false);
  expect(poolSubnet.options.safeParse(allowed(SUBNET_ID.toLowerCase())).success).toBe(true);
});
